#ifndef TESTS_BENCH_MICRO_INSTANT_ENGINE_H_
#define TESTS_BENCH_MICRO_INSTANT_ENGINE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/core/run_port.h"
#include "tests/bench/load/clock.h"

namespace bench {

// The engine as dispatch sees it, at no cost: a claim only fills in the run, a report is committed
// at once. What remains is the cost of the workers' side. One lane. Thread-safe.
class InstantEngine final : public scheduler::core::RunQueue, public scheduler::core::RunPort {
 public:
  // Endless: the lane always has runs, else those that were given by Give.
  explicit InstantEngine(bool endless) : endless_(endless) {
    scheduler::core::Event event;
    event.key = {scheduler::core::EventType::kAction, "bench_event"};
    event.target = scheduler::core::WorkerTarget{"bench"};
    event_ = std::make_shared<const scheduler::core::Event>(std::move(event));
  }

  void Give(scheduler::core::LaneId lane, int64_t runs) {
    waiting_ += runs;
    listener_->OnReady(lane);
  }
  int64_t reported() const { return reported_.load(); }

  // --- RunQueue ---
  void Push(absl::Span<const scheduler::core::ReadyRun> /*runs*/) override {}
  size_t Pop(scheduler::core::LaneId lane, size_t max,
             std::vector<scheduler::core::ReadyRun>* out) override {
    size_t count = max;
    if (!endless_) {
      int64_t waiting = waiting_.load();
      do {
        count = std::min<size_t>(max, static_cast<size_t>(waiting));
      } while (!waiting_.compare_exchange_weak(waiting, waiting - static_cast<int64_t>(count)));
    }
    const int64_t first = next_.fetch_add(static_cast<int64_t>(count));
    for (size_t i = 0; i < count; ++i) {
      const int64_t n = first + static_cast<int64_t>(i);
      scheduler::core::ReadyRun run;
      run.key = {
          scheduler::core::MakeUid(static_cast<uint64_t>(n % 100'000) + 1, static_cast<uint8_t>(n)),
          n / 100'000 + 1};
      run.lane = lane;
      out->push_back(run);
    }
    return count;
  }
  size_t Size(scheduler::core::LaneId /*lane*/) const override {
    return endless_ ? 1'000'000 : static_cast<size_t>(waiting_.load());
  }
  size_t TotalSize() const override { return Size(0); }
  void SetListener(scheduler::core::LaneListener* listener) override { listener_ = listener; }

  // --- RunPort ---
  scheduler::core::ClaimResult Claim(const scheduler::core::ReadyRun& run,
                                     const std::string* /*worker*/,
                                     scheduler::core::ClaimedRun* out) override {
    out->key = run.key;
    out->token = (uint64_t{1} << 32) | 1;
    out->attempt = 1;
    out->scheduled_time = Now();
    out->attempt_timeout = 15'000;
    out->product = "default";
    out->job_tag = "bench-0000001234";
    out->job_name = "Bench";
    out->event = event_;
    return scheduler::core::ClaimResult::kClaimed;
  }
  void Report(const std::string& /*product*/, std::vector<scheduler::core::Outcome> outcomes,
              Committed committed) override {
    reported_ += static_cast<int64_t>(outcomes.size());
    committed({});
  }
  std::vector<scheduler::core::RunRef> StillCurrent(
      const std::string& /*product*/, absl::Span<const scheduler::core::RunRef> /*runs*/) override {
    return {};
  }
  scheduler::base::Millis Now() const override { return WallNanos() / kNanosPerMilli; }

 private:
  const bool endless_;
  scheduler::core::LaneListener* listener_ = nullptr;
  std::shared_ptr<const scheduler::core::Event> event_;
  std::atomic<int64_t> waiting_{0};
  std::atomic<int64_t> next_{0};
  std::atomic<int64_t> reported_{0};
};

}  // namespace bench

#endif  // TESTS_BENCH_MICRO_INSTANT_ENGINE_H_
