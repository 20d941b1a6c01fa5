#ifndef SCHEDULER_DISPATCH_DATABASE_PARAMETER_VALUES_H_
#define SCHEDULER_DISPATCH_DATABASE_PARAMETER_VALUES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/core/database/parameter.h"
#include "scheduler/dispatch/template/scope.h"

namespace scheduler::dispatch {

// The values that a target's placeholders stand for in one run.
class ParameterValues {
 public:
  // `declarations` are the target's params. INVALID_ARGUMENT, with what would be right, if one cannot be
  // read or names what another does; `index` becomes its place then.
  static absl::StatusOr<std::vector<core::Parameter>> Declared(
      const std::vector<std::string>& declarations, size_t* index);

  // Both outlive it.
  ParameterValues(const std::vector<core::Parameter>* declared, const Scope* scope)
      : declared_(declared), scope_(scope) {}

  // INVALID_ARGUMENT, naming the parameter, if the run has no such value or one that is not as declared.
  absl::StatusOr<core::BoundValue> Find(std::string_view name) const;

 private:
  const std::vector<core::Parameter>* declared_;
  const Scope* scope_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_PARAMETER_VALUES_H_
