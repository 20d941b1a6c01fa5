#ifndef SCHEDULER_CORE_DATABASE_SQL_SCANNER_H_
#define SCHEDULER_CORE_DATABASE_SQL_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

// The lexical structure of SQL: where it quotes and comments, and nothing else.
//
//   PostgreSQL 15, section 4.1    '…' with '' inside, E'…' with backslashes, $tag$…$tag$, "…",
//                                 -- to the end of the line, /* … */ nested
//   MariaDB 10.11, MySQL 8        '…' and "…" with backslashes, `…`, # and "-- " to the end of the
//                                 line, /* … */
//
// The usual modes of servers are meant: standard_conforming_strings on; neither ANSI_QUOTES nor
// NO_BACKSLASH_ESCAPES. With others a span may be read wrongly. Nothing is pasted into statements, so that
// this costs an error of the server at the worst.
namespace scheduler::core {

enum class SqlDialect : uint8_t { kPostgresql = 1, kMysql = 2 };

struct SqlSpan {
  enum class Kind : uint8_t { kCode, kQuoted, kComment };
  Kind kind = Kind::kCode;
  size_t begin = 0;
  size_t end = 0;  // one past the last byte, quotes included

  friend bool operator==(const SqlSpan&, const SqlSpan&) = default;
};

// All of `text`, in its order, without empty spans. INVALID_ARGUMENT if a quote or comment does not end, if
// it holds a NUL byte, or a comment of MySQL is one that is executed.
absl::StatusOr<std::vector<SqlSpan>> ScanSql(std::string_view text, SqlDialect dialect);

// Whether `c` may stand in a word of SQL.
bool IsSqlWordCharacter(char c);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_DATABASE_SQL_SCANNER_H_
