#ifndef SCHEDULER_ENGINE_ETAG_H_
#define SCHEDULER_ENGINE_ETAG_H_

#include <string>

#include "absl/status/status.h"
#include "scheduler/base/errors.h"
#include "scheduler/core/calendar/stored_calendar.h"
#include "scheduler/core/connection/stored_connection.h"
#include "scheduler/core/model.h"

// The one rule of etags: a command that holds one is for that state of a resource alone.
namespace scheduler::engine {

// Of a job: (uid, generation, pause count), never counters.
std::string EtagOf(const core::JobStatus& status);
std::string EtagOf(const core::Event& event);
std::string EtagOf(const core::StoredCalendar& calendar);
std::string EtagOf(const core::StoredConnection& connection);

// OK if `given` is empty or the etag of `resource` as it stands. Errors: ETAG_MISMATCH (ABORTED).
// `Resource`: what EtagOf takes.
template <typename Resource>
absl::Status CheckEtag(const std::string& given, const Resource& resource) {
  if (given.empty()) return absl::OkStatus();
  const std::string current = EtagOf(resource);
  return given == current ? absl::OkStatus() : base::errors::EtagMismatch(given, current);
}

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_ETAG_H_
