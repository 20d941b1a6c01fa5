#include "scheduler/core/calendar/calendar_schedule.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/cron/cron_parser.h"
#include "scheduler/core/cron/cron_schedule.h"
#include "scheduler/core/schedule/jittering_schedule.h"
#include "scheduler/core/schedule/local_time.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/calendar/calendar_reference.h"
#include "tests/unit/scheduler/core/schedule/zones.h"

namespace scheduler::core {
namespace {

using absl::CivilDay;
using absl::CivilSecond;

constexpr Millis kMin = std::numeric_limits<Millis>::min();
constexpr Millis kMax = std::numeric_limits<Millis>::max();

using Calendars = std::vector<std::shared_ptr<const Calendar>>;

std::shared_ptr<const Calendar> Made(const CalendarSpec& spec) {
  return Calendar::Make(spec).value();
}

Millis Utc(CivilSecond time) { return Resolve(time, absl::UTCTimeZone()).first * 1000; }

CronSchedule Cron(const char* text, const absl::TimeZone& zone) {
  return CronSchedule(ParseCron(text, 0).value(), zone, DstPolicy());
}

CalendarSpec Hours(int start, int end) {
  CalendarSpec spec;
  spec.weekly_hours = {{127, start, end}};
  return spec;
}

TEST(CalendarScheduleTest, PassesOverWhatIsCovered) {
  const absl::TimeZone zone = tests::Zone("Europe/Berlin");
  const CronSchedule daily = Cron("0 9 * * *", zone);
  CalendarSpec holidays;
  holidays.dates = {CivilDay(2026, 12, 25), CivilDay(2026, 12, 26)};
  CalendarSpec weekends;
  weekends.weekly_hours = {{0b1100000, 0, 1440}};
  const Calendars calendars = {Made(holidays), Made(weekends)};
  const CalendarSchedule schedule(&daily, calendars, zone);
  const ScheduleContext context;
  const Millis thursday = Utc(CivilSecond(2026, 12, 24, 8, 0, 0));
  const Millis monday = Utc(CivilSecond(2026, 12, 28, 8, 0, 0));
  EXPECT_EQ(schedule.Next(context, thursday)->nominal, monday);
  EXPECT_EQ(schedule.Previous(context, monday)->nominal, thursday);
  // Saturday the 26th is covered twice.
  EXPECT_EQ(schedule.Count(context, thursday - 1, monday), 2);
  EXPECT_EQ(schedule.Count(context, thursday, monday - 1), 0);
  EXPECT_EQ(schedule.Count(context, monday, thursday), 0);
}

TEST(CalendarScheduleTest, WithoutCalendarsNothingChanges) {
  const IntervalSchedule hourly(base::kHour);
  const CalendarSchedule schedule(&hourly, {}, absl::UTCTimeZone());
  const ScheduleContext context;
  EXPECT_EQ(schedule.Next(context, 5), hourly.Next(context, 5));
  EXPECT_EQ(schedule.Previous(context, 5), hourly.Previous(context, 5));
  EXPECT_EQ(schedule.Count(context, kMin, kMax), hourly.Count(context, kMin, kMax));
}

TEST(CalendarScheduleTest, ASingleOccurrenceCanBeCovered) {
  const SingleSchedule single;
  const Calendars night = {Made(Hours(0, 360))};
  const CalendarSchedule schedule(&single, night, absl::UTCTimeZone());
  EXPECT_EQ(schedule.Next({1, Utc(CivilSecond(2027, 1, 1, 5, 0, 0))}, kMin), std::nullopt);
  EXPECT_EQ(schedule.Count({1, Utc(CivilSecond(2027, 1, 1, 5, 0, 0))}, kMin, kMax), 0);
  EXPECT_NE(schedule.Next({1, Utc(CivilSecond(2027, 1, 1, 6, 0, 0))}, kMin), std::nullopt);
}

TEST(CalendarScheduleTest, WhatIsDueIsForTheScheduleToSay) {
  const IntervalSchedule hourly(base::kHour);
  const JitteringSchedule late(&hourly, base::kMinute);
  const Calendars night = {Made(Hours(0, 360))};
  const CalendarSchedule schedule(&late, night, absl::UTCTimeZone());
  const ScheduleContext context{7, 0};
  for (Millis t = 0; t < base::kDay; t += 12'345) {
    EXPECT_EQ(schedule.DueUntil(context, t), late.DueUntil(context, t));
  }
}

// ---- far ----------------------------------------------------------------------------------------

TEST(CalendarScheduleTest, ADailyOccurrenceIsFollowedForThirteenYears) {
  const absl::TimeZone zone = tests::Zone("Europe/Berlin");
  const Calendars night = {Made(Hours(0, 360))};
  // Cron patterns end where calendars do.
  const CronSchedule at_3 = Cron("0 3 * * *", zone);
  const CalendarSchedule never(&at_3, night, zone);
  EXPECT_EQ(never.Next(ScheduleContext(), 0), std::nullopt);
  EXPECT_EQ(never.Previous(ScheduleContext(), kMax), std::nullopt);
  EXPECT_EQ(never.Count(ScheduleContext(), kMin, kMax), 0);
  // An interval goes on, and its times before 1970 are not covered either.
  const IntervalSchedule daily(base::kDay);
  const ScheduleContext context{1, -base::kDay + 2 * base::kHour};
  const CalendarSchedule later(&daily, night, absl::UTCTimeZone());
  const Millis first = Utc(CivilSecond(2200, 1, 1, 2, 0, 0));
  EXPECT_EQ(later.Next(context, Utc(CivilSecond(2190)))->nominal, first);
  EXPECT_EQ(later.Next(context, Utc(CivilSecond(2180))), std::nullopt) << "too far";
  EXPECT_EQ(later.Previous(context, Utc(CivilSecond(1980)))->nominal, context.start_time);
  EXPECT_EQ(later.Previous(context, Utc(CivilSecond(1990))), std::nullopt) << "too far";
  EXPECT_EQ(later.Count(context, kMin, Utc(CivilSecond(2200, 1, 2))), 2);
}

TEST(CalendarScheduleTest, TimesCoveredForEverArePassedInLargeSteps) {
  const IntervalSchedule seconds(base::kSecond);
  const Calendars always = {Made(Hours(0, 720)), Made(Hours(720, 1440))};
  const CalendarSchedule schedule(&seconds, always, absl::UTCTimeZone());
  CalendarSpec whole = Hours(0, 1440);
  const Calendars one = {Made(whole)};
  const CalendarSchedule weeks(&seconds, one, absl::UTCTimeZone());
  // Half a day a step is too far, two weeks a step is not.
  EXPECT_EQ(weeks.Next(ScheduleContext(), Utc(CivilSecond(2030)))->nominal, Utc(CivilSecond(2200)));
  EXPECT_EQ(schedule.Next(ScheduleContext(), 0), std::nullopt);
  EXPECT_EQ(schedule.Count(ScheduleContext(), 0, base::kDay * 1000), 0);
  EXPECT_EQ(schedule.Previous(ScheduleContext(), base::kDay * 1000), std::nullopt);
}

TEST(CalendarScheduleTest, ALargeCalendarIsSearchedNotWalked) {
  CalendarSpec spec;
  for (CivilDay day(2000, 1, 1); spec.dates.size() < 10'000; day += 2) spec.dates.push_back(day);
  const Calendars calendars = {Made(spec)};
  const IntervalSchedule minutes(base::kMinute);
  const CalendarSchedule schedule(&minutes, calendars, absl::UTCTimeZone());
  const ScheduleContext context;
  Millis t = Utc(CivilSecond(2020));
  for (int i = 0; i < 20'000; ++i) t = schedule.Next(context, t)->nominal;
  // 2020 begins with a day that is left; of the days after it, every second one is.
  EXPECT_EQ(
      t, Utc(CivilSecond(2020)) + 20'000 / 1440 * 2 * base::kDay + 20'000 % 1440 * base::kMinute);
}

// ---- against a walk over each occurrence --------------------------------------------------------

// A schedule, calendars and a stretch of weeks in which all occurrences are known.
class Case {
 public:
  Case(const std::string& zone_name, base::Random* random) : zone_(tests::Zone(zone_name)) {
    const int64_t middle = tests::RandomChange(zone_, random);
    const CivilDay day(LocalOf(middle, zone_));
    for (uint64_t n = 1 + random->Below(3); n > 0; --n) {
      known_.push_back(tests::RandomCalendar(day, random));
      calendars_.push_back(Made(known_.back().spec));
    }
    begin_ = (middle - 12 * 86'400) * 1000 + static_cast<Millis>(random->Below(2)) * 1234;
    end_ = begin_ + 24 * base::kDay;
    context_ = {random->Next(), begin_, end_};
    MakeInner(random);
    for (auto at = inner_->Next(context_, kMin); at; at = inner_->Next(context_, at->nominal)) {
      const bool covered = std::any_of(known_.begin(), known_.end(), [&](const auto& known) {
        return tests::Covers(known, FloorSecond(at->nominal), zone_);
      });
      if (!covered) left_.push_back(at->nominal);
    }
  }

  void Check(base::Random* random) const {
    const CalendarSchedule schedule(inner_.get(), calendars_, zone_);
    for (int i = 0; i < 200; ++i) {
      const Millis from = Argument(random);
      const Millis to = Argument(random);
      const auto first = std::upper_bound(left_.begin(), left_.end(), from);
      const auto last = std::upper_bound(left_.begin(), left_.end(), to);
      const auto before = std::lower_bound(left_.begin(), left_.end(), from);
      ASSERT_EQ(Nominal(schedule.Next(context_, from)),
                first == left_.end() ? std::nullopt : std::optional(*first));
      ASSERT_EQ(Nominal(schedule.Previous(context_, from)),
                before == left_.begin() ? std::nullopt : std::optional(*(before - 1)));
      ASSERT_EQ(schedule.Count(context_, from, to), last < first ? 0 : last - first);
    }
    ASSERT_EQ(schedule.Count(context_, kMin, kMax), static_cast<int64_t>(left_.size()));
  }

 private:
  static std::optional<Millis> Nominal(const std::optional<Occurrence>& occurrence) {
    if (!occurrence) return std::nullopt;
    return occurrence->nominal;
  }

  void MakeInner(base::Random* random) {
    static constexpr const char* kPatterns[] = {"* * * * *",      "*/15 * * * *", "0 9 * * MON-FRI",
                                                "30 0,1,2 * * *", "15 */2 * * *", "0 0 * * *"};
    if (random->Percent(50)) {
      const char* pattern = kPatterns[random->Below(std::size(kPatterns))];
      inner_ = std::make_unique<CronSchedule>(ParseCron(pattern, 0).value(), zone_, DstPolicy());
    } else {
      const auto length = static_cast<Millis>(1 + random->Below(300));
      inner_ = std::make_unique<IntervalSchedule>(length * base::kMinute + length % 7);
    }
  }

  // Anywhere in the weeks, at an occurrence, or beyond everything.
  Millis Argument(base::Random* random) const {
    if (random->Percent(3)) return random->Percent(50) ? kMin : kMax;
    if (!left_.empty() && random->Percent(40)) {
      return left_[random->Below(left_.size())] - 1 + static_cast<Millis>(random->Below(3));
    }
    return begin_ - base::kDay + static_cast<Millis>(random->Below(26 * base::kDay));
  }

  absl::TimeZone zone_;
  std::vector<tests::KnownCalendar> known_;
  Calendars calendars_;
  Millis begin_;
  Millis end_;
  ScheduleContext context_;
  std::unique_ptr<Schedule> inner_;
  std::vector<Millis> left_;  // the occurrences that no calendar covers
};

TEST(CalendarScheduleTest, AgreesWithWalking) {
  base::Random random(20270402);
  const int rounds = tests::kSanitized ? 5 : 60;
  for (const char* zone : {"UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia",
                           "America/Havana", "America/St_Johns", "Africa/Casablanca"}) {
    for (int round = 0; round < rounds; ++round) {
      SCOPED_TRACE(absl::StrCat(zone, " round ", round));
      Case(zone, &random).Check(&random);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace scheduler::core
