#ifndef SCHEDULER_CORE_DATABASE_PARAMETER_FORMS_H_
#define SCHEDULER_CORE_DATABASE_PARAMETER_FORMS_H_

#include <optional>
#include <string>
#include <string_view>

#include "scheduler/core/database/parameter.h"

// The texts that values of a type have.
namespace scheduler::core {

// `text` in the one form that equal values share; nothing if it is no value of `type`. kText and kJson take
// every text.
std::optional<std::string> CanonicalForm(ParameterType type, std::string_view text);

// Negative, zero or positive as `a` is less than, equal to or more than `b`. REQUIRES: both in canonical
// form; `type` is ordered.
int CompareForms(ParameterType type, std::string_view a, std::string_view b);

// Whether values, or their lengths, can have bounds.
bool IsOrdered(ParameterType type);

// Whether a bound is one of the length.
inline bool IsBoundedByLength(ParameterType type) {
  return type == ParameterType::kText || type == ParameterType::kBytes;
}

// Characters of UTF-8 text.
int64_t CharactersIn(std::string_view text);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_DATABASE_PARAMETER_FORMS_H_
