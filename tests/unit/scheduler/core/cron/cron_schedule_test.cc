#include "scheduler/core/cron/cron_schedule.h"

#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/cron/cron_parser.h"
#include "scheduler/core/schedule/local_time.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/cron/cron_reference.h"
#include "tests/unit/scheduler/core/schedule/zones.h"

namespace scheduler::core {
namespace {

constexpr Millis kMin = std::numeric_limits<Millis>::min();
constexpr Millis kMax = std::numeric_limits<Millis>::max();
const ScheduleContext kAlways = {1, -base::kNever, base::kNever};

CronSchedule Make(const std::string& text, const std::string& zone, DstPolicy policy = {}) {
  const absl::StatusOr<CronPattern> pattern = ParseCron(text, 0);
  EXPECT_TRUE(pattern.ok()) << text << ": " << pattern.status();
  return CronSchedule(pattern.value_or(CronPattern()), tests::Zone(zone), policy);
}

// "2027-03-28T03:00:00+02:00", with the note if there is one.
std::string Show(const CronSchedule& schedule, const std::optional<Occurrence>& occurrence) {
  if (!occurrence) return "none";
  EXPECT_EQ(occurrence->due, occurrence->nominal);
  std::string text = absl::FormatTime("%Y-%m-%dT%H:%M:%S%Ez",
                                      absl::FromUnixMillis(occurrence->nominal), schedule.zone());
  if (!occurrence->note.empty()) text += " (" + std::string(occurrence->note) + ")";
  return text;
}

using Shown = std::vector<std::string>;

// The next `count` from this local time on; checks that the way back and the counts are the same.
Shown NextOf(const CronSchedule& schedule, absl::CivilSecond from, int count) {
  const Millis begin = Resolve(from, schedule.zone()).first * 1000 - 1;
  Shown shown;
  std::vector<Millis> nominals;
  std::optional<Occurrence> occurrence = schedule.Next(kAlways, begin);
  for (; occurrence && std::ssize(shown) < count;
       occurrence = schedule.Next(kAlways, occurrence->nominal)) {
    shown.push_back(Show(schedule, occurrence));
    nominals.push_back(occurrence->nominal);
  }
  Shown back;
  Millis before = nominals.empty() ? begin : nominals.back() + 1;
  for (size_t i = 0; i < nominals.size(); ++i) {
    occurrence = schedule.Previous(kAlways, before);
    back.insert(back.begin(), Show(schedule, occurrence));
    EXPECT_EQ(schedule.Count(kAlways, begin, occurrence->nominal),
              static_cast<int64_t>(nominals.size() - i));
    before = occurrence->nominal;
  }
  EXPECT_EQ(back, shown);
  return shown;
}

constexpr DstPolicy kSkipGap = {DstGap::kSkip, DstFold::kFirst};
constexpr DstPolicy kBothPasses = {DstGap::kRunAfter, DstFold::kBoth};

// ---- clock changes that schedulers stumble over -----------------------------------------------

TEST(CronScheduleTest, HalfPastTwoOnGapDay) {
  EXPECT_EQ(
      NextOf(Make("30 2 * * *", "Europe/Berlin"), absl::CivilDay(2027, 3, 27), 3),
      (Shown{"2027-03-27T02:30:00+01:00", "2027-03-28T03:00:00+02:00 (moved by a clock change)",
             "2027-03-29T02:30:00+02:00"}));
  EXPECT_EQ(
      NextOf(Make("30 2 * * *", "America/New_York"), absl::CivilDay(2027, 3, 13), 3),
      (Shown{"2027-03-13T02:30:00-05:00", "2027-03-14T03:00:00-04:00 (moved by a clock change)",
             "2027-03-15T02:30:00-04:00"}));
  EXPECT_EQ(NextOf(Make("30 2 * * *", "Europe/Berlin", kSkipGap), absl::CivilDay(2027, 3, 27), 2),
            (Shown{"2027-03-27T02:30:00+01:00", "2027-03-29T02:30:00+02:00"}));
}

TEST(CronScheduleTest, HalfPastTwoOnFoldDay) {
  EXPECT_EQ(NextOf(Make("30 2 * * *", "Europe/Berlin"), absl::CivilDay(2027, 10, 31), 2),
            (Shown{"2027-10-31T02:30:00+02:00 (first of two)", "2027-11-01T02:30:00+01:00"}));
  EXPECT_EQ(
      NextOf(Make("30 1 * * *", "America/New_York", kBothPasses), absl::CivilDay(2027, 11, 7), 3),
      (Shown{"2027-11-07T01:30:00-04:00 (first of two)",
             "2027-11-07T01:30:00-05:00 (second of two)", "2027-11-08T01:30:00-05:00"}));
}

TEST(CronScheduleTest, FromWithinAFoldToATimeFarBehindIt) {
  const std::string yearly = "30 2 L 10 *";
  EXPECT_EQ(NextOf(Make(yearly, "Europe/Berlin"), absl::CivilDay(2027, 10, 31), 2),
            (Shown{"2027-10-31T02:30:00+02:00 (first of two)", "2028-10-31T02:30:00+01:00"}));
  EXPECT_EQ(NextOf(Make(yearly, "Europe/Berlin", kBothPasses), absl::CivilDay(2027, 10, 31), 3),
            (Shown{"2027-10-31T02:30:00+02:00 (first of two)",
                   "2027-10-31T02:30:00+01:00 (second of two)", "2028-10-31T02:30:00+01:00"}));
}

TEST(CronScheduleTest, GapsOfManyYearsAreSkipped) {
  const CronSchedule last_sunday = Make("30 2 * 3 SUN#L", "Europe/Berlin", kSkipGap);
  EXPECT_EQ(NextOf(last_sunday, absl::CivilDay(1980, 1, 1), 1),
            (Shown{"1980-03-30T02:30:00+01:00"}));
  EXPECT_EQ(NextOf(last_sunday, absl::CivilDay(1981, 1, 1), 1), (Shown{}));
  const CronSchedule rare = Make("0 30 2 29-31 2,3 +SUN", "Europe/Berlin", kSkipGap);
  EXPECT_EQ(NextOf(rare, absl::CivilDay(2005, 1, 1), 2),
            (Shown{"2032-02-29T02:30:00+01:00", "2060-02-29T02:30:00+01:00"}));
}

TEST(CronScheduleTest, SeveralTimesOfAGapCollapse) {
  EXPECT_EQ(
      NextOf(Make("*/15 2,4 * * *", "Europe/Berlin"), absl::CivilSecond(2027, 3, 28, 1, 0, 0), 2),
      (Shown{"2027-03-28T03:00:00+02:00 (moved by a clock change)", "2027-03-28T04:00:00+02:00"}));
  EXPECT_EQ(
      NextOf(Make("*/30 2,3 * * *", "Europe/Berlin"), absl::CivilSecond(2027, 3, 28, 1, 0, 0), 2),
      (Shown{"2027-03-28T03:00:00+02:00", "2027-03-28T03:30:00+02:00"}));
}

TEST(CronScheduleTest, EveryQuarterFollowsRealTime) {
  EXPECT_EQ(
      NextOf(Make("*/15 * * * *", "Europe/Berlin"), absl::CivilSecond(2027, 3, 28, 1, 30, 0), 4),
      (Shown{"2027-03-28T01:30:00+01:00", "2027-03-28T01:45:00+01:00", "2027-03-28T03:00:00+02:00",
             "2027-03-28T03:15:00+02:00"}));
  const Shown fold =
      NextOf(Make("*/15 * * * *", "Europe/Berlin"), absl::CivilSecond(2027, 10, 31, 2, 30, 0), 7);
  EXPECT_EQ(
      fold,
      (Shown{"2027-10-31T02:30:00+02:00 (first of two)", "2027-10-31T02:45:00+02:00 (first of two)",
             "2027-10-31T02:00:00+01:00 (second of two)",
             "2027-10-31T02:15:00+01:00 (second of two)",
             "2027-10-31T02:30:00+01:00 (second of two)",
             "2027-10-31T02:45:00+01:00 (second of two)", "2027-10-31T03:00:00+01:00"}));
}

TEST(CronScheduleTest, LordHoweTurnsByHalfAnHour) {
  EXPECT_EQ(
      NextOf(Make("15 2 * * *", "Australia/Lord_Howe"), absl::CivilDay(2026, 10, 4), 2),
      (Shown{"2026-10-04T02:30:00+11:00 (moved by a clock change)", "2026-10-05T02:15:00+11:00"}));
  EXPECT_EQ(
      NextOf(Make("45 1 * * *", "Australia/Lord_Howe", kBothPasses), absl::CivilDay(2026, 4, 5), 3),
      (Shown{"2026-04-05T01:45:00+11:00 (first of two)",
             "2026-04-05T01:45:00+10:30 (second of two)", "2026-04-06T01:45:00+10:30"}));
  EXPECT_EQ(
      NextOf(Make("0 * * * *", "Australia/Lord_Howe"), absl::CivilSecond(2026, 10, 4, 1, 0, 0), 2),
      (Shown{"2026-10-04T01:00:00+10:30", "2026-10-04T03:00:00+11:00"}));
}

TEST(CronScheduleTest, FoldsAtMidnight) {
  // Havana: 01:00 back to 00:00. Midnight comes twice.
  EXPECT_EQ(NextOf(Make("0 0 * * *", "America/Havana"), absl::CivilDay(2026, 10, 31), 3),
            (Shown{"2026-10-31T00:00:00-04:00", "2026-11-01T00:00:00-04:00 (first of two)",
                   "2026-11-02T00:00:00-05:00"}));
  EXPECT_EQ(
      NextOf(Make("0 0 * * *", "America/Havana", kBothPasses), absl::CivilDay(2026, 11, 1), 3),
      (Shown{"2026-11-01T00:00:00-04:00 (first of two)",
             "2026-11-01T00:00:00-05:00 (second of two)", "2026-11-02T00:00:00-05:00"}));
  // Azores: 01:00 back to 00:00, and in spring 00:00 on to 01:00.
  EXPECT_EQ(NextOf(Make("30 0 * * *", "Atlantic/Azores"), absl::CivilDay(2026, 10, 25), 2),
            (Shown{"2026-10-25T00:30:00+00:00 (first of two)", "2026-10-26T00:30:00-01:00"}));
  EXPECT_EQ(
      NextOf(Make("0 0 * * *", "Atlantic/Azores"), absl::CivilDay(2026, 3, 28), 3),
      (Shown{"2026-03-28T00:00:00-01:00", "2026-03-29T01:00:00+00:00 (moved by a clock change)",
             "2026-03-30T00:00:00+00:00"}));
  // Sao Paulo until 2018: 00:00 back to 23:00 of the day before.
  EXPECT_EQ(NextOf(Make("30 23 * * *", "America/Sao_Paulo"), absl::CivilDay(2018, 2, 17), 2),
            (Shown{"2018-02-17T23:30:00-02:00 (first of two)", "2018-02-18T23:30:00-03:00"}));
}

TEST(CronScheduleTest, SamoaWithoutItsThirtiethOfDecember) {
  EXPECT_EQ(
      NextOf(Make("0 9 * * *", "Pacific/Apia"), absl::CivilDay(2011, 12, 29), 3),
      (Shown{"2011-12-29T09:00:00-10:00", "2011-12-31T00:00:00+14:00 (moved by a clock change)",
             "2011-12-31T09:00:00+14:00"}));
  EXPECT_EQ(NextOf(Make("0 9 * * *", "Pacific/Apia", kSkipGap), absl::CivilDay(2011, 12, 29), 2),
            (Shown{"2011-12-29T09:00:00-10:00", "2011-12-31T09:00:00+14:00"}));
  EXPECT_EQ(NextOf(Make("0 * 30 12 *", "Pacific/Apia"), absl::CivilDay(2011, 12, 29), 1),
            (Shown{"2012-12-30T00:00:00+14:00"}));
  EXPECT_EQ(
      NextOf(Make("0 9 30 12 *", "Pacific/Apia"), absl::CivilDay(2011, 1, 1), 2),
      (Shown{"2011-12-31T00:00:00+14:00 (moved by a clock change)", "2012-12-30T09:00:00+14:00"}));
}

// Dublin calls winter the deviation, with a negative saving; clocks turn as in London.
TEST(CronScheduleTest, DublinsNegativeSaving) {
  EXPECT_EQ(
      NextOf(Make("30 1 * * *", "Europe/Dublin"), absl::CivilDay(2027, 3, 28), 2),
      (Shown{"2027-03-28T02:00:00+01:00 (moved by a clock change)", "2027-03-29T01:30:00+01:00"}));
  EXPECT_EQ(NextOf(Make("30 1 * * *", "Europe/Dublin"), absl::CivilDay(2027, 10, 31), 2),
            (Shown{"2027-10-31T01:30:00+01:00 (first of two)", "2027-11-01T01:30:00+00:00"}));
}

// Morocco leaves its +01 for Ramadan: back on 2026-02-15, on again on 2026-03-22.
TEST(CronScheduleTest, MoroccoAroundRamadan) {
  EXPECT_EQ(NextOf(Make("30 2 * * *", "Africa/Casablanca"), absl::CivilDay(2026, 2, 15), 2),
            (Shown{"2026-02-15T02:30:00+01:00 (first of two)", "2026-02-16T02:30:00+00:00"}));
  EXPECT_EQ(
      NextOf(Make("30 2 * * *", "Africa/Casablanca"), absl::CivilDay(2026, 3, 22), 2),
      (Shown{"2026-03-22T03:00:00+01:00 (moved by a clock change)", "2026-03-23T02:30:00+01:00"}));
}

// Volgograd went from +03 to +04 in 2018 and back in 2020, both for good.
TEST(CronScheduleTest, AnOffsetThatChangesForGood) {
  EXPECT_EQ(
      NextOf(Make("30 2 * * *", "Europe/Volgograd"), absl::CivilDay(2018, 10, 28), 2),
      (Shown{"2018-10-28T03:00:00+04:00 (moved by a clock change)", "2018-10-29T02:30:00+04:00"}));
  EXPECT_EQ(NextOf(Make("30 1 * * *", "Europe/Volgograd"), absl::CivilDay(2020, 12, 27), 2),
            (Shown{"2020-12-27T01:30:00+04:00 (first of two)", "2020-12-28T01:30:00+03:00"}));
}

// The pattern lies in a gap every time: under SKIP it never runs, and the search ends.
TEST(CronScheduleTest, OnlyEverInAGap) {
  const CronSchedule skipped = Make("30 2 * 3 SUN#L", "Europe/Berlin", kSkipGap);
  const Millis begin = Resolve(absl::CivilDay(2000, 1, 1), skipped.zone()).first * 1000;
  EXPECT_EQ(skipped.Next(kAlways, begin), std::nullopt);
  EXPECT_EQ(skipped.Count(kAlways, begin, kMax), 0);
  EXPECT_EQ(NextOf(Make("30 2 * 3 SUN#L", "Europe/Berlin"), absl::CivilDay(2027, 1, 1), 2),
            (Shown{"2027-03-28T03:00:00+02:00 (moved by a clock change)",
                   "2028-03-26T03:00:00+02:00 (moved by a clock change)"}));
}

// ---- bounds -----------------------------------------------------------------------------------

TEST(CronScheduleTest, TheFirstAndTheLastYear) {
  const CronSchedule seconds = Make("* * * * * *", "Asia/Tokyo");
  EXPECT_EQ(Show(seconds, seconds.Next(kAlways, kMin)), "1970-01-01T00:00:00+09:00");
  EXPECT_EQ(Show(seconds, seconds.Previous(kAlways, kMax)), "2199-12-31T23:59:59+09:00");
  EXPECT_EQ(seconds.Next(kAlways, seconds.Previous(kAlways, kMax)->nominal), std::nullopt);
  EXPECT_EQ(seconds.Next(kAlways, kMax), std::nullopt);
  EXPECT_EQ(seconds.Previous(kAlways, kMin), std::nullopt);
  EXPECT_EQ(seconds.Previous(kAlways, seconds.Next(kAlways, kMin)->nominal), std::nullopt);
  EXPECT_EQ(seconds.Count(kAlways, kMin, kMax),
            absl::CivilSecond(2200, 1, 1) - absl::CivilSecond(1970, 1, 1));
  EXPECT_EQ(seconds.Count(kAlways, kMax, kMin), 0);
}

TEST(CronScheduleTest, BetweenStartAndEnd) {
  const CronSchedule schedule = Make("* * * * * *", "UTC");
  // Only 2 s and 3 s lie in [1001, 3001).
  const ScheduleContext context{1, 1001, 3001};
  EXPECT_EQ(schedule.Next(context, kMin)->nominal, 2000);
  EXPECT_EQ(schedule.Next(context, 1999)->nominal, 2000);
  EXPECT_EQ(schedule.Next(context, 2000)->nominal, 3000);
  EXPECT_EQ(schedule.Next(context, 2001)->nominal, 3000);
  EXPECT_EQ(schedule.Next(context, 3000), std::nullopt);
  EXPECT_EQ(schedule.Previous(context, kMax)->nominal, 3000);
  EXPECT_EQ(schedule.Previous(context, 3000)->nominal, 2000);
  EXPECT_EQ(schedule.Previous(context, 2001)->nominal, 2000);
  EXPECT_EQ(schedule.Previous(context, 2000), std::nullopt);
  EXPECT_EQ(schedule.Count(context, kMin, kMax), 2);
  EXPECT_EQ(schedule.Count(context, 2000, 3000), 1);
  EXPECT_EQ(schedule.Count(context, 1999, 2999), 1);
  const ScheduleContext exact{1, 1000, 3000};
  EXPECT_EQ(schedule.Next(exact, kMin)->nominal, 1000);
  EXPECT_EQ(schedule.Previous(exact, kMax)->nominal, 2000);
  EXPECT_EQ(schedule.Count(exact, kMin, kMax), 2);
  const ScheduleContext empty{1, 3000, 3000};
  EXPECT_EQ(schedule.Next(empty, kMin), std::nullopt);
  EXPECT_EQ(schedule.Previous(empty, kMax), std::nullopt);
  EXPECT_EQ(schedule.Count(empty, kMin, kMax), 0);
}

TEST(CronScheduleTest, CountsYearsOfSeconds) {
  const CronSchedule schedule = Make("* * * * * *", "Europe/Berlin");
  const Millis begin = 1'700'000'000'000;
  const Millis years = 50LL * 366 * base::kDay;
  EXPECT_EQ(schedule.Count(kAlways, begin, begin + years), years / 1000);
}

// ---- against the reference --------------------------------------------------------------------

// A pattern with times around `hour`, mostly on every day.
std::string TextAround(base::Random& random, int hour) {
  const auto near = [&] { return std::to_string((hour + 22 + random.Below(5)) % 24); };
  const std::vector<std::string> minutes = {"*/15", "0", "30", "*", "7,45", "0-59/20"};
  const std::vector<std::string> hours = {"*", near(), near() + "," + near(), "*/2", near()};
  const std::vector<std::string> days = {"* * *", "* * *", "* * 0", "*/2 * +0-6", "L * *"};
  return minutes[random.Below(minutes.size())] + " " + hours[random.Below(hours.size())] + " " +
         days[random.Below(days.size())];
}

// Around the clock change at `at`: forward, backward and counts, as walking the time line gives them.
void ExpectLikeReference(const std::string& text, const std::string& zone, DstPolicy policy,
                         int64_t at, base::Random& random) {
  constexpr int64_t kSpan = 4 * 3600;
  SCOPED_TRACE(text + " " + zone + " " + std::to_string(at));
  const CronSchedule schedule = Make(text, zone, policy);
  const std::vector<ZonedTime> expected = tests::ZonedReference(
      tests::CronReference(text), schedule.zone(), policy, at - kSpan, at + kSpan, 60);
  const ScheduleContext context{1, (at - kSpan) * 1000, (at + kSpan) * 1000};
  std::vector<Occurrence> occurrences;
  for (const ZonedTime& t : expected) {
    occurrences.push_back({t.instant * 1000, t.instant * 1000, t.note});
  }
  std::vector<Occurrence> forward;
  for (auto o = schedule.Next(context, kMin); o; o = schedule.Next(context, o->nominal)) {
    forward.push_back(*o);
  }
  ASSERT_EQ(forward, occurrences);
  std::vector<Occurrence> backward;
  for (auto o = schedule.Previous(context, kMax); o; o = schedule.Previous(context, o->nominal)) {
    backward.insert(backward.begin(), *o);
  }
  ASSERT_EQ(backward, occurrences);
  for (int i = 0; i < 20; ++i) {
    const Millis from = (at - kSpan) * 1000 + static_cast<Millis>(random.Below(2 * kSpan * 1000));
    const Millis to = from + static_cast<Millis>(random.Below(kSpan * 1000));
    const auto inside = std::count_if(occurrences.begin(), occurrences.end(), [&](const auto& o) {
      return o.nominal > from && o.nominal <= to;
    });
    ASSERT_EQ(schedule.Count(context, from, to), inside) << from << ' ' << to;
    const auto next = std::find_if(occurrences.begin(), occurrences.end(),
                                   [&](const auto& o) { return o.nominal > from; });
    ASSERT_EQ(schedule.Next(context, from),
              next == occurrences.end() ? std::nullopt : std::optional(*next));
  }
}

DstPolicy RandomPolicy(base::Random& random) {
  return {random.Percent(50) ? DstGap::kRunAfter : DstGap::kSkip,
          random.Percent(50) ? DstFold::kFirst : DstFold::kBoth};
}

// Some clock changes of every zone.
TEST(CronScheduleTest, IsLikeTheReferenceInEveryZone) {
  base::Random random(51);
  const int64_t begin = 65'750'400;  // 1972-02-01: from here on offsets are whole minutes
  const int64_t end = 7'258'118'400;
  for (const std::string& name : tests::ZoneNames()) {
    const absl::TimeZone zone = tests::Zone(name);
    const int rounds = tests::kSanitized ? 1 : 2;
    for (int round = 0; round < rounds; ++round) {
      const auto place = begin + static_cast<int64_t>(random.Below(end - begin));
      std::optional<ClockChange> change = NextChange(place, zone);
      if (!change) change = PreviousChange(place, zone);
      if (!change || change->at < begin) continue;
      const int hour = change->low().hour();
      ExpectLikeReference(TextAround(random, hour), name, RandomPolicy(random), change->at, random);
      if (HasFatalFailure()) return;
    }
  }
}

// Every change of zones that are known for theirs.
TEST(CronScheduleTest, IsLikeTheReferenceAtEveryChangeOfSomeZones) {
  base::Random random(52);
  const int64_t begin = 65'750'400;
  for (const char* name : {"Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca",
                           "America/Havana", "Pacific/Apia", "America/Caracas", "Asia/Pyongyang",
                           "Antarctica/Troll", "Europe/Volgograd", "Asia/Kathmandu"}) {
    const absl::TimeZone zone = tests::Zone(name);
    int changes = 0;
    for (auto change = NextChange(begin, zone); change && changes < (tests::kSanitized ? 8 : 40);
         change = NextChange(change->at, zone), ++changes) {
      const int hour = change->low().hour();
      ExpectLikeReference(TextAround(random, hour), name, RandomPolicy(random), change->at, random);
      if (HasFatalFailure()) return;
    }
  }
}

// Anywhere, for any pattern: the three calls agree with one another.
TEST(CronScheduleTest, CallsAgreeAtRandom) {
  base::Random random(53);
  const std::vector<std::string>& zones = tests::ZoneNames();
  const int rounds = tests::kSanitized ? 400 : 4'000;
  for (int round = 0; round < rounds; ++round) {
    const std::string text = tests::RandomCronText(random);
    const std::string& zone = zones[random.Below(zones.size())];
    SCOPED_TRACE(text + " " + zone);
    const CronSchedule schedule = Make(text, zone, RandomPolicy(random));
    const auto t = static_cast<Millis>(random.Below(7'258'118'400'000));
    const std::optional<Occurrence> next = schedule.Next(kAlways, t);
    const std::optional<Occurrence> previous = schedule.Previous(kAlways, t + 1);
    const int64_t all = schedule.Count(kAlways, kMin, kMax);
    const int64_t until = schedule.Count(kAlways, kMin, t);
    ASSERT_EQ(until + schedule.Count(kAlways, t, kMax), all);
    ASSERT_EQ(previous.has_value(), until > 0);
    ASSERT_EQ(next.has_value(), until < all);
    if (next) {
      ASSERT_GT(next->nominal, t);
      ASSERT_EQ(schedule.Count(kAlways, t, next->nominal), 1);
      ASSERT_EQ(schedule.Previous(kAlways, next->nominal), previous);
      ASSERT_EQ(schedule.Previous(kAlways, next->nominal + 1), next);
    }
    if (previous) {
      ASSERT_LE(previous->nominal, t);
      ASSERT_EQ(schedule.Count(kAlways, previous->nominal - 1, t), 1);
      ASSERT_EQ(schedule.Next(kAlways, previous->nominal), next);
      ASSERT_EQ(schedule.Next(kAlways, previous->nominal - 1), previous);
    }
  }
}

}  // namespace
}  // namespace scheduler::core
