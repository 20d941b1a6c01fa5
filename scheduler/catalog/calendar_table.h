#ifndef SCHEDULER_CATALOG_CALENDAR_TABLE_H_
#define SCHEDULER_CATALOG_CALENDAR_TABLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/calendar/calendar.h"
#include "scheduler/core/calendar/stored_calendar.h"

namespace scheduler::catalog {

// A small number that stands for (product, tag) as long as the calendar exists or a job refers to it.
using CalendarId = uint32_t;

struct CalendarEntry {
  std::shared_ptr<const core::StoredCalendar> calendar;  // null: there is none
  int64_t job_count = 0;
};

// All calendars, in memory, and how many jobs refer to each. They change on one thread (the loop that
// owns the catalog); everything may be read from any.
//
// A calendar changes in two steps: Put and Remove say how it is defined, ahead of the store by the
// commit under way; Activate says which times it covers for jobs, once that commit is durable. A job
// can refer to a new one only then.
class CalendarTable {
 public:
  static constexpr size_t kMaxCalendars = 100'000;

  // Its uid, generation and times are set by the caller.
  void Put(core::StoredCalendar calendar);
  void Remove(const std::string& product, const std::string& tag);
  // Null: nothing is covered any more, since `now`.
  void Activate(const std::string& product, const std::string& tag,
                std::shared_ptr<const core::Calendar> times, base::Millis now);

  CalendarEntry Find(const std::string& product, const std::string& tag) const;
  // The calendars of a product with uid > after.
  std::vector<CalendarEntry> List(const std::string& product, core::Uid after, int limit) const;
  bool full() const;

  // A reference from a job. FAILED_PRECONDITION CALENDAR_NOT_FOUND if the calendar does not exist, or
  // not durably.
  absl::StatusOr<CalendarId> Refer(const std::string& product, const std::string& tag);
  // The same without the check: for a journal's fold, where it may have been deleted since.
  CalendarId ReferUnchecked(const std::string& product, const std::string& tag);
  void Unrefer(CalendarId id);

  // The times that a calendar covers for jobs; null if it covers none or does not exist.
  std::shared_ptr<const core::Calendar> Times(const std::string& product,
                                              const std::string& tag) const;
  // The times that an id's calendar covers for jobs; null if it was deleted.
  std::shared_ptr<const core::Calendar> Get(CalendarId id) const;
  // Since when it covers nothing; 0 if it does, or was deleted before this process began.
  base::Millis MissingSince(CalendarId id) const;

 private:
  using Key = std::pair<std::string, std::string>;
  struct Slot {
    Key key;
    CalendarEntry entry;
    std::shared_ptr<const core::Calendar> times;
    base::Millis missing_since = 0;
  };

  CalendarId IdOf(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void DropIfUnused(CalendarId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable base::Mutex mu_;
  std::map<Key, CalendarId> ids_ ABSL_GUARDED_BY(mu_);
  std::vector<Slot> slots_ ABSL_GUARDED_BY(mu_);
  std::vector<CalendarId> free_ ABSL_GUARDED_BY(mu_);
  std::map<std::pair<std::string, core::Uid>, CalendarId> by_uid_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::catalog

#endif  // SCHEDULER_CATALOG_CALENDAR_TABLE_H_
