#ifndef TESTS_SUPPORT_ENGINE_ENGINE_HARNESS_H_
#define TESTS_SUPPORT_ENGINE_ENGINE_HARNESS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/engine/engine.h"
#include "scheduler/query/scheduler_service.h"
#include "scheduler/store/memory_store.h"
#include "tests/support/manual_clock.h"

// An engine on a store in memory, stepped by the test on a clock that the test moves: what is called
// is carried out, committed and answered before the call returns.
namespace tests {

using scheduler::base::Millis;
namespace base = scheduler::base;
namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace store = scheduler::store;

inline constexpr Millis kStart = 1'700'000'000'000;

struct HarnessOptions {
  int loops = 2;
  engine::ArchiveOptions archive;
  int64_t input_cache_bytes = base::limits::kInputCacheBytes;
  int64_t disk_reserve_bytes = 0;
  // Wraps the store that the engine is opened on, at each start.
  std::function<std::unique_ptr<store::Store>(std::unique_ptr<store::Store>)> decorate;
};

// A record in one line, times in milliseconds since kStart: "3 COMPLETED SCHEDULE 2000",
// "4 SKIPPED OVERLAP 3000..5000 x3", "5 CANCELLED MANUAL 6000 DELETED".
std::string ToLine(const core::Run& run);
std::vector<std::string> ToLines(const std::vector<core::Run>& runs);

core::Outcome OutcomeOf(const core::RunKey& key, uint64_t token,
                        core::Outcome::Kind kind = core::Outcome::Kind::kCompleted);

class EngineHarness final : public core::CancelSink, public core::LaneListener {
 public:
  explicit EngineHarness(HarnessOptions options = {});
  ~EngineHarness() override;

  engine::Engine& engine() { return *engine_; }
  engine::Service& service() { return *service_; }
  store::Store& store() { return *store_; }
  const std::shared_ptr<store::MemoryDisk>& disk() { return disk_; }
  base::ManualClock& clock() { return clock_; }
  Millis now() const { return clock_.WallNow(); }

  // Drops the engine; what was not committed is lost. Open starts another on the same disk.
  void Crash();
  absl::Status Open();
  void Restart();
  // The status of the commit that failed for good; OK if none did.
  const absl::Status& fatal() const { return fatal_; }

  // Steps loops, committer and loader until nothing is left to do now. Returns the milliseconds until
  // a loop wants to be stepped again.
  Millis Settle();
  // Time passes; every loop is stepped when it wants to be.
  void Advance(Millis millis);

  // ---- calls that wait for the answer
  template <typename T>
  absl::StatusOr<T> Await(const std::function<void(engine::Reply<T>)>& call);
  absl::StatusOr<engine::JobView> Create(core::JobSpec spec, std::string request_id = "");
  absl::StatusOr<engine::JobView> Update(const std::string& tag,
                                         std::function<void(core::JobSpec*)> patch,
                                         std::string etag = "");
  absl::StatusOr<engine::Done> Delete(const std::string& tag);
  absl::StatusOr<engine::JobView> Skip(const std::string& tag, Millis time, bool undo = false);
  absl::StatusOr<engine::JobView> Backfill(const std::string& tag, Millis start, Millis end,
                                           int32_t parallel = 1);
  absl::StatusOr<engine::JobView> CancelBackfill(const std::string& tag);
  absl::StatusOr<engine::JobView> Pause(const std::string& tag, bool cancel_active = false);
  absl::StatusOr<engine::JobView> Resume(const std::string& tag, bool catch_up = false);
  absl::StatusOr<core::Run> RunNow(const std::string& tag,
                                   std::optional<core::OverlapPolicy> overlap = std::nullopt);
  absl::StatusOr<core::Run> Cancel(const core::RunKey& key);
  absl::StatusOr<engine::EventView> CreateEvent(core::Event event);
  absl::StatusOr<engine::Done> DeleteEvent(const std::string& tag, bool force);
  absl::StatusOr<engine::JobView> Get(const std::string& tag);
  absl::StatusOr<core::Run> GetRun(const core::RunKey& key);
  // The records of a job as lines, number descending.
  std::vector<std::string> Lines(const std::string& tag) { return ToLines(Runs(tag)); }
  // Every record of the job that can be read, number descending.
  std::vector<core::Run> Runs(const std::string& tag, int page_size = 100);
  std::vector<core::Run> RunsOf(core::Uid uid, int page_size = 100);

  // ---- dispatch
  // Claims what waits in a lane.
  std::vector<core::ClaimedRun> Claim(core::LaneId lane = core::kHttpLane, size_t max = 1000);
  // Claims the one run that waits. A failure of the test if there is not exactly one.
  core::ClaimedRun ClaimOne(core::LaneId lane = core::kHttpLane);
  // Reports one outcome; returns the reason of a refusal, else an empty text.
  std::string Report(core::Outcome outcome, const std::string& product = "");
  std::string Complete(const core::ClaimedRun& run, std::string output = "");
  std::string Fail(const core::ClaimedRun& run, std::string code,
                   std::optional<Millis> retry_after = std::nullopt);
  std::string Lose(const core::ClaimedRun& run);
  std::string Release(const core::ClaimedRun& run);
  // What CancelRuns was called with since the last call.
  std::vector<core::RunRef> TakeCancels() { return std::exchange(cancels_, {}); }
  std::vector<core::LaneId> TakeReadyLanes() { return std::exchange(ready_lanes_, {}); }

  void CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) override;
  void OnReady(core::LaneId lane) override { ready_lanes_.push_back(lane); }

 private:
  base::ManualClock clock_{kStart, 1'000'000'000};
  int64_t committer_nanos_ = 0;  // its own time: it waits for nothing
  HarnessOptions options_;
  std::shared_ptr<store::MemoryDisk> disk_ = std::make_shared<store::MemoryDisk>();
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Service> service_;
  absl::Status fatal_;
  std::vector<core::RunRef> cancels_;
  std::vector<core::LaneId> ready_lanes_;
};

template <typename T>
absl::StatusOr<T> EngineHarness::Await(const std::function<void(engine::Reply<T>)>& call) {
  auto answer = std::make_shared<std::optional<absl::StatusOr<T>>>();
  call([answer](absl::StatusOr<T> result) { *answer = std::move(result); });
  Settle();
  if (!answer->has_value()) return absl::UnknownError("not answered");
  return **std::move(answer);
}

// ---- definitions, in the product "default" ------------------------------------------------------

inline constexpr char kProduct[] = "default";
// Who asks for manual runs and backfills.
inline constexpr char kCaller[] = "somebody";

core::EventKey EventKeyOf(const std::string& tag);
// An HTTP action; a task for workers where a queue is named.
core::Event HttpEvent(const std::string& tag);
core::Event WorkerEvent(const std::string& tag, const std::string& queue = "");

// A job that fires the event "event" every `interval`, for ever.
core::JobSpec Every(Millis interval, const std::string& tag = "job");
core::JobSpec At(std::vector<Millis> times, const std::string& tag = "job");

}  // namespace tests

#endif  // TESTS_SUPPORT_ENGINE_ENGINE_HARNESS_H_
