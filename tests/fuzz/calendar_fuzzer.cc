// Any bytes as an iCalendar text, in a calendar that some zone uses.

#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "scheduler/core/calendar/calendar.h"
#include "scheduler/core/calendar/calendar_schedule.h"
#include "tests/fuzz/schedule_checks.h"

namespace core = scheduler::core;

namespace {

// How many covered stretches after an instant are looked at.
constexpr int kStretches = 10;
constexpr core::Millis kNoEnd = std::numeric_limits<core::Millis>::max();

// What the calendar says of a stretch agrees with what it says of the times in it.
void CheckStretch(const core::Calendar& calendar, const core::CoveredStretch& stretch,
                  const absl::TimeZone& zone) {
  fuzz::Require(stretch.begin < stretch.end, "a stretch holds time");
  for (const core::Millis t :
       {stretch.begin, stretch.begin + (stretch.end - stretch.begin) / 2, stretch.end - 1}) {
    const std::optional<core::Millis> until = calendar.CoveredUntil(t, zone);
    const std::optional<core::Millis> since = calendar.CoveredSince(t, zone);
    fuzz::Require(until.has_value() && since.has_value(), "all of a stretch is covered");
    fuzz::Require(*since <= t && t < *until, "a stretch holds the time that was asked for");
  }
}

void CheckStretches(const core::Calendar& calendar, core::Millis from, const absl::TimeZone& zone) {
  for (int i = 0; i < kStretches; ++i) {
    const bool covered = calendar.CoveredUntil(from, zone).has_value();
    fuzz::Require(calendar.CoveredSince(from, zone).has_value() == covered,
                  "what is covered has a begin and an end");
    const auto found = calendar.FirstCovered(from, kNoEnd, zone);
    fuzz::Require(found.has_value() || !covered, "what is covered is found");
    if (!found) return;
    fuzz::Require(found->end > from, "what is found lies ahead");
    fuzz::Require(covered == (found->begin <= from), "nothing nearer is passed over");
    CheckStretch(calendar, *found, zone);
    from = found->end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Bytes bytes(data, size);
  const absl::TimeZone zone = fuzz::ZoneOf(bytes.Take());
  const int64_t at = fuzz::InstantOf(bytes.Take());
  core::CalendarSpec spec;
  spec.icalendar = std::string(bytes.Rest());
  const auto calendar = core::Calendar::Make(spec);
  if (!calendar.ok()) {
    fuzz::Require(!calendar.status().message().empty(), "an error says what is wrong");
    return 0;
  }
  CheckStretches(**calendar, at, zone);
  CheckStretches(**calendar, 0, zone);
  const core::IntervalSchedule daily(scheduler::base::kDay + scheduler::base::kMinute);
  const core::CalendarSchedule schedule(&daily, {&*calendar, 1}, zone);
  fuzz::CheckAround(schedule, core::ScheduleContext(), at);
  return 0;
}
