// Every twentieth run is dispatched under the number of the run before it.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"
#include "tests/crash/server/decorated.h"
#include "tests/crash/server/forwarding_port.h"

namespace tests::crash {
namespace {

class MiscountingPort final : public ForwardingPort {
 public:
  MiscountingPort(core::RunPort* port, engine::Engine* /*engine*/) : ForwardingPort(port) {}

  core::ClaimResult Claim(const core::ReadyRun& run, const std::string* worker,
                          core::ClaimedRun* out) override {
    const core::ClaimResult result = base_.Claim(run, worker, out);
    if (result != core::ClaimResult::kClaimed) return result;
    base::MutexLock lock(&mu_);
    if (++claims_ % 20 != 0 || out->key.number < 2) return result;
    const core::RunKey real = out->key;
    --out->key.number;
    // Such a token is not given otherwise, so that outcomes find the run they are meant for.
    out->token |= kMark;
    real_[{out->key, out->token}] = real;
    return result;
  }

  void Report(const std::string& product, std::vector<core::Outcome> outcomes,
              Committed committed) override {
    {
      base::MutexLock lock(&mu_);
      for (core::Outcome& outcome : outcomes) {
        const auto it = real_.find({outcome.key, outcome.token});
        if (it == real_.end()) continue;
        outcome.key = it->second;
        outcome.token &= ~kMark;
      }
    }
    base_.Report(product, std::move(outcomes), std::move(committed));
  }

 private:
  static constexpr uint64_t kMark = uint64_t{1} << 31;

  base::Mutex mu_;
  int claims_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<std::pair<core::RunKey, uint64_t>, core::RunKey> real_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

std::unique_ptr<Fault> DoubleNumber() { return std::make_unique<PortFault<MiscountingPort>>(); }

}  // namespace tests::crash
