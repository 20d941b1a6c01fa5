#ifndef TESTS_CRASH_SERVER_FORWARDING_PORT_H_
#define TESTS_CRASH_SERVER_FORWARDING_PORT_H_

#include <string>
#include <utility>
#include <vector>

#include "scheduler/core/run_port.h"

namespace tests::crash {

// A run port that is another one: a fault overrides what it spoils.
class ForwardingPort : public scheduler::core::RunPort {
 public:
  explicit ForwardingPort(scheduler::core::RunPort* port) : base_(*port) {}

  scheduler::core::ClaimResult Claim(const scheduler::core::ReadyRun& run,
                                     const std::string* worker,
                                     scheduler::core::ClaimedRun* out) override {
    return base_.Claim(run, worker, out);
  }
  void Report(const std::string& product, std::vector<scheduler::core::Outcome> outcomes,
              Committed committed) override {
    base_.Report(product, std::move(outcomes), std::move(committed));
  }
  std::vector<scheduler::core::RunRef> StillCurrent(
      const std::string& product, absl::Span<const scheduler::core::RunRef> runs) override {
    return base_.StillCurrent(product, runs);
  }
  scheduler::base::Millis Now() const override { return base_.Now(); }

 protected:
  scheduler::core::RunPort& base_;
};

}  // namespace tests::crash

#endif  // TESTS_CRASH_SERVER_FORWARDING_PORT_H_
