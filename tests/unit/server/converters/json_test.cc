#include "server/converters/json.h"

#include <cmath>
#include <limits>
#include <string>

#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

using google::protobuf::Struct;

constexpr int64_t kLimit = 64 * 1024;

Struct Parse(const std::string& json) {
  Struct object;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &object).ok()) << json;
  return object;
}

std::string Text(const Struct& object) { return ToJson("job.input", object, kLimit).value(); }

TEST(JsonTest, IsTheSameForEqualObjects) {
  EXPECT_EQ(Text(Parse("{}")), "{}");
  EXPECT_EQ(Text(Parse(R"({"b": 1, "a": [true, null, {"z": 2, "y": "x"}]})")),
            R"({"a":[true,null,{"y":"x","z":2}],"b":1})");
  EXPECT_EQ(Text(Parse(R"({"a":[true,null,{"y":"x","z":2}],"b":1})")),
            R"({"a":[true,null,{"y":"x","z":2}],"b":1})");
}

TEST(JsonTest, PrintsNumbersShortestAndWholeOnesAsIntegers) {
  EXPECT_EQ(Text(Parse(R"({"n": 1.0})")), R"({"n":1})");
  EXPECT_EQ(Text(Parse(R"({"n": -0.0})")), R"({"n":0})");
  EXPECT_EQ(Text(Parse(R"({"n": 0.1})")), R"({"n":0.1})");
  EXPECT_EQ(Text(Parse(R"({"n": 9007199254740992})")), R"({"n":9007199254740992})");
  EXPECT_EQ(Text(Parse(R"({"n": 1e300})")), R"({"n":1e+300})");
  EXPECT_EQ(Text(Parse(R"({"n": 1.5e-7})")), R"({"n":1.5e-07})");
}

TEST(JsonTest, EscapesWhatJsonDoesNotAllow) {
  Struct object;
  (*object.mutable_fields())["k\""].set_string_value(std::string("a\\\n\r\t\x01\x7F\0é", 10));
  EXPECT_EQ(Text(object), "{\"k\\\"\":\"a\\\\\\n\\r\\t\\u0001\\u007f\\u0000é\"}");
  Struct back;
  ASSERT_TRUE(FromJson(Text(object), &back).ok());
  EXPECT_EQ(back.fields().at("k\"").string_value(), object.fields().at("k\"").string_value());
}

TEST(JsonTest, RefusesWhatIsNoJson) {
  Struct object;
  auto& values = *(*object.mutable_fields())["a"].mutable_list_value();
  values.add_values()->set_number_value(1);
  values.add_values()->set_number_value(std::nan(""));
  EXPECT_EQ(Fault(ToJson("job.input", object, kLimit)), "FIELD_INVALID job.input.a[1]");
  values.mutable_values(1)->set_number_value(std::numeric_limits<double>::infinity());
  EXPECT_EQ(Fault(ToJson("job.input", object, kLimit)), "FIELD_INVALID job.input.a[1]");
  values.mutable_values(1)->clear_kind();
  EXPECT_EQ(Fault(ToJson("job.input", object, kLimit)), "FIELD_INVALID job.input.a[1]");
  values.mutable_values(1)->set_string_value("\xFF");
  EXPECT_EQ(Fault(ToJson("job.input", object, kLimit)), "FIELD_INVALID job.input.a[1]");
}

TEST(JsonTest, BoundsDepth) {
  const auto nested = [](int depth) {
    Struct object;
    Struct* inner = &object;
    for (int i = 1; i < depth; ++i) {
      inner = (*inner->mutable_fields())["a"].mutable_struct_value();
    }
    (*inner->mutable_fields())["a"].set_bool_value(true);
    return object;
  };
  EXPECT_EQ(Fault(ToJson("job.input", nested(kMaxJsonDepth), kLimit)), "OK");
  EXPECT_EQ(Fault(ToJson("job.input", nested(kMaxJsonDepth + 1), kLimit)),
            "FIELD_INVALID job.input");
  EXPECT_EQ(Fault(ToJson("job.input", nested(100), kLimit)), "FIELD_INVALID job.input");
}

TEST(JsonTest, BoundsTheTextNotTheMessage) {
  Struct object;
  (*object.mutable_fields())["a"].set_string_value(std::string(92, 'x'));
  EXPECT_EQ(Fault(ToJson("job.input", object, 100)), "OK");
  EXPECT_EQ(Fault(ToJson("job.input", object, 99)), "FIELD_TOO_LARGE job.input");
}

TEST(JsonTest, ReadsBackWhatItWrote) {
  const std::string json = R"({"a":[true,null,{"y":"\u00e9","z":2.5}],"b":-17})";
  Struct object;
  ASSERT_TRUE(FromJson(json, &object).ok());
  EXPECT_EQ(Text(object), R"({"a":[true,null,{"y":"é","z":2.5}],"b":-17})");
  EXPECT_FALSE(FromJson("{", &object).ok());
  EXPECT_FALSE(FromJson("[]", &object).ok());
}

}  // namespace
}  // namespace server
