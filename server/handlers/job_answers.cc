#include "server/handlers/job_answers.h"

#include <memory>

#include "scheduler/base/mutex.h"

namespace server {
namespace {

namespace core = scheduler::core;
using scheduler::base::MutexLock;
using scheduler::engine::JobView;

// Waits for the last runs of many jobs.
class LastRunCollector {
 public:
  LastRunCollector(size_t size, absl::AnyInvocable<void(absl::StatusOr<LastRuns>)> done)
      : runs_(size), left_(size), done_(std::move(done)) {}

  void Set(size_t index, absl::StatusOr<std::optional<core::Run>> run) ABSL_LOCKS_EXCLUDED(mu_) {
    bool last = false;
    {
      MutexLock lock(&mu_);
      if (run.ok()) {
        runs_[index] = *std::move(run);
      } else if (error_.ok()) {
        error_ = run.status();
      }
      last = --left_ == 0;
    }
    if (last) Finish();
  }

 private:
  // All are there: nobody else touches the members any more.
  void Finish() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (error_.ok()) {
      done_(std::move(runs_));
    } else {
      done_(error_);
    }
  }

  scheduler::base::Mutex mu_;
  LastRuns runs_ ABSL_GUARDED_BY(mu_);
  size_t left_ ABSL_GUARDED_BY(mu_);
  absl::Status error_ ABSL_GUARDED_BY(mu_);
  absl::AnyInvocable<void(absl::StatusOr<LastRuns>)> done_;
};

}  // namespace

void ReadLastRuns(const HandlerEnv& env, const std::vector<JobView>& jobs,
                  absl::AnyInvocable<void(absl::StatusOr<LastRuns>)> done) {
  if (jobs.empty()) {
    done(LastRuns());
    return;
  }
  const size_t size = jobs.size();  // `jobs` may be gone after the last Set
  auto collector = std::make_shared<LastRunCollector>(size, std::move(done));
  for (size_t i = 0; i < size; ++i) {
    if (jobs[i].status.last_number == 0) {
      collector->Set(i, std::nullopt);
      continue;
    }
    env.engine().LastRun(jobs[i], [collector, i](absl::StatusOr<std::optional<core::Run>> run) {
      collector->Set(i, std::move(run));
    });
  }
}

}  // namespace server
