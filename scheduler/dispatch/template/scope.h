#ifndef SCHEDULER_DISPATCH_TEMPLATE_SCOPE_H_
#define SCHEDULER_DISPATCH_TEMPLATE_SCOPE_H_

#include <optional>
#include <string>
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
// A name whose first part is `input`, `job`, `run` or `secrets` is none of the input's members;
// input.job is. Secrets are none of the scope's: Renderer reads them.
class Scope {
 public:
  // `run` outlives the scope.
  explicit Scope(const core::ClaimedRun& run);

  // NOT_FOUND, for the run's error, if nothing has this name. A null of the input is a value.
  absl::StatusOr<nlohmann::json> Find(std::string_view name) const;

  // The same without a copy: null if nothing has this name. It refers to the scope.
  const nlohmann::json* Peek(std::string_view name) const;

  // What `path`, which has dots in between, names within `value`; null if there is nothing.
  static const nlohmann::json* Within(const nlohmann::json& value, std::string_view path);

  // Whether the first part of a name makes it none of the input's.
  static bool IsReserved(std::string_view first_part);

  // What keeps `name` from being a value of any run, and what would be right; nothing for names of
  // the input's members.
  static std::optional<std::string> FaultOf(std::string_view name);

 private:
  nlohmann::json values_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEMPLATE_SCOPE_H_
