#ifndef TESTS_SIMULATION_CALENDARS_H_
#define TESTS_SIMULATION_CALENDARS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/millis.h"
#include "scheduler/base/random.h"
#include "scheduler/core/calendar/calendar_spec.h"

namespace sim {

using scheduler::base::Millis;

// Stretches of whole seconds, [first, second), in seconds since 1970.
using Windows = std::vector<std::pair<int64_t, int64_t>>;

bool Holds(const Windows& windows, int64_t second);

// What a calendar covered when, as it was committed: a time is covered as the version says that was in
// force at that time, and times to come as the last one says.
class CalendarHistory {
 public:
  void Change(Millis at, Windows windows) { versions_.emplace_back(at, std::move(windows)); }
  bool Covers(Millis time) const;
  // What it covers now.
  Windows latest() const { return versions_.empty() ? Windows() : versions_.back().second; }

 private:
  std::vector<std::pair<Millis, Windows>> versions_;
};

// A calendar of these windows: as the events of an iCalendar text, for the scheduler, and in its name, for
// who checks it.
scheduler::core::CalendarSpec SpecOf(const std::string& product, const std::string& tag,
                                     const Windows& windows);
Windows WindowsOf(const scheduler::core::CalendarSpec& spec);

// Random windows up to `reach` before and after `now`. Those around now are as `before` has them: when
// exactly a change comes into force must not matter.
Windows RandomWindows(Millis now, Millis reach, const Windows& before,
                      scheduler::base::Random* random);

}  // namespace sim

#endif  // TESTS_SIMULATION_CALENDARS_H_
