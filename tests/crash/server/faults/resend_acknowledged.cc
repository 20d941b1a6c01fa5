// Every tenth run whose success was committed is delivered once more.

#include <atomic>
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

struct Sent {
  core::ReadyRun ready;
  core::ClaimedRun claimed;
};

class ResendingPort final : public ForwardingPort {
 public:
  ResendingPort(core::RunPort* port, engine::Engine* engine)
      : ForwardingPort(port), queue_(engine->queue()) {}

  core::ClaimResult Claim(const core::ReadyRun& run, const std::string* worker,
                          core::ClaimedRun* out) override {
    {
      base::MutexLock lock(&mu_);
      const auto it = again_.find(run.key);
      if (it != again_.end()) {
        *out = it->second.claimed;
        ++out->token;
        ++out->attempt;
        return core::ClaimResult::kClaimed;
      }
    }
    const core::ClaimResult result = base_.Claim(run, worker, out);
    if (result == core::ClaimResult::kClaimed) {
      base::MutexLock lock(&mu_);
      sent_[run.key] = Sent{run, *out};
    }
    return result;
  }

  void Report(const std::string& product, std::vector<core::Outcome> outcomes,
              Committed committed) override {
    std::vector<core::Outcome> real;
    std::vector<core::RunKey> completed;
    {
      base::MutexLock lock(&mu_);
      for (core::Outcome& outcome : outcomes) {
        if (again_.contains(outcome.key)) continue;  // of the second delivery
        if (outcome.kind == core::Outcome::Kind::kCompleted) completed.push_back(outcome.key);
        real.push_back(std::move(outcome));
      }
    }
    base_.Report(product, std::move(real),
                 [this, completed = std::move(completed),
                  committed = std::move(committed)](std::vector<core::Refusal> refused) {
                   const bool taken = refused.empty();
                   committed(std::move(refused));
                   if (taken) Resend(completed);
                 });
  }

 private:
  void Resend(const std::vector<core::RunKey>& runs) {
    std::vector<core::ReadyRun> ready;
    {
      base::MutexLock lock(&mu_);
      for (const core::RunKey& key : runs) {
        const auto it = sent_.find(key);
        if (it == sent_.end() || ++completed_ % 10 != 0) continue;
        ready.push_back(it->second.ready);
        again_.insert(sent_.extract(it));
      }
    }
    queue_.Push(ready);
  }

  core::RunQueue& queue_;
  base::Mutex mu_;
  std::map<core::RunKey, Sent> sent_ ABSL_GUARDED_BY(mu_);
  std::map<core::RunKey, Sent> again_ ABSL_GUARDED_BY(mu_);
  int completed_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace

std::unique_ptr<Fault> ResendAcknowledged() { return std::make_unique<PortFault<ResendingPort>>(); }

}  // namespace tests::crash
