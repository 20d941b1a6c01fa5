#ifndef SCHEDULER_DISPATCH_TEMPLATE_SCOPE_H_
#define SCHEDULER_DISPATCH_TEMPLATE_SCOPE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"
#include "scheduler/core/run_port.h"

namespace scheduler::dispatch {

// The values that templates and parameters of a target name, for one run:
//
//   input              the run's input, {} if it has none
//   NAME, a.b, a.0.b   a member of the input, of an object in it, an element of a list in it
//   job.tag, job.name, job.product, job.env
//   run.id, run.number, run.attempt, run.scheduled_time (RFC 3339, UTC), run.trigger
//
// A name whose first part is `input`, `job` or `run` is none of the input's members; input.job is.
class Scope {
 public:
  // `run` outlives the scope.
  explicit Scope(const core::ClaimedRun& run);

  // NOT_FOUND, for the run's error, if nothing has this name. A null of the input is a value.
  absl::StatusOr<nlohmann::json> Find(std::string_view name) const;

 private:
  nlohmann::json values_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEMPLATE_SCOPE_H_
