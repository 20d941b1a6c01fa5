#include "tests/unit/scheduler/core/calendar/calendar_reference.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/schedule/local_time.h"

namespace tests {
namespace {

using absl::CivilDay;
using absl::CivilMinute;
using absl::CivilSecond;
using scheduler::base::Random;
using scheduler::core::Stretch;

int Between(int low, int high, Random* random) {
  const auto values = static_cast<uint64_t>(high - low) + 1;
  return low + static_cast<int>(random->Below(values));
}

CivilDay DayNear(CivilDay around, Random* random) { return around + Between(-6, 6, random); }

int64_t LocalOf(CivilSecond civil) { return civil - CivilSecond(); }

bool Holds(const std::vector<Stretch>& stretches, int64_t second) {
  return std::any_of(stretches.begin(), stretches.end(), [second](const Stretch& stretch) {
    return second >= stretch.begin && second < stretch.end;
  });
}

std::string IcalendarTime(CivilSecond time) {
  return absl::FormatTime("%Y%m%dT%H%M%S", absl::FromCivil(time, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

// Adds an event: on dates, in UTC, or floating.
std::string RandomEvent(CivilDay around, Random* random, KnownCalendar* calendar) {
  const CivilDay day = DayNear(around, random);
  const CivilSecond begin = CivilSecond(day) + 900 * Between(0, 95, random);
  const CivilSecond end = begin + 900 * Between(1, 200, random);
  switch (random->Below(3)) {
    case 0: {
      const CivilDay last = day + Between(1, 3, random);
      calendar->local.push_back({LocalOf(CivilSecond(day)), LocalOf(CivilSecond(last))});
      return absl::StrCat("DTSTART;VALUE=DATE:", IcalendarTime(CivilSecond(day)).substr(0, 8),
                          "\r\nDTEND;VALUE=DATE:", IcalendarTime(CivilSecond(last)).substr(0, 8));
    }
    case 1:
      calendar->instants.push_back({LocalOf(begin), LocalOf(end)});
      return absl::StrCat("DTSTART:", IcalendarTime(begin), "Z\r\nDTEND:", IcalendarTime(end), "Z");
    default:
      calendar->local.push_back({LocalOf(begin), LocalOf(end)});
      return absl::StrCat("DTSTART:", IcalendarTime(begin), "\r\nDTEND:", IcalendarTime(end));
  }
}

}  // namespace

bool Covers(const KnownCalendar& calendar, int64_t second, const absl::TimeZone& zone) {
  const scheduler::core::CalendarSpec& spec = calendar.spec;
  const auto own = scheduler::base::TimeZones::Get().Find(spec.time_zone);
  const CivilSecond local =
      scheduler::core::LocalOf(second, spec.time_zone.empty() ? zone : own.value());
  if (Holds(calendar.instants, second)) return true;
  if (local.year() < 1970 || local.year() > 2199) return false;
  const CivilDay day(local);
  for (const CivilDay date : spec.dates) {
    if (day == date) return true;
  }
  for (const auto& range : spec.date_ranges) {
    if (day >= range.first && day <= range.last) return true;
  }
  for (const auto& date : spec.yearly_dates) {
    if (day.month() == date.month && day.day() == date.day) return true;
  }
  const int minute = local.hour() * 60 + local.minute();
  const auto weekday = static_cast<int>(absl::GetWeekday(day));  // Monday: 0
  for (const auto& hours : spec.weekly_hours) {
    if ((hours.weekdays >> weekday & 1) != 0 && minute >= hours.start_minute &&
        minute < hours.end_minute) {
      return true;
    }
  }
  return Holds(calendar.local, LocalOf(local));
}

KnownCalendar RandomCalendar(CivilDay around, Random* random) {
  KnownCalendar calendar;
  scheduler::core::CalendarSpec& spec = calendar.spec;
  for (uint64_t n = random->Below(3); n > 0; --n) spec.dates.push_back(DayNear(around, random));
  for (uint64_t n = random->Below(2); n > 0; --n) {
    const CivilDay first = DayNear(around, random);
    spec.date_ranges.push_back({first, first + Between(0, 3, random)});
  }
  for (uint64_t n = random->Below(3); n > 0; --n) {
    const CivilDay day = DayNear(around, random);
    spec.yearly_dates.push_back({day.month(), day.day()});
  }
  for (uint64_t n = random->Below(4); n > 0; --n) {
    const int start = Between(0, random->Percent(50) ? 20 : 95, random);
    const int end = Between(start + 1, random->Percent(50) ? std::min(start + 4, 96) : 96, random);
    spec.weekly_hours.push_back(
        {static_cast<uint8_t>(Between(1, 127, random)), start * 15, end * 15});
  }
  std::string events;
  for (uint64_t n = random->Below(4); n > 0; --n) {
    absl::StrAppend(&events, "BEGIN:VEVENT\r\n", RandomEvent(around, random, &calendar),
                    "\r\nEND:VEVENT\r\n");
  }
  if (!events.empty()) {
    spec.icalendar = absl::StrCat("BEGIN:VCALENDAR\r\n", events, "END:VCALENDAR\r\n");
  }
  if (random->Percent(20)) spec.time_zone = "America/New_York";
  return calendar;
}

int64_t RandomChange(const absl::TimeZone& zone, Random* random) {
  const int64_t from =
      LocalOf(CivilSecond(1975)) + static_cast<int64_t>(random->Below(60 * 365)) * 86'400;
  const auto change = scheduler::core::NextChange(from, zone);
  return change ? change->at : from;
}

}  // namespace tests
