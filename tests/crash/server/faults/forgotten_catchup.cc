// After a restart every fixed-rate job goes on from now: what came due while the server was down is
// neither run nor recorded as missed.

#include <memory>

#include "tests/crash/server/decorated.h"
#include "tests/crash/server/reading_store.h"

namespace tests::crash {
namespace {

class JumpingStore final : public ReadingStore {
 public:
  JumpingStore(store::Store* store, const base::Clock* clock)
      : ReadingStore(store), clock_(*clock) {}

 protected:
  core::Transitions AtEnd(const Standing& jobs) const override {
    core::Transitions added;
    for (const auto& [uid, job] : jobs) {
      if (job.spec.interval_mode == core::IntervalMode::kFixedDelay) continue;
      added.emplace_back(core::CursorMoved{uid, clock_.WallNow(), job.start_time});
    }
    return added;
  }

 private:
  const base::Clock& clock_;
};

}  // namespace

std::unique_ptr<Fault> ForgottenCatchup() { return std::make_unique<StoreFault<JumpingStore>>(); }

}  // namespace tests::crash
