#include "scheduler/core/calendar/icalendar_occurrences.h"

#include <algorithm>
#include <optional>

#include "scheduler/core/calendar/local_cover.h"
#include "scheduler/core/rule/rule_instants.h"
#include "scheduler/core/rule/rule_periods.h"
#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

// Beside an event's length: more than a day of the clock on the wall can be longer than 24 hours.
constexpr int64_t kSlack = 2 * kDaySeconds;

// `time` as a time of the rule of `event`: of its kind, and in its zone or UTC.
RuleTime OfRule(const IcalendarTime& time, const IcalendarEvent& event) {
  if (event.start.is_date()) {
    return {RuleTime::Kind::kDate, absl::CivilSecond(absl::CivilDay(time.time.civil))};
  }
  if (event.start.is_floating() && !time.is_date()) {
    return {RuleTime::Kind::kLocal, time.time.civil};
  }
  if (time.zone && time.zone != event.start.zone) {
    return {RuleTime::Kind::kUtc, CivilOf(SecondOf(time))};
  }
  return time.time;
}

std::vector<RuleTime> ExcludedOf(const IcalendarEvent& event,
                                 const std::vector<IcalendarTime>& replaced) {
  std::vector<RuleTime> out;
  for (const IcalendarTime& time : event.excluded) out.push_back(OfRule(time, event));
  for (const IcalendarTime& time : replaced) out.push_back(OfRule(time, event));
  return out;
}

}  // namespace

// Dates and floating times repeat as if they were UTC: there each day has its 86,400 seconds.
EventOccurrences::EventOccurrences(const IcalendarEvent& event,
                                   const std::vector<IcalendarTime>& replaced)
    : event_(event),
      zone_(event.start.zone.value_or(absl::UTCTimeZone())),
      start_(SecondOf(event.start)),
      excluded_(ExcludedOf(event, replaced), zone_, DstPolicy()) {}

void EventOccurrences::ForEach(absl::FunctionRef<bool(Stretch)> visit) const {
  std::vector<RuleTime> dates = {{RuleTime::Kind::kUtc, CivilOf(start_)}};
  for (const IcalendarTime& time : event_.dates) dates.push_back(OfRule(time, event_));
  for (const ZonedTime& time : InstantsOf(dates, LocalOf(start_, zone_), zone_, DstPolicy())) {
    if (!excluded_.Around(time.instant) && !visit(StretchAt(time.instant))) return;
  }
  ForEachOfRule(visit);
}

void EventOccurrences::ForEachOfRule(absl::FunctionRef<bool(Stretch)> visit) const {
  if (!event_.pattern || start_ >= EndOfRules(zone_)) return;
  RulePattern pattern = *event_.pattern;
  // COUNT is counted here: the rule itself would have to find its end first, however far that is.
  const std::optional<int64_t> count = pattern.count;
  pattern.count.reset();
  // RFC 5545 section 3.3.10: to be ignored where DTSTART is a date.
  if (event_.start.is_date()) pattern.seconds = pattern.minutes = pattern.hours = 0;
  const RuleInstants instants(pattern, start_, zone_, DstPolicy());
  const int64_t length = event_.length.days * kDaySeconds + event_.length.seconds;
  int64_t after = start_ - 1;
  if (!count) after = std::max(after, kCalendarSeconds.begin - length - kSlack);
  for (int64_t n = 0; !count || n < *count; ++n) {
    const std::optional<ZonedTime> next = instants.Next(after);
    if (!next) return;
    after = next->instant;
    if (!visit(excluded_.Around(after) ? Stretch{after, after} : StretchAt(after))) return;
  }
}

Stretch EventOccurrences::StretchAt(int64_t begin) const {
  int64_t end = begin;
  if (event_.length.days != 0) {
    const int64_t local = LocalSecond(LocalOf(begin, zone_)) + event_.length.days * kDaySeconds;
    end = Resolve(CivilOf(local), zone_).first;
  }
  return {begin, end + event_.length.seconds};
}

}  // namespace scheduler::core
