#include "scheduler/core/database/sql_scanner.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

// The text with its quoted spans in [] and its comments in ().
std::string Marked(const std::string& text, SqlDialect dialect) {
  const auto spans = ScanSql(text, dialect);
  if (!spans.ok()) return "error";
  std::string marked;
  for (const SqlSpan& span : *spans) {
    const std::string piece = text.substr(span.begin, span.end - span.begin);
    if (span.kind == SqlSpan::Kind::kCode) marked += piece;
    if (span.kind == SqlSpan::Kind::kQuoted) marked += "[" + piece + "]";
    if (span.kind == SqlSpan::Kind::kComment) marked += "(" + piece + ")";
  }
  return marked;
}

struct Case {
  const char* text;
  const char* marked;
};

TEST(SqlScannerTest, ReadsPostgresql) {
  const Case cases[] = {
      {"", ""},
      {"select 1", "select 1"},
      {"select 'a'", "select ['a']"},
      {"select 'it''s', 1", "select ['it''s'], 1"},
      {"'a' 'b'", "['a'] ['b']"},
      {"select '\\', 1", "select ['\\'], 1"},  // a backslash is itself
      {"select E'\\'', 1", "select E['\\''], 1"},
      {"select e'\\\\', 'x'", "select e['\\\\'], ['x']"},
      {"select E'it''s \\'', 1", "select E['it''s \\''], 1"},
      {"select note'\\', 1", "select note['\\'], 1"},  // the word note, not an E
      {"select U&'d\\0061'", "select U&['d\\0061']"},
      {"select B'01', X'1F'", "select B['01'], X['1F']"},
      {"select \"a\"\"b\"", "select [\"a\"\"b\"]"},
      {"select \"it's\"", "select [\"it's\"]"},
      {"select $$a'b$$, 1", "select [$$a'b$$], 1"},
      {"$f$ $$ ; $g$ $f$;", "[$f$ $$ ; $g$ $f$];"},
      {"select a$b$c, a$$b", "select a$b$c, a$$b"},  // within words
      {"select $1, $2", "select $1, $2"},
      {"select 1 -- it's\n+ 1", "select 1 (-- it's)\n+ 1"},
      {"select 1 --", "select 1 (--)"},
      {"select 5--1", "select 5(--1)"},
      {"a /* x /* y */ ' */ b", "a (/* x /* y */ ' */) b"},
      {"a /**/ b", "a (/**/) b"},
      {"select '/* a', 1", "select ['/* a'], 1"},
      {"select 1::int, a[1:2]", "select 1::int, a[1:2]"},
      {"select data->'a'#>>'{b,c}' ? 'd'", "select data->['a']#>>['{b,c}'] ? ['d']"},
      {"select `a", "select `a"},
      {"select 'a", "error"},
      {"select \"a", "error"},
      {"select $$a", "error"},
      {"select $a$b$A$", "error"},
      {"select /* a", "error"},
      {"select /* a /* b */", "error"},
      {"select E'a\\'", "error"},
      {"/*/", "error"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(Marked(c.text, SqlDialect::kPostgresql), c.marked) << c.text;
}

TEST(SqlScannerTest, ReadsMysql) {
  const Case cases[] = {
      {"select 'a''b'", "select ['a''b']"},
      {"select 'a\\'b', 1", "select ['a\\'b'], 1"},
      {"select \"a\\\"b\", 1", "select [\"a\\\"b\"], 1"},
      {"select `a``b`, `c\\`", "select [`a``b`], [`c\\`]"},
      {"select 1 # it's\n+ 1", "select 1 (# it's)\n+ 1"},
      {"select 5--1", "select 5--1"},
      {"select 5-- 1", "select 5(-- 1)"},
      {"select 5--\n1", "select 5(--)\n1"},
      {"a /* x /* y */ b", "a (/* x /* y */) b"},
      {"select /*+ NO_MERGE(t) */ 1", "select (/*+ NO_MERGE(t) */) 1"},
      {"select $$ a $$", "select $$ a $$"},
      {"select /*!50000 1 */", "error"},
      {"select /*M! 1 */", "error"},
      {"select `a", "error"},
      {"select 'a\\'", "error"},
      {"select \"a", "error"},
  };
  for (const Case& c : cases) EXPECT_EQ(Marked(c.text, SqlDialect::kMysql), c.marked) << c.text;
}

TEST(SqlScannerTest, RefusesNulBytes) {
  EXPECT_EQ(Marked(std::string("select 1\0", 9), SqlDialect::kPostgresql), "error");
  EXPECT_EQ(Marked(std::string("'\0'", 3), SqlDialect::kMysql), "error");
}

}  // namespace
}  // namespace scheduler::core
