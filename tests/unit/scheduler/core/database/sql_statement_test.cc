#include "scheduler/core/database/sql_statement.h"

#include <string>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

// "text | names", or "error".
std::string Parsed(std::string_view text, SqlDialect dialect) {
  const auto statement = ParseSqlStatement(text, dialect);
  if (!statement.ok()) return "error";
  return statement->text + " | " + absl::StrJoin(statement->parameters, ",");
}

struct Case {
  const char* text;
  const char* postgresql;
  const char* mysql;
};

TEST(SqlStatementTest, MakesPlaceholdersParameters) {
  const Case cases[] = {
      {"select 1", "select 1 | ", "select 1 | "},
      {"select {{a}}", "select $1 | a", "select ? | a"},
      {"select {{ a }}, {{b}}", "select $1, $2 | a,b", "select ?, ? | a,b"},
      {"select {{a}}, {{b}}, {{a}}", "select $1, $2, $1 | a,b", "select ?, ?, ? | a,b,a"},
      {"select {{input.user.id}}", "select $1 | input.user.id", "select ? | input.user.id"},
      {"select {{items.0.sku-no}}", "select $1 | items.0.sku-no", "select ? | items.0.sku-no"},
      {"{{a}}", "$1 | a", "? | a"},
      {"select {{a}};", "select $1 | a", "select ? | a"},
      {"select {{a}} ; -- done", "select $1  | a", "select ?  | a"},
      {"select {{a}}::int", "select $1::int | a", "select ?::int | a"},
      {"x = any({{ids}}::int[])", "x = any($1::int[]) | ids", "x = any(?::int[]) | ids"},
      {"x={{a}} and y={{b}}", "x=$1 and y=$2 | a,b", "x=? and y=? | a,b"},
      {"select 1 /* {{a}} */", "select 1 /* {{a}} */ | ", "select 1 /* {{a}} */ | "},
      {"select 1 -- {{a}}\n+ {{b}}", "select 1 -- {{a}}\n+ $1 | b", "select 1 -- {{a}}\n+ ? | b"},
      {"select 'a;b'", "select 'a;b' | ", "select 'a;b' | "},
      {"select '{{1,2},{3,4}}'", "select '{{1,2},{3,4}}' | ", "select '{{1,2},{3,4}}' | "},
      {"select '{{ not closed'", "select '{{ not closed' | ", "select '{{ not closed' | "},
      {"  (select {{a}})", "  (select $1) | a", "  (select ?) | a"},
      {"select a$1", "select a$1 | ", "select a$1 | "},
      {"call f({{a}})", "call f($1) | a", "call f(?) | a"},
      {"settle({{a}})", "settle($1) | a", "settle(?) | a"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Parsed(c.text, SqlDialect::kPostgresql), c.postgresql) << c.text;
    EXPECT_EQ(Parsed(c.text, SqlDialect::kMysql), c.mysql) << c.text;
  }
}

TEST(SqlStatementTest, RefusesWhatIsNotOneStatementWithBoundValues) {
  const char* const cases[] = {
      "",
      "  ",
      ";",
      "-- only a comment",
      "/* a */ ;",
      "select 1; select 2",
      "select 1;; ",
      "select 1; 'a'",
      "select 1; {{a}}",
      "select '{{a}}'",
      "select 'x {{ a.b }} y'",
      "select \"{{a}}\"",
      "select {{}}",
      "select {{a",
      "select {{a}",
      "select {{1a}}",
      "select {{a..b}}",
      "select {{a.}}",
      "select {{a b}}",
      "select {{a;b}}",
      "select {{'a'}}",
      "select {{{a}}}",
      "select x{{a}}",
      "select {{a}}x",
      "select {{a}}_b",
      "select 1{{a}}",
      "select {{a}}{{b}}x",
      "begin",
      "BEGIN",
      "commit;",
      "Set x = 1",
      "copy t from stdin",
      "rollback",
      "lock table t",
      "listen c",
      "prepare x as select 1",
      "  /* c */ discard all",
      "savepoint a",
      "xa start 'a'",
  };
  for (const char* text : cases) {
    EXPECT_EQ(Parsed(text, SqlDialect::kPostgresql), "error") << text;
    EXPECT_EQ(Parsed(text, SqlDialect::kMysql), "error") << text;
  }
}

TEST(SqlStatementTest, QuotesAndParametersAreTheDialects) {
  EXPECT_EQ(Parsed("select $$ {{a}} $$", SqlDialect::kPostgresql), "error");
  EXPECT_EQ(Parsed("select $t$ {{a}} $t$", SqlDialect::kPostgresql), "error");
  EXPECT_EQ(Parsed("select E'\\'{{a}}'", SqlDialect::kPostgresql), "error");
  EXPECT_EQ(Parsed("select '\\', {{a}}", SqlDialect::kPostgresql), "select '\\', $1 | a");
  EXPECT_EQ(Parsed("select `{{a}}`", SqlDialect::kMysql), "error");
  EXPECT_EQ(Parsed("select '\\'{{a}}'", SqlDialect::kMysql), "error");
  EXPECT_EQ(Parsed("select $1", SqlDialect::kPostgresql), "error");
  EXPECT_EQ(Parsed("select $1", SqlDialect::kMysql), "select $1 | ");
  EXPECT_EQ(Parsed("select ?", SqlDialect::kMysql), "error");
  EXPECT_EQ(Parsed("select a ? 'b'", SqlDialect::kPostgresql), "select a ? 'b' | ");
}

TEST(SqlStatementTest, SaysWhatWouldBeRight) {
  EXPECT_EQ(ParseSqlStatement("select '{{a}}'", SqlDialect::kMysql).status().message(),
            "a placeholder stands in quotes; write {{name}} alone, the value is bound");
  EXPECT_EQ(ParseSqlStatement("select 1; drop table t", SqlDialect::kMysql).status().message(),
            "only one statement is taken, and more follows the \";\"");
}

}  // namespace
}  // namespace scheduler::core
