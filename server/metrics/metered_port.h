#ifndef SERVER_METRICS_METERED_PORT_H_
#define SERVER_METRICS_METERED_PORT_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "scheduler/core/run_port.h"
#include "server/metrics/exposition.h"

namespace server {

// What passes between engine and dispatch, counted: attempts by trigger, how late first attempts
// were claimed, outcomes by kind, refusals. Thread-safe.
class MeteredPort final : public scheduler::core::RunPort, public MetricSource {
 public:
  // `port` outlives it.
  explicit MeteredPort(scheduler::core::RunPort* port) : port_(*port) {}

  scheduler::core::ClaimResult Claim(const scheduler::core::ReadyRun& run,
                                     const std::string* worker,
                                     scheduler::core::ClaimedRun* out) override;
  void Report(const std::string& product, std::vector<scheduler::core::Outcome> outcomes,
              Committed committed) override;
  std::vector<scheduler::core::RunRef> StillCurrent(
      const std::string& product, absl::Span<const scheduler::core::RunRef> runs) override {
    return port_.StillCurrent(product, runs);
  }
  scheduler::base::Millis Now() const override { return port_.Now(); }

  void Collect(Exposition* out) const override;

 private:
  // Bounds of the lateness histogram in milliseconds.
  static constexpr std::array<int64_t, 14> kLatenessBounds = {
      0, 1, 2, 5, 10, 20, 50, 100, 250, 1000, 5000, 10'000, 60'000, 600'000};
  static constexpr size_t kTriggers = 6;  // by number; 0 is none
  static constexpr size_t kKinds = 5;

  using Counter = std::atomic<int64_t>;
  static void Add(Counter* counter, int64_t n = 1) {
    counter->fetch_add(n, std::memory_order_relaxed);
  }
  void CountLateness(scheduler::base::Millis lateness);

  scheduler::core::RunPort& port_;
  Counter attempts_{0};
  std::array<Counter, kTriggers> first_attempts_{};
  std::array<Counter, kLatenessBounds.size() + 1> lateness_{};
  Counter lateness_sum_{0};
  std::array<Counter, kKinds> outcomes_{};
  Counter refused_{0};
};

}  // namespace server

#endif  // SERVER_METRICS_METERED_PORT_H_
