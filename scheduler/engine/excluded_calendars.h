#ifndef SCHEDULER_ENGINE_EXCLUDED_CALENDARS_H_
#define SCHEDULER_ENGINE_EXCLUDED_CALENDARS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "scheduler/catalog/calendar_table.h"
#include "scheduler/core/model.h"

namespace scheduler::engine {

// The calendars that a job excludes, as they were when its loop last looked: a loop alone changes what
// its jobs see of them, so that what is due under the one before can be decided first.
struct ExcludedCalendars {
  std::vector<std::string> tags;
  std::vector<catalog::CalendarId> ids;                      // one for each
  std::vector<std::shared_ptr<const core::Calendar>> times;  // of those that exist
  absl::TimeZone zone;  // for calendars without one of their own: the job's, else UTC
};

// Null if the job excludes none. Takes a reference to each, whether it exists or not.
std::shared_ptr<const ExcludedCalendars> AcquireCalendars(const core::JobSpec& spec,
                                                          catalog::CalendarTable* table);
// Gives the references back; nothing for null.
void ReleaseCalendars(const std::shared_ptr<const ExcludedCalendars>& calendars,
                      catalog::CalendarTable* table);
// Whether both are the same calendars, read in the same zone; or null.
bool AreTheSame(const std::shared_ptr<const ExcludedCalendars>& a,
                const std::shared_ptr<const ExcludedCalendars>& b);
// The same calendars as they are now.
std::shared_ptr<const ExcludedCalendars> RefreshedCalendars(const ExcludedCalendars& calendars,
                                                            const catalog::CalendarTable& table);

// References to all calendars that a definition names, while it is checked and put in force.
class CalendarHold {
 public:
  explicit CalendarHold(catalog::CalendarTable* table) : table_(*table) {}
  CalendarHold(const CalendarHold&) = delete;
  CalendarHold& operator=(const CalendarHold&) = delete;
  ~CalendarHold();

  // FAILED_PRECONDITION CALENDAR_NOT_FOUND for one that does not exist, unless `before` has it too. Once.
  absl::Status Take(const core::JobSpec& spec, const std::vector<std::string>& before = {});

 private:
  catalog::CalendarTable& table_;
  std::vector<catalog::CalendarId> ids_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_EXCLUDED_CALENDARS_H_
