#ifndef SERVER_STATUS_MACROS_H_
#define SERVER_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Early return from a function that returns absl::Status or absl::StatusOr.

#define DUCTAPE_RETURN_IF_ERROR(expression)                                                      \
  do {                                                                                           \
    if (absl::Status ductape_status = (expression); !ductape_status.ok()) return ductape_status; \
  } while (false)

#define DUCTAPE_STATUS_CONCAT_INNER(a, b) a##b
#define DUCTAPE_STATUS_CONCAT(a, b) DUCTAPE_STATUS_CONCAT_INNER(a, b)

// DUCTAPE_ASSIGN_OR_RETURN(const Millis at, ToMillis(…)); not inside an `if` without braces.
#define DUCTAPE_ASSIGN_OR_RETURN(lhs, expression) \
  DUCTAPE_ASSIGN_OR_RETURN_INNER(DUCTAPE_STATUS_CONCAT(ductape_or_, __LINE__), lhs, expression)
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration takes none
#define DUCTAPE_ASSIGN_OR_RETURN_INNER(result, lhs, expression) \
  auto result = (expression);                                   \
  if (!result.ok()) return std::move(result).status();          \
  lhs = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)

#endif  // SERVER_STATUS_MACROS_H_
