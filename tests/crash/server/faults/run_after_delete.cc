// A tenth of a second after a job was deleted, one more run of it is dispatched.

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"
#include "tests/crash/server/fault.h"
#include "tests/crash/server/forwarding_port.h"
#include "tests/crash/server/forwarding_service.h"

namespace tests::crash {
namespace {

using TagKey = std::pair<std::string, std::string>;

struct Sent {
  core::ReadyRun ready;
  core::ClaimedRun claimed;
};

// Remembers the last run of each job, and dispatches the one after it when the job is gone.
class HauntedPort final : public ForwardingPort {
 public:
  HauntedPort(core::RunPort* port, core::RunQueue* queue) : ForwardingPort(port), queue_(*queue) {}

  void Deleted(const TagKey& tag) {
    base::MutexLock lock(&mu_);
    const auto it = last_.find(tag);
    if (it == last_.end()) return;
    Sent ghost = it->second;
    last_.erase(it);
    ++ghost.ready.key.number;
    ghost.claimed.key = ghost.ready.key;
    ghosts_.emplace_back(Now() + 100, std::move(ghost));
  }

  core::ClaimResult Claim(const core::ReadyRun& run, const std::string* worker,
                          core::ClaimedRun* out) override {
    RaiseGhosts();
    {
      base::MutexLock lock(&mu_);
      const auto it = raised_.find(run.key);
      if (it != raised_.end()) {
        *out = it->second.claimed;
        out->scheduled_time = out->due_time = Now();
        return core::ClaimResult::kClaimed;
      }
    }
    const core::ClaimResult result = base_.Claim(run, worker, out);
    if (result == core::ClaimResult::kClaimed) {
      base::MutexLock lock(&mu_);
      last_[{out->product, out->job_tag}] = Sent{run, *out};
    }
    return result;
  }

 private:
  void RaiseGhosts() {
    std::vector<core::ReadyRun> ready;
    {
      base::MutexLock lock(&mu_);
      while (!ghosts_.empty() && ghosts_.front().first <= Now()) {
        Sent& ghost = ghosts_.front().second;
        ready.push_back(ghost.ready);
        raised_[ghost.ready.key] = std::move(ghost);
        ghosts_.pop_front();
      }
    }
    if (!ready.empty()) queue_.Push(ready);
  }

  core::RunQueue& queue_;
  base::Mutex mu_;
  std::map<TagKey, Sent> last_ ABSL_GUARDED_BY(mu_);
  std::deque<std::pair<base::Millis, Sent>> ghosts_ ABSL_GUARDED_BY(mu_);
  std::map<core::RunKey, Sent> raised_ ABSL_GUARDED_BY(mu_);
};

class TellingService final : public ForwardingService {
 public:
  TellingService(engine::Service* service, const std::unique_ptr<HauntedPort>* port)
      : ForwardingService(service), port_(*port) {}

  using ForwardingService::Delete;
  void Delete(engine::DeleteJob command, Reply<Done> reply) override {
    TagKey tag{command.product, command.tag};
    base_.Delete(std::move(command), [this, tag = std::move(tag), reply = std::move(reply)](
                                         absl::StatusOr<Done> result) mutable {
      if (result.ok()) port_->Deleted(tag);
      reply(std::move(result));
    });
  }

 private:
  const std::unique_ptr<HauntedPort>& port_;  // set before the first call
};

class DeleteFault final : public Fault {
 public:
  core::RunPort* Port(core::RunPort* port, engine::Engine* engine) override {
    port_ = std::make_unique<HauntedPort>(port, &engine->queue());
    return port_.get();
  }
  engine::Service* Service(engine::Service* service) override {
    service_ = std::make_unique<TellingService>(service, &port_);
    return service_.get();
  }

 private:
  std::unique_ptr<HauntedPort> port_;
  std::unique_ptr<TellingService> service_;
};

}  // namespace

std::unique_ptr<Fault> RunAfterDelete() { return std::make_unique<DeleteFault>(); }

}  // namespace tests::crash
