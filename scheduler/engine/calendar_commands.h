#ifndef SCHEDULER_ENGINE_CALENDAR_COMMANDS_H_
#define SCHEDULER_ENGINE_CALENDAR_COMMANDS_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "scheduler/core/calendar/calendar.h"
#include "scheduler/engine/commands.h"
#include "scheduler/engine/loop_core.h"

namespace scheduler::engine {

// What clients ask of calendars, carried out by loop 0, which alone changes the catalog. Each function
// stages its row in the batch under way and returns what the caller is told after the commit, or an
// error, in which case nothing was staged.
//
// After the commit the table has the new times, and the loops have yet to plan by them the jobs that
// exclude the calendar (Engine::SettleCalendar). Until they have, a row of the store says what was
// there before, for a process that starts in between.
class CalendarCommands {
 public:
  explicit CalendarCommands(LoopCore* core) : core_(*core) {}

  // What is to be put in force, with its times, which were made on the caller's thread.
  struct Prepared {
    core::CalendarSpec spec;
    std::shared_ptr<const core::Calendar> times;
    core::Uid expected_uid = 0;  // of an update: what it is made of; 0: there must be none
    int64_t expected_generation = 0;
    std::string etag;
    RequestId request;
    bool validate_only = false;
  };

  // ABORTED (IsChangedMeanwhile) if an update's calendar is not what was expected; ALREADY_EXISTS
  // CALENDAR_ALREADY_EXISTS. `changed` says whether the calendar has to be settled.
  absl::StatusOr<CalendarView> Put(const Prepared& command, bool* changed);
  absl::StatusOr<Done> Delete(const DeleteCalendar& command, bool* changed);

  // All jobs are planned, durably, by one of the changes that Put or Delete told of.
  void Settled(const std::string& product, const std::string& tag);
  // A process before this one has left such a change: Settled follows.
  void Resume(const std::string& product, const std::string& tag);

 private:
  // Changes of one calendar that are not settled. The row tells of the first of them.
  struct Unsettled {
    int changes = 0;
    bool has_row = false;
  };

  void BeginChange(const std::string& product, const std::string& tag,
                   const catalog::CalendarEntry& before);
  CalendarView Store(core::StoredCalendar calendar, std::shared_ptr<const core::Calendar> times);
  void Activate(const std::string& product, const std::string& tag,
                std::shared_ptr<const core::Calendar> times);

  LoopCore& core_;
  std::map<std::pair<std::string, std::string>, Unsettled> unsettled_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_CALENDAR_COMMANDS_H_
