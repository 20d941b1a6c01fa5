#ifndef TESTS_SUPPORT_TINY_ENGINE_H_
#define TESTS_SUPPORT_TINY_ENGINE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"

namespace scheduler::core {

// The engine as dispatch sees it, small enough to see through: runs are queued, claimed under
// rising tokens, and end by the first outcome that names the last token. Released and lost ones
// are queued again. No store: a report is committed at once, or when the test says so.
//
// Thread-safe. Calls nobody while it holds its lock.
class TinyEngine final : public RunQueue, public RunPort {
 public:
  struct Record {
    LaneId lane = kNoLane;
    std::string product;
    uint64_t token = 0;
    bool queued = true;
    bool ended = false;
    int claims = 0;
    int released = 0;
    int lost = 0;
    const std::string* worker = nullptr;
    Outcome outcome;  // once ended
  };

  TinyEngine();

  // --- what the test does and sees ---------------------------------------------------------------

  // Queues `count` runs and returns their keys.
  std::vector<RunKey> Add(LaneId lane, int count, const std::string& product = "shop");
  // The run ends CANCELLED; the sink is told if it was running.
  void Cancel(const RunKey& key, CancelSink* sink, const std::string& reason = "REQUESTED");
  // Ends it behind dispatch's back, as a restart or another owner would.
  void EndSilently(const RunKey& key);

  void HoldCommits();
  // Commits what was held, and from now on at once. From the caller's thread.
  void ReleaseCommits();
  // Commits the held reports in reverse order, and goes on holding.
  void CommitBackwards();

  Record Get(const RunKey& key) const;
  size_t ended() const;
  size_t reports() const;  // calls of Report
  // Outcomes of any kind, in the order in which they were accepted.
  std::vector<Outcome> accepted() const;

  void SetAttemptTimeout(Millis timeout);
  void SetInput(std::string input_json);
  void SetNow(Millis now);
  // Called at the beginning of each claim, without the lock.
  void SetOnClaim(std::function<void()> on_claim);
  // From now on runs wait in this queue, as runs of the group. It outlives the engine's use.
  void SetQueue(RunQueue* queue, LimitGroup group);

  // --- RunQueue ----------------------------------------------------------------------------------
  void Push(absl::Span<const ReadyRun> runs) override;
  size_t Pop(LaneId lane, size_t max, std::vector<ReadyRun>* out) override;
  size_t Size(LaneId lane) const override;
  size_t TotalSize() const override;
  void SetListener(LaneListener* listener) override { listener_ = listener; }

  // --- RunPort -----------------------------------------------------------------------------------
  ClaimResult Claim(const ReadyRun& run, const std::string* worker, ClaimedRun* out) override;
  void Report(const std::string& product, std::vector<Outcome> outcomes,
              Committed committed) override;
  std::vector<RunRef> StillCurrent(const std::string& product,
                                   absl::Span<const RunRef> runs) override;
  Millis Now() const override;

 private:
  // The word for a refusal, empty if accepted. Adds the runs that are to be queued again.
  std::string Take(const std::string& product, const Outcome& outcome, std::vector<ReadyRun>* again)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  LaneListener* listener_ = nullptr;
  std::shared_ptr<const Event> event_;

  mutable base::Mutex mu_;
  Uid next_uid_ ABSL_GUARDED_BY(mu_) = MakeUid(1, 0);
  absl::flat_hash_map<RunKey, Record> runs_ ABSL_GUARDED_BY(mu_);
  std::map<LaneId, std::deque<ReadyRun>> lanes_ ABSL_GUARDED_BY(mu_);
  std::vector<Outcome> accepted_ ABSL_GUARDED_BY(mu_);
  size_t ended_ ABSL_GUARDED_BY(mu_) = 0;
  size_t reports_ ABSL_GUARDED_BY(mu_) = 0;
  bool hold_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::function<void()>> held_ ABSL_GUARDED_BY(mu_);
  Millis attempt_timeout_ ABSL_GUARDED_BY(mu_) = base::limits::kDefaultAttemptTimeout;
  Millis now_ ABSL_GUARDED_BY(mu_) = 1'700'000'000'000;
  std::string input_json_ ABSL_GUARDED_BY(mu_);
  std::function<void()> on_claim_ ABSL_GUARDED_BY(mu_);
  RunQueue* queue_ ABSL_GUARDED_BY(mu_) = nullptr;
  LimitGroup group_ ABSL_GUARDED_BY(mu_) = kNoGroup;
};

}  // namespace scheduler::core

#endif  // TESTS_SUPPORT_TINY_ENGINE_H_
