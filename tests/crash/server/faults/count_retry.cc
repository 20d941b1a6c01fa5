// Each retry of a run takes one from the job's executions, as if it were a run of its own.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"
#include "tests/crash/server/decorated.h"
#include "tests/crash/server/forwarding_port.h"

namespace tests::crash {
namespace {

// Lowers the executions of the job whose run waits for a retry, durably.
void CountRetryOf(const core::RunKey& key, engine::Loop* loop) {
  engine::LoopCore& core = loop->core();
  engine::Shard& s = core.shard(core::ShardOf(key.uid));
  base::MutexLock lock(&s.mu);
  engine::ActiveJob* job = s.active(key.uid);
  const engine::OpenRun* run = job == nullptr ? nullptr : job->Find(key.number);
  if (run == nullptr || run->state != core::RunState::kRetryScheduled) return;
  const engine::Slot slot = job->slot;
  if (s.record(slot).executions < 2) return;  // 0 is no limit
  auto changed = std::make_shared<core::JobDefined>(s.SnapshotOf(slot).definition);
  --changed->spec.executions;
  core.RecordUpdate(s, slot, std::move(changed));
}

class CountingPort final : public ForwardingPort {
 public:
  CountingPort(core::RunPort* port, engine::Engine* engine)
      : ForwardingPort(port), engine_(*engine) {}

  void Report(const std::string& product, std::vector<core::Outcome> outcomes,
              Committed committed) override {
    std::vector<core::RunKey> failed;
    for (const core::Outcome& outcome : outcomes) {
      if (outcome.kind == core::Outcome::Kind::kFailed) failed.push_back(outcome.key);
    }
    base_.Report(product, std::move(outcomes), std::move(committed));
    for (const core::RunKey& key : failed) {
      engine_.LoopOf(core::ShardOf(key.uid)).Post([key](engine::Loop& loop) {
        CountRetryOf(key, &loop);
      });
    }
  }

 private:
  engine::Engine& engine_;
};

}  // namespace

std::unique_ptr<Fault> CountRetry() { return std::make_unique<PortFault<CountingPort>>(); }

}  // namespace tests::crash
