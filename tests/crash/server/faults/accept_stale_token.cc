// Results are taken whatever their token: each is given the run's current one.

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

class TrustingPort final : public ForwardingPort {
 public:
  TrustingPort(core::RunPort* port, engine::Engine* /*engine*/) : ForwardingPort(port) {}

  core::ClaimResult Claim(const core::ReadyRun& run, const std::string* worker,
                          core::ClaimedRun* out) override {
    const core::ClaimResult result = base_.Claim(run, worker, out);
    if (result == core::ClaimResult::kClaimed) {
      base::MutexLock lock(&mu_);
      current_[out->key] = out->token;
    }
    return result;
  }

  void Report(const std::string& product, std::vector<core::Outcome> outcomes,
              Committed committed) override {
    {
      base::MutexLock lock(&mu_);
      for (core::Outcome& outcome : outcomes) {
        const auto it = current_.find(outcome.key);
        if (it != current_.end()) outcome.token = it->second;
      }
    }
    base_.Report(product, std::move(outcomes), std::move(committed));
  }

 private:
  base::Mutex mu_;
  std::map<core::RunKey, uint64_t> current_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

std::unique_ptr<Fault> AcceptStaleToken() { return std::make_unique<PortFault<TrustingPort>>(); }

}  // namespace tests::crash
