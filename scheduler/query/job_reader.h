#ifndef SCHEDULER_QUERY_JOB_READER_H_
#define SCHEDULER_QUERY_JOB_READER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/engine/engine.h"
#include "scheduler/engine/service.h"

namespace scheduler::query {

using base::Millis;

// Where a job stood in the registry at one moment.
struct JobSight {
  core::JobStatus status;
  engine::Ticket ticket = 0;  // durable once everything seen here is
  int loop = 0;
};

// A page as it was read.
struct JobListing {
  engine::JobPage page;
  // Places in the page where the state is that after an update whose definition was not on disk yet.
  std::vector<size_t> torn;
};

// Reads jobs: the definition from the catalog row, the state from the registry. Thread-safe; every
// method may read the disk. Callers wait for the sight's ticket before they answer.
class JobReader {
 public:
  explicit JobReader(engine::Engine* engine) : engine_(*engine) {}

  // The state of a job; no status (uid 0) if there is none. The ticket is set in both cases.
  JobSight Look(const std::string& product, const std::string& tag) const;

  // The definition that belongs to `status`. NOT_FOUND if the row is gone; the row may be newer than
  // the status by updates that came since.
  absl::StatusOr<core::Job> ReadRow(const std::string& product, core::Uid uid) const;

  // Both, if they agree: the row has the status's generation. Nothing if the job was updated or
  // deleted in between: look again. NOT_FOUND if there was no job to be seen. REQUIRES: `sight` is
  // durable.
  absl::StatusOr<std::optional<engine::JobView>> Read(const std::string& product,
                                                      const std::string& tag, JobSight sight) const;

  // One page in uid order, of the jobs whose creation is durable. Callers answer when everything decided
  // up to now is durable, and nothing is torn.
  absl::StatusOr<JobListing> List(const engine::ListJobs& query) const;
  // Reads again what is torn, once everything decided up to the listing is durable. May leave some torn
  // by later updates.
  absl::Status Mend(const engine::ListJobs& query, JobListing* listing) const;

 private:
  void AddMissingCalendars(const engine::JobSide* side, core::JobStatus* status) const;
  // `event_missing`: since when, where it is; 0: not known.
  void AddConditions(core::JobStatus* status, std::optional<Millis> event_missing) const;

  engine::Engine& engine_;
};

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_JOB_READER_H_
