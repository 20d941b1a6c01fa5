#include "scheduler/core/database/parameter.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

using Kind = JsonValue::Kind;

std::string Declared(std::string_view text) {
  const auto parameter = ParseParameter(text);
  if (!parameter.ok()) return "error";
  return parameter->name + " " + std::string(ParameterTypeName(parameter->type)) + " " +
         parameter->low + ".." + parameter->high;
}

// What a value is bound as, or "error".
std::string Bound(std::string_view declaration, Kind kind, const std::string& text) {
  const auto bound = BindValue(ParseParameter(declaration).value(), {kind, text});
  if (!bound.ok()) return "error";
  return bound->null ? "NULL" : bound->text;
}

TEST(ParameterTest, ReadsDeclarations) {
  const std::pair<const char*, const char*> cases[] = {
      {"id", "id any .."},
      {"id int", "id int .."},
      {"id int 1..10", "id int 1..10"},
      {"id int -5..-1", "id int -5..-1"},
      {"id  bigint  1..", "id bigint 1.."},
      {"id decimal ..9.50", "id decimal ..9.50"},
      {"a.b-c text 1..64", "a.b-c text 1..64"},
      {"b bytes ..1024", "b bytes ..1024"},
      {"f float 0.5..1e3", "f float 0.5..1e3"},
      {"d date 2025-01-01..2025-12-31", "d date 2025-01-01..2025-12-31"},
      {"t timestamp 2025-01-01T00:00:00+01:00..", "t timestamp 2024-12-31T23:00:00.000Z.."},
      {"u uuid", "u uuid .."},
      {"j json", "j json .."},
      {"o bool", "o bool .."},
      {"", "error"},
      {"1a", "error"},
      {"id any", "error"},
      {"id number", "error"},
      {"id INT", "error"},
      {"id int 1", "error"},
      {"id int ..", "error"},
      {"id int a..b", "error"},
      {"id int 10..1", "error"},
      {"id int 1..10 x", "error"},
      {"id int 1..9999999999", "error"},
      {"u uuid a..b", "error"},
      {"o bool true..true", "error"},
      {"s text a..b", "error"},
      {"d date 2025-02-30..", "error"},
      {"d decimal -1..-2", "error"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(Declared(text), expected) << text;
}

struct Case {
  const char* declaration;
  Kind kind;
  const char* text;
  const char* bound;
};

TEST(ParameterTest, BindsValuesAsDeclared) {
  const Case cases[] = {
      {"a", Kind::kText, "it's", "it's"},
      {"a", Kind::kInteger, "17", "17"},
      {"a", Kind::kReal, "1.5", "1.5"},
      {"a", Kind::kBool, "true", "true"},
      {"a", Kind::kNull, "null", "NULL"},
      {"a", Kind::kStructure, "{}", "error"},
      {"a int", Kind::kInteger, "-17", "-17"},
      {"a int", Kind::kText, "17", "17"},
      {"a int", Kind::kText, "17; drop", "error"},
      {"a int", Kind::kInteger, "2147483648", "error"},
      {"a int", Kind::kReal, "1.5", "error"},
      {"a int", Kind::kBool, "true", "error"},
      {"a int", Kind::kStructure, "[]", "error"},
      {"a int", Kind::kNull, "null", "NULL"},
      {"a int 1..10", Kind::kInteger, "1", "1"},
      {"a int 1..10", Kind::kInteger, "10", "10"},
      {"a int 1..10", Kind::kInteger, "0", "error"},
      {"a int 1..10", Kind::kInteger, "11", "error"},
      {"a int ..10", Kind::kInteger, "-99", "-99"},
      {"a bigint", Kind::kInteger, "9223372036854775807", "9223372036854775807"},
      {"a bigint", Kind::kInteger, "9223372036854775808", "error"},
      {"a float", Kind::kReal, "0.1", "0.1"},
      {"a float", Kind::kInteger, "3", "3"},
      {"a float", Kind::kText, "nan", "error"},
      {"a float 0..1", Kind::kReal, "1.01", "error"},
      {"a decimal", Kind::kText, "0012.50", "12.50"},
      {"a decimal", Kind::kReal, "12.5", "12.5"},
      {"a decimal", Kind::kText, "1e5", "error"},
      {"a decimal", Kind::kText, "1.", "error"},
      {"a decimal", Kind::kText, ".5", "error"},
      {"a decimal", Kind::kText, "-", "error"},
      {"a decimal 0..99999999999999999999.99", Kind::kText, "99999999999999999999.990",
       "99999999999999999999.990"},
      {"a decimal 0..99999999999999999999.99", Kind::kText, "99999999999999999999.991", "error"},
      {"a decimal -1.5..", Kind::kText, "-1.50", "-1.50"},
      {"a decimal -1.5..", Kind::kText, "-1.51", "error"},
      {"a decimal 0..", Kind::kText, "-0.0", "-0.0"},
      {"a bool", Kind::kBool, "false", "false"},
      {"a bool", Kind::kText, "true", "error"},
      {"a bool", Kind::kInteger, "1", "error"},
      {"a text 1..3", Kind::kText, "äöü", "äöü"},
      {"a text 1..3", Kind::kText, "", "error"},
      {"a text 1..3", Kind::kText, "abcd", "error"},
      {"a text", Kind::kInteger, "1", "error"},
      {"a timestamp", Kind::kText, "2025-01-02T03:04:05.678+01:00", "2025-01-02T02:04:05.678Z"},
      {"a timestamp", Kind::kText, "2025-01-02 03:04:05", "error"},
      {"a timestamp", Kind::kInteger, "1735787045678", "error"},
      {"a timestamp 2025-01-01T00:00:00Z..", Kind::kText, "2024-12-31T23:59:59Z", "error"},
      {"a date", Kind::kText, "2024-02-29", "2024-02-29"},
      {"a date", Kind::kText, "2025-02-29", "error"},
      {"a date", Kind::kText, "2025-1-2", "error"},
      {"a date ..2025-12-31", Kind::kText, "2026-01-01", "error"},
      {"a uuid", Kind::kText, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
       "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
      {"a uuid", Kind::kText, "a0eebc99", "error"},
      {"a json", Kind::kStructure, "{\"a\":[1]}", "{\"a\":[1]}"},
      {"a json", Kind::kInteger, "1", "1"},
      {"a bytes", Kind::kText, "AQID", "\x01\x02\x03"},
      {"a bytes", Kind::kText, "%%", "error"},
      {"a bytes ..2", Kind::kText, "AQID", "error"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Bound(c.declaration, c.kind, c.text), c.bound) << c.declaration << " " << c.text;
  }
}

TEST(ParameterTest, SaysWhatWouldBeRightAndNotWhatTheValueWas) {
  const auto bound = BindValue(ParseParameter("age int 1..10").value(), {Kind::kText, "my secret"});
  EXPECT_EQ(bound.status().message(), "parameter \"age\" must be an int from 1 up to 10");
  const auto name = BindValue(ParseParameter("name text 1..").value(), {Kind::kText, ""});
  EXPECT_EQ(name.status().message(), "parameter \"name\" must be a text with a length from 1");
}

}  // namespace
}  // namespace scheduler::core
