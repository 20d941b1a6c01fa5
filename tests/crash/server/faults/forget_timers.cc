// After a restart the timers of half the jobs are not set again: their next due time is taken to be a
// day away.

#include <memory>

#include "scheduler/base/millis.h"
#include "tests/crash/server/decorated.h"
#include "tests/crash/server/reading_store.h"

namespace tests::crash {
namespace {

class ForgetfulStore final : public ReadingStore {
 public:
  ForgetfulStore(store::Store* store, const base::Clock* clock)
      : ReadingStore(store), clock_(*clock) {}

 protected:
  core::Transitions AtEnd(const Standing& jobs) const override {
    core::Transitions added;
    const base::Millis tomorrow = clock_.WallNow() + base::kDay;
    for (const auto& [uid, job] : jobs) {
      if (core::SequenceOf(uid) % 2 != 0) continue;
      added.emplace_back(core::CursorMoved{uid, tomorrow, job.start_time});
    }
    return added;
  }

 private:
  const base::Clock& clock_;
};

}  // namespace

std::unique_ptr<Fault> ForgetTimers() { return std::make_unique<StoreFault<ForgetfulStore>>(); }

}  // namespace tests::crash
