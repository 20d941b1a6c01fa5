#ifndef SCHEDULER_QUERY_RUN_READER_H_
#define SCHEDULER_QUERY_RUN_READER_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/engine/engine.h"
#include "scheduler/engine/service.h"
#include "scheduler/query/job_reader.h"

namespace scheduler::query {

// Reads runs from the three places where they stand: open ones in the registry, ended ones in the
// buffer that waits for sealing, sealed ones in history. A run moves forward only, so reading in that
// order misses none; one that moved meanwhile is seen twice and given once.
//
// Records past retention are not shown, whether they are still stored or not. Thread-safe; every
// method may read the disk.
class RunReader {
 public:
  RunReader(engine::Engine* engine, const JobReader* jobs, Millis history_age)
      : engine_(*engine), jobs_(*jobs), history_age_(history_age) {}

  // NOT_FOUND RUN_NOT_FOUND if there is no such run in the product, or it is past retention.
  absl::StatusOr<core::Run> Get(const std::string& product, const core::RunKey& key) const;

  absl::StatusOr<engine::RunPage> List(const engine::ListRuns& query) const;

 private:
  // What is needed of the job, there or deleted, to show and retain its runs.
  struct Owner {
    core::Uid uid = 0;
    std::string product;
    std::string tag;
    int64_t lowest_kept = 0;  // numbers below are past history_limit
  };
  absl::StatusOr<Owner> FindOwner(const std::string& product, core::Uid uid) const;
  bool Kept(const Owner& owner, const core::Run& run) const;
  // Open and unsealed runs of a job with number < before, descending.
  std::vector<core::Run> Recent(core::Uid uid, int64_t before) const;
  absl::StatusOr<std::optional<core::Run>> Find(const core::RunKey& key) const;

  absl::StatusOr<engine::RunPage> ListByJob(const engine::ListRuns& query) const;
  absl::StatusOr<engine::RunPage> ListAcross(const engine::ListRuns& query) const;
  void AddOpen(const engine::ListRuns& query, const core::RunKey& after,
               engine::RunPage* page) const;
  // Unsuccessful runs in their order, `want` at most of either place; and where one was stopped that
  // has more: beyond it runs would be missing.
  struct Part {
    std::vector<core::Run> runs;
    std::optional<store::UnsuccessfulCursor> stopped;
  };
  // Those that are not in history for sure; those of history; both.
  Part RecentUnsuccessful(const engine::ListRuns& query, const store::UnsuccessfulCursor& after,
                          size_t want) const;
  absl::StatusOr<Part> SealedUnsuccessful(const engine::ListRuns& query,
                                          const store::UnsuccessfulCursor& after,
                                          size_t want) const;
  absl::StatusOr<Part> Unsuccessful(const engine::ListRuns& query,
                                    const store::UnsuccessfulCursor& after, size_t want) const;
  absl::Status AddUnsuccessful(const engine::ListRuns& query,
                               const store::UnsuccessfulCursor& after, engine::RunPage* page) const;

  engine::Engine& engine_;
  const JobReader& jobs_;
  const Millis history_age_;
};

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_RUN_READER_H_
