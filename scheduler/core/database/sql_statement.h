#ifndef SCHEDULER_CORE_DATABASE_SQL_STATEMENT_H_
#define SCHEDULER_CORE_DATABASE_SQL_STATEMENT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/core/database/sql_scanner.h"

namespace scheduler::core {

// A statement as the server gets it: each "{{name}}" is a parameter, whose value is sent apart.
struct SqlStatement {
  std::string text;
  // What is bound, in order. PostgreSQL's $1, $2 … name each once; MySQL's ? stand one for each place.
  std::vector<std::string> parameters;
};

// Reads a statement. "{{name}}" may stand where a value may, with spaces around the name; in comments it
// is text. A semicolon may end the statement.
//
// INVALID_ARGUMENT, with what would be right: the statement is empty or more than one; a placeholder stands
// in quotes or within a word, or has no name; it has parameters of its own ($1, ?); it begins with a word
// that changes the session instead of doing work (SET, BEGIN, LISTEN, COPY …), since connections are shared.
absl::StatusOr<SqlStatement> ParseSqlStatement(std::string_view text, SqlDialect dialect);

// Whether `name` can name a value: letters, digits, "_" and "-", in parts that dots join; a letter or "_"
// comes first.
bool IsParameterName(std::string_view name);

// The name in "{{name}}" if `text` begins with one, and how many bytes that takes.
std::optional<std::string_view> PlaceholderAt(std::string_view text, size_t* length);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_DATABASE_SQL_STATEMENT_H_
