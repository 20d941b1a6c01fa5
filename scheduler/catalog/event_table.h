#ifndef SCHEDULER_CATALOG_EVENT_TABLE_H_
#define SCHEDULER_CATALOG_EVENT_TABLE_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "scheduler/base/mutex.h"
#include "scheduler/catalog/lane_table.h"
#include "scheduler/core/model.h"
#include "scheduler/core/run_port.h"

namespace scheduler::catalog {

// A small number that stands for (product, event type, tag) as long as the event exists or a job
// refers to it.
using EventId = uint32_t;

// Where runs of an event wait.
struct EventRoute {
  core::LaneId lane = core::kNoLane;        // kNoLane: the event was deleted
  core::LimitGroup group = core::kNoGroup;  // kNoGroup: of workers, without limits

  friend bool operator==(const EventRoute&, const EventRoute&) = default;
};

struct EventEntry {
  std::shared_ptr<const core::Event> event;  // null: deleted by force, still referred to
  int64_t job_count = 0;
};

// All events, in memory: few beside jobs, and needed at every attempt. Also counts the jobs that
// refer to each. Events change on one thread (the loop that owns the catalog); everything may be
// read from any.
//
// The table is ahead of the store by the changes whose commit is under way; a job can refer to a new
// event only when that is durable, so that no job is on disk without its event.
class EventTable {
  static_assert(std::atomic<EventRoute>::is_always_lock_free);

 public:
  explicit EventTable(LaneTable* lanes) : lanes_(lanes) {}

  // Tells `sink` of the limits of all events that have any, and from now on of each change. The sink
  // outlives the table's last change.
  void SetLimitSink(core::LimitSink* sink);

  // Puts an event, new or changed. Its uid, generation and times are set by the caller. A new one
  // cannot be referred to until MarkDurable.
  void Put(core::Event event);

  // The commit that holds the event is durable.
  void MarkDurable(const std::string& product, const core::EventKey& key);

  // Removes it, at `now`. Jobs that refer to it keep their id, which has no event from now on.
  void Remove(const std::string& product, const core::EventKey& key, base::Millis now);

  // The event and its use count; a null event if there is none.
  EventEntry Find(const std::string& product, const core::EventKey& key) const;

  // The event with this uid, null if there is none. And the events of a product with uid > after.
  std::vector<EventEntry> List(const std::string& product, core::Uid after, int limit) const;

  // A reference from a job. FAILED_PRECONDITION EVENT_NOT_FOUND if the event does not exist, or not
  // durably.
  absl::StatusOr<EventId> Refer(const std::string& product, const core::EventKey& key);

  // The same without the check: for a journal's fold, where the event may have been deleted since.
  EventId ReferUnchecked(const std::string& product, const core::EventKey& key);

  void Unrefer(EventId id);

  // A reference from runs that keep an earlier definition of their job: it keeps the id and is not
  // counted as a job.
  EventId Hold(const std::string& product, const core::EventKey& key);
  void Unhold(EventId id);

  // The event of an id that a job refers to; null if it was deleted.
  std::shared_ptr<const core::Event> Get(EventId id) const;
  // What a delivery needs, as of one moment.
  struct Resolved {
    EventRoute route;
    std::shared_ptr<const core::Event> event;
  };
  Resolved Resolve(EventId id) const;
  // When the event of an id was deleted; 0 if it exists, or was deleted before this process began.
  base::Millis MissingSince(EventId id) const;
  // Where runs of such an event are delivered.
  core::LaneId LaneFor(const core::Event& event) const;
  // Its key, whether it exists or not.
  core::EventKey KeyOf(EventId id) const;
  // Where its runs are delivered. Takes no lock.
  EventRoute RouteOf(EventId id) const { return routes_[id].load(std::memory_order_acquire); }
  core::LaneId LaneOf(EventId id) const { return RouteOf(id).lane; }

  static constexpr size_t kMaxEvents = 1 << 20;
  // Whether no new event can be put.
  bool full() const;

 private:
  using Key = std::pair<std::string, core::EventKey>;
  struct Slot {
    Key key;
    EventEntry entry;
    int64_t holds = 0;
    bool durable = false;
    base::Millis removed_at = 0;
    // Since it first had one: an event that is deleted and created again while something refers to it
    // counts on.
    core::LimitGroup group = core::kNoGroup;
  };

  EventId IdOf(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void DropIfUnused(EventId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Publish(EventId id, EventRoute route) {
    routes_[id].store(route, std::memory_order_release);
  }
  // Called without the lock; `group` may be kNoGroup.
  void TellLimits(core::LimitGroup group, const core::EventLimits& limits);

  LaneTable* const lanes_;
  core::LimitSink* limit_sink_ = nullptr;  // of the thread that changes events
  mutable base::Mutex mu_;
  std::map<Key, EventId> ids_ ABSL_GUARDED_BY(mu_);
  std::vector<Slot> slots_ ABSL_GUARDED_BY(mu_);
  std::vector<EventId> free_ ABSL_GUARDED_BY(mu_);
  std::map<std::pair<std::string, core::Uid>, EventId> by_uid_ ABSL_GUARDED_BY(mu_);
  core::LimitGroup last_group_ ABSL_GUARDED_BY(mu_) = core::kNoGroup;
  std::unique_ptr<std::atomic<EventRoute>[]> routes_ =
      std::make_unique<std::atomic<EventRoute>[]>(kMaxEvents);
};

}  // namespace scheduler::catalog

#endif  // SCHEDULER_CATALOG_EVENT_TABLE_H_
