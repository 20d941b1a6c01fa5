// Engine: what follows from the change of a calendar.

#include <atomic>
#include <memory>
#include <utility>

#include "scheduler/engine/engine.h"

namespace scheduler::engine {

void Engine::SettleCalendar(const std::string& product, const std::string& tag,
                            absl::AnyInvocable<void()> then) {
  struct Rest {
    std::atomic<int> shards{base::limits::kShards};
    absl::AnyInvocable<void()> then;
  };
  auto rest = std::make_shared<Rest>();
  rest->then = [this, product, tag, then = std::move(then)]() mutable {
    loop(kCatalogLoop).Post([product, tag](Loop& l) { l.calendars().Settled(product, tag); });
    then();
  };
  // A job that names the calendar from now on sees it as it is.
  if (registry_.tables().calendars.Find(product, tag).job_count == 0) return rest->then();
  for (int i = 0; i < base::limits::kShards; ++i) {
    const auto id = static_cast<core::ShardId>(i);
    LoopOf(id).Post([id, product, tag, rest](Loop& l) {
      l.ReplanExcluding(id, product, tag);
      l.core().Reply([rest](store::Position) {
        if (rest->shards.fetch_sub(1) == 1) rest->then();
      });
    });
  }
}

void Engine::ResumeCalendarChanges() {
  for (const UnsettledCalendar& change : recovered_.unsettled_calendars) {
    registry_.tables().calendars.Activate(change.product, change.tag, change.after, time_->Last());
    loop(kCatalogLoop).Post([product = change.product, tag = change.tag](Loop& l) {
      l.calendars().Resume(product, tag);
    });
    SettleCalendar(change.product, change.tag, [] {});
  }
}

}  // namespace scheduler::engine
