#include "scheduler/core/calendar/calendar.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/random.h"
#include "scheduler/core/schedule/local_time.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/calendar/calendar_reference.h"
#include "tests/unit/scheduler/core/schedule/zones.h"

namespace scheduler::core {
namespace {

using absl::CivilDay;
using absl::CivilSecond;
using testing::HasSubstr;

constexpr Millis kMin = std::numeric_limits<Millis>::min();
constexpr Millis kMax = std::numeric_limits<Millis>::max();

std::shared_ptr<const Calendar> Made(const CalendarSpec& spec) {
  absl::StatusOr<std::shared_ptr<const Calendar>> calendar = Calendar::Make(spec);
  EXPECT_TRUE(calendar.ok()) << calendar.status();
  return calendar.ok() ? *calendar : nullptr;
}

Millis At(const std::string& zone, CivilSecond local) {
  return Resolve(local, tests::Zone(zone)).first * 1000;
}

// The stretch around or after a time, in a zone: "12-25T00:00+01:00/12-26T00:00+01:00".
std::string StretchText(const Calendar& calendar, const std::string& zone, Millis from) {
  const absl::TimeZone tz = tests::Zone(zone);
  const std::optional<CoveredStretch> found = calendar.FirstCovered(from, kMax, tz);
  if (!found) return "none";
  EXPECT_EQ(calendar.CoveredUntil(found->begin, tz), found->end);
  EXPECT_EQ(calendar.CoveredSince(found->end - 1, tz), found->begin);
  const auto text = [&tz](Millis t) {
    return absl::FormatTime("%m-%dT%H:%M%Ez", absl::FromUnixMillis(t), tz);
  };
  return absl::StrCat(text(found->begin), "/", text(found->end));
}

std::string StretchText(const Calendar& calendar, const std::string& zone, CivilSecond from) {
  return StretchText(calendar, zone, At(zone, from));
}

// ---- days and hours -----------------------------------------------------------------------------

TEST(CalendarTest, AnEmptyOneCoversNothing) {
  const auto calendar = Made({});
  for (const Millis t : {kMin, Millis{0}, kMax}) {
    EXPECT_EQ(calendar->CoveredUntil(t, absl::UTCTimeZone()), std::nullopt);
    EXPECT_EQ(calendar->CoveredSince(t, absl::UTCTimeZone()), std::nullopt);
    EXPECT_EQ(calendar->FirstCovered(t, kMax, absl::UTCTimeZone()), std::nullopt);
  }
}

TEST(CalendarTest, DaysAreThoseOfTheZone) {
  CalendarSpec spec;
  spec.dates = {CivilDay(2026, 12, 25)};
  EXPECT_EQ(StretchText(*Made(spec), "Europe/Berlin", kMin), "12-25T00:00+01:00/12-26T00:00+01:00");
  EXPECT_EQ(StretchText(*Made(spec), "Asia/Tokyo", kMin), "12-25T00:00+09:00/12-26T00:00+09:00");
  spec.time_zone = "Asia/Tokyo";
  EXPECT_EQ(StretchText(*Made(spec), "Europe/Berlin", kMin), "12-24T16:00+01:00/12-25T16:00+01:00");
}

TEST(CalendarTest, AMillisecondIsInTheSecondThatItBelongsTo) {
  CalendarSpec spec;
  spec.dates = {CivilDay(2026, 12, 25)};
  const auto calendar = Made(spec);
  const absl::TimeZone utc = absl::UTCTimeZone();
  const Millis begin = At("UTC", CivilSecond(2026, 12, 25));
  const Millis end = begin + base::kDay;
  EXPECT_EQ(calendar->CoveredUntil(begin - 1, utc), std::nullopt);
  EXPECT_EQ(calendar->CoveredUntil(begin, utc), end);
  EXPECT_EQ(calendar->CoveredUntil(end - 1, utc), end);
  EXPECT_EQ(calendar->CoveredSince(end - 1, utc), begin);
  EXPECT_EQ(calendar->CoveredSince(end, utc), std::nullopt);
  EXPECT_EQ(calendar->FirstCovered(kMin, begin, utc), std::nullopt);
  EXPECT_EQ(calendar->FirstCovered(kMin, begin + 1, utc), (CoveredStretch{begin, end}));
  EXPECT_EQ(calendar->FirstCovered(end - 1, kMax, utc), (CoveredStretch{begin, end}));
  EXPECT_EQ(calendar->FirstCovered(end, kMax, utc), std::nullopt);
}

TEST(CalendarTest, RangesHoldTheirFirstAndLastDay) {
  CalendarSpec spec;
  spec.date_ranges = {{CivilDay(2027, 1, 5), CivilDay(2027, 1, 8)},
                      {CivilDay(2027, 1, 9), CivilDay(2027, 1, 9)}};
  EXPECT_EQ(StretchText(*Made(spec), "UTC", kMin), "01-05T00:00+00:00/01-10T00:00+00:00");
}

TEST(CalendarTest, YearlyDatesComeEveryYear) {
  CalendarSpec spec;
  spec.yearly_dates = {{12, 25}};
  EXPECT_EQ(StretchText(*Made(spec), "UTC", CivilSecond(1999, 12, 26)),
            "12-25T00:00+00:00/12-26T00:00+00:00");
  const absl::TimeZone utc = absl::UTCTimeZone();
  spec.yearly_dates = {{2, 29}};
  const auto leap = Made(spec);
  const auto next = [&](CivilSecond from) {
    return leap->FirstCovered(At("UTC", from), kMax, utc).value().begin;
  };
  EXPECT_EQ(next(CivilSecond(2025, 3, 1)), At("UTC", CivilSecond(2028, 2, 29)));
  EXPECT_EQ(next(CivilSecond(2028, 2, 29, 12, 0, 0)), At("UTC", CivilSecond(2028, 2, 29)));
  EXPECT_EQ(next(CivilSecond(2096, 3, 1)), At("UTC", CivilSecond(2104, 2, 29)));
  EXPECT_EQ(leap->CoveredUntil(At("UTC", CivilSecond(2027, 3, 1)), utc), std::nullopt);
}

TEST(CalendarTest, NothingIsCoveredOutsideOfItsYears) {
  CalendarSpec spec;
  spec.weekly_hours = {{127, 0, 1440}};
  const auto always = Made(spec);
  for (const char* name : {"UTC", "Asia/Tokyo", "America/New_York"}) {
    const absl::TimeZone zone = tests::Zone(name);
    const Millis begin = At(name, CivilSecond(1970));
    const Millis end = At(name, CivilSecond(2200));
    EXPECT_EQ(always->CoveredSince(begin - 1, zone), std::nullopt);
    EXPECT_EQ(always->CoveredSince(begin, zone), begin);
    EXPECT_EQ(always->FirstCovered(kMin, kMax, zone)->begin, begin);
    EXPECT_EQ(always->CoveredUntil(end - 1, zone), end);
    EXPECT_EQ(always->CoveredUntil(end, zone), std::nullopt);
    EXPECT_EQ(always->FirstCovered(end, kMax, zone), std::nullopt);
    EXPECT_EQ(always->CoveredUntil(kMin, zone), std::nullopt);
    EXPECT_EQ(always->CoveredUntil(kMax, zone), std::nullopt);
  }
}

TEST(CalendarTest, HoursOverMidnightAreOneStretch) {
  CalendarSpec spec;  // none at night, nor at weekends
  spec.weekly_hours = {{0b0011111, 22 * 60, 1440}, {0b0011111, 0, 6 * 60}, {0b1100000, 0, 1440}};
  const auto calendar = Made(spec);
  const CivilSecond thursday(2027, 1, 7, 12, 0, 0);
  EXPECT_EQ(StretchText(*calendar, "Europe/Berlin", thursday),
            "01-07T22:00+01:00/01-08T06:00+01:00");
  EXPECT_EQ(StretchText(*calendar, "Europe/Berlin", thursday + 86'400),
            "01-08T22:00+01:00/01-11T06:00+01:00");
}

// ---- clock changes ------------------------------------------------------------------------------

TEST(CalendarTest, HoursAreThoseThatTheClockShows) {
  CalendarSpec spec;
  spec.weekly_hours = {{127, 150, 165}};  // 02:30 to 02:45
  const auto calendar = Made(spec);
  // Skipped in spring: the next is that of the next day.
  EXPECT_EQ(StretchText(*calendar, "Europe/Berlin", CivilSecond(2027, 3, 27, 12, 0, 0)),
            "03-29T02:30+02:00/03-29T02:45+02:00");
  // Twice in autumn.
  const Millis noon = At("Europe/Berlin", CivilSecond(2027, 10, 30, 12, 0, 0));
  EXPECT_EQ(StretchText(*calendar, "Europe/Berlin", noon), "10-31T02:30+02:00/10-31T02:45+02:00");
  const Millis between = At("Europe/Berlin", CivilSecond(2027, 10, 31, 2, 45, 0));
  EXPECT_EQ(StretchText(*calendar, "Europe/Berlin", between),
            "10-31T02:30+01:00/10-31T02:45+01:00");
  EXPECT_EQ(StretchText(*calendar, "Europe/Berlin", between + base::kHour),
            "11-01T02:30+01:00/11-01T02:45+01:00");
}

TEST(CalendarTest, AStretchOverAFoldIsTwo) {
  CalendarSpec spec;
  spec.weekly_hours = {{127, 90, 150}};  // 01:30 to 02:30
  const auto calendar = Made(spec);
  const Millis from = At("Europe/Berlin", CivilSecond(2027, 10, 31));
  EXPECT_EQ(StretchText(*calendar, "Europe/Berlin", from), "10-31T01:30+02:00/10-31T02:30+02:00");
  const Millis after = At("Europe/Berlin", CivilSecond(2027, 10, 31, 2, 30, 0));
  EXPECT_EQ(StretchText(*calendar, "Europe/Berlin", after), "10-31T02:00+01:00/10-31T02:30+01:00");
}

TEST(CalendarTest, ADayBeginsAtItsFirstInstant) {
  CalendarSpec spec;
  spec.dates = {CivilDay(2026, 3, 8), CivilDay(2026, 11, 1)};
  const auto calendar = Made(spec);
  // In Havana clocks go from 23:59 to 01:00 in spring, and show 00:00 to 00:59 twice in autumn.
  EXPECT_EQ(StretchText(*calendar, "America/Havana", kMin), "03-08T01:00-04:00/03-09T00:00-04:00");
  const Millis autumn = At("America/Havana", CivilSecond(2026, 10, 1));
  EXPECT_EQ(StretchText(*calendar, "America/Havana", autumn),
            "11-01T00:00-04:00/11-01T00:00-05:00");
  const Millis second_pass = At("America/Havana", CivilSecond(2026, 11, 1)) + base::kHour;
  EXPECT_EQ(StretchText(*calendar, "America/Havana", second_pass),
            "11-01T00:00-05:00/11-02T00:00-05:00");
}

TEST(CalendarTest, ADayThatTheZoneLeftOutIsNotCovered) {
  CalendarSpec spec;
  spec.dates = {CivilDay(2011, 12, 30)};
  EXPECT_EQ(StretchText(*Made(spec), "Pacific/Apia", kMin), "none");
  spec.date_ranges = {{CivilDay(2011, 12, 29), CivilDay(2011, 12, 31)}};
  EXPECT_EQ(StretchText(*Made(spec), "Pacific/Apia", kMin), "12-29T00:00-10:00/12-31T00:00+14:00");
}

// ---- events -------------------------------------------------------------------------------------

TEST(CalendarTest, EventsStandWhereTheirZoneSays) {
  CalendarSpec spec;
  spec.icalendar =
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Europe/Berlin:20270701T080000\nDURATION:PT1H\n"
      "END:VEVENT\nBEGIN:VEVENT\nDTSTART:20270801T080000\nDURATION:PT1H\nEND:VEVENT\n"
      "END:VCALENDAR\n";
  const auto calendar = Made(spec);
  EXPECT_EQ(StretchText(*calendar, "Asia/Tokyo", kMin), "07-01T15:00+09:00/07-01T16:00+09:00");
  EXPECT_EQ(StretchText(*calendar, "Asia/Tokyo", CivilSecond(2027, 7, 2)),
            "08-01T08:00+09:00/08-01T09:00+09:00");
}

TEST(CalendarTest, SaysWhatIsWrong) {
  CalendarSpec spec;
  spec.time_zone = "europe/berlin";
  absl::Status status = Calendar::Make(spec).status();
  EXPECT_EQ(base::errors::DetailOf(status).field, "time_zone");
  EXPECT_THAT(std::string(status.message()), HasSubstr("Europe/Berlin"));
  spec.time_zone = "Europe/Berlin";
  spec.yearly_dates = {{2, 30}};
  EXPECT_EQ(base::errors::DetailOf(Calendar::Make(spec).status()).field, "yearly_dates[0]");
  spec.yearly_dates.clear();
  spec.icalendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n";
  status = Calendar::Make(spec).status();
  EXPECT_EQ(base::errors::DetailOf(status).field, "icalendar");
  EXPECT_THAT(std::string(status.message()), HasSubstr("at line 3: DTSTART"));
}

// ---- against a walk ----------------------------------------------------------------------------

// Steps of some seconds around one of them, within each of which all or nothing is covered.
struct Steps {
  int64_t length;
  int64_t begin;
  int64_t end;
};

void CheckSteps(const tests::KnownCalendar& known, const absl::TimeZone& zone, const Steps& steps) {
  const auto calendar = Made(known.spec);
  std::optional<int64_t> first;  // covered, from `second` on
  for (int64_t second = steps.end - steps.length; second >= steps.begin; second -= steps.length) {
    const bool covered = tests::Covers(known, second, zone);
    if (covered) first = second;
    // Any millisecond of a step is as good as its first.
    const Millis t = second * 1000 + second / steps.length * 7919 % (steps.length * 1000);
    const std::optional<Millis> until = calendar->CoveredUntil(t, zone);
    const std::optional<Millis> since = calendar->CoveredSince(t, zone);
    ASSERT_EQ(until.has_value(), covered) << second;
    ASSERT_EQ(since.has_value(), covered) << second;
    const auto found = calendar->FirstCovered(t, steps.end * 1000, zone);
    ASSERT_EQ(found.has_value(), first.has_value()) << second;
    if (!found) continue;
    if (!covered) {
      ASSERT_EQ(found->begin, *first * 1000) << second;
      continue;
    }
    ASSERT_EQ(*found, (CoveredStretch{*since, *until}));
    ASSERT_LE(*since, t);
    ASSERT_GT(*until, t);
    const int64_t last = std::min(*until / 1000, steps.end);
    for (int64_t s = *since / 1000; s < last; s += 3 * steps.length) {
      ASSERT_TRUE(tests::Covers(known, s, zone)) << second << " " << s;
    }
    ASSERT_TRUE(tests::Covers(known, *until / 1000 - 1, zone));
  }
}

TEST(CalendarTest, AgreesWithTheDefinitionOfItsParts) {
  base::Random random(20270401);
  const int rounds = tests::kSanitized ? 5 : 40;
  for (const std::string name : {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                 "Pacific/Apia", "America/Havana", "America/St_Johns",
                                 "Asia/Kathmandu", "Africa/Casablanca", "America/Sao_Paulo"}) {
    const absl::TimeZone zone = tests::Zone(name);
    // St John's turned its clocks at one minute past midnight.
    const int64_t length = name == "America/St_Johns" ? 60 : 900;
    for (int round = 0; round < rounds; ++round) {
      const int64_t middle = tests::RandomChange(zone, &random) / length * length;
      const CivilDay day(LocalOf(middle, zone));
      SCOPED_TRACE(absl::StrCat(name, " round ", round, " ", absl::FormatCivilTime(day)));
      CheckSteps(tests::RandomCalendar(day, &random), zone,
                 {length, middle - 800 * length, middle + 800 * length});
      if (HasFatalFailure()) return;
    }
  }
}

// ---- a change -----------------------------------------------------------------------------------

TEST(CalendarTest, AChangedOneCoversAsEachPartDoesInItsTime) {
  CalendarSpec days;
  days.dates = {CivilDay(2027, 3, 1), CivilDay(2027, 3, 3)};
  CalendarSpec hours;
  hours.weekly_hours = {{0x7f, 9 * 60, 17 * 60}};
  const std::shared_ptr<const Calendar> none;
  const absl::TimeZone zone = tests::Zone("Europe/Berlin");
  const Millis begin = At("Europe/Berlin", CivilSecond(2027, 2, 28));
  const Millis end = At("Europe/Berlin", CivilSecond(2027, 3, 5));
  constexpr Millis kStep = 600'000;
  const auto pairs = {std::pair(Made(days), Made(hours)),
                      {Made(hours), Made(days)},
                      {none, Made(hours)},
                      {Made(days), none},
                      {none, none}};
  for (const auto& [before, after] : pairs) {
    for (Millis change = begin; change <= end; change += 47 * kStep + 1) {
      const auto changed = Calendar::Changed(before, change, after);
      for (Millis t = begin; t < end; t += kStep) {
        const auto& part = t < change ? before : after;
        const bool covered = part != nullptr && part->CoveredUntil(t, zone).has_value();
        const auto until = changed->CoveredUntil(t, zone);
        const auto since = changed->CoveredSince(t, zone);
        const auto first = changed->FirstCovered(t, end, zone);
        ASSERT_EQ(until.has_value(), covered) << t;
        ASSERT_EQ(since.has_value(), covered) << t;
        if (covered) {
          ASSERT_GT(*until, t);
          ASSERT_LE(*since, t);
          ASSERT_EQ(first, (CoveredStretch{*since, *until})) << t;
        } else if (first.has_value()) {
          ASSERT_GT(first->begin, t);
          ASSERT_LT(first->begin, end);
          ASSERT_EQ(changed->CoveredUntil(first->begin, zone), first->end) << t;
          // Nothing before it: the step before its begin is not covered.
          for (Millis s = t; s < first->begin; s += kStep) {
            ASSERT_FALSE(changed->CoveredUntil(s, zone).has_value()) << s;
          }
        } else {
          for (Millis s = t; s < end; s += kStep) {
            ASSERT_FALSE(changed->CoveredUntil(s, zone).has_value()) << s;
          }
          break;
        }
      }
    }
  }
}

}  // namespace
}  // namespace scheduler::core
