#include "scheduler/core/rule/rule_schedule.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/rule/rule_parser.h"
#include "scheduler/core/schedule/local_time.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/rule/random_rule.h"
#include "tests/unit/scheduler/core/schedule/zones.h"

namespace scheduler::core {
namespace {

using absl::CivilSecond;

constexpr Millis kMin = std::numeric_limits<Millis>::min();
constexpr Millis kMax = std::numeric_limits<Millis>::max();

// A rule of a job whose start_time is the first pass of a local time.
class Job {
 public:
  Job(std::string_view text, const std::string& zone, CivilSecond start, DstPolicy policy = {})
      : Job(text, zone, Resolve(start, tests::Zone(zone)).first * 1000, policy) {}

  Job(std::string_view text, const std::string& zone, Millis start, DstPolicy policy = {})
      : zone_(tests::Zone(zone)),
        context_{1, start},
        schedule_(ParseRule(text, zone_).value(), start, policy) {}

  // The next times after the start of a local time, in its zone: "03-28T02:30 (note)".
  std::string After(CivilSecond local, int count) const {
    Millis t = Resolve(local, zone_).first * 1000 - 1;
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) {
      const std::optional<Occurrence> next = schedule_.Next(context_, t);
      if (!next) break;
      EXPECT_EQ(next->due, next->nominal);
      t = next->nominal;
      out.push_back(absl::FormatTime("%m-%dT%H:%M", absl::FromUnixMillis(t), zone_));
      if (!next->note.empty()) out.back() += " (" + std::string(next->note) + ")";
    }
    return absl::StrJoin(out, ", ");
  }

  int64_t CountAll() const { return schedule_.Count(context_, kMin, kMax); }

  const Schedule& schedule() const { return schedule_; }
  const ScheduleContext& context() const { return context_; }

 private:
  absl::TimeZone zone_;
  ScheduleContext context_;
  RuleSchedule schedule_;
};

TEST(RuleScheduleTest, TheStartIsATimeOnlyIfTheRuleNamesIt) {
  const CivilSecond friday(2027, 1, 1, 9, 0, 0);
  EXPECT_EQ(Job("FREQ=WEEKLY;BYDAY=FR", "UTC", friday).After(friday, 2),
            "01-01T09:00, 01-08T09:00");
  EXPECT_EQ(Job("FREQ=WEEKLY;BYDAY=MO", "UTC", friday).After(friday, 2),
            "01-04T09:00, 01-11T09:00");
}

TEST(RuleScheduleTest, TheStartIsRoundedUpToASecond) {
  const Job job("FREQ=MINUTELY", "UTC", Millis{1'700'000'000'001});
  EXPECT_EQ(job.schedule().Next(job.context(), kMin)->nominal, 1'700'000'001'000);
  EXPECT_EQ(job.schedule().Next(job.context(), 1'700'000'001'000)->nominal, 1'700'000'061'000);
}

// ---- clock changes ------------------------------------------------------------------------------

TEST(RuleScheduleTest, ATimeInAGapRunsAfterItOrNot) {
  const char* rule = "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0";
  const CivilSecond start(2027, 3, 27);
  EXPECT_EQ(Job(rule, "Europe/Berlin", start).After(start, 3),
            "03-27T02:30, 03-28T03:00 (moved by a clock change), 03-29T02:30");
  EXPECT_EQ(Job(rule, "Europe/Berlin", start, {DstGap::kSkip, DstFold::kFirst}).After(start, 3),
            "03-27T02:30, 03-29T02:30, 03-30T02:30");
  const CivilSecond new_york(2027, 3, 13);
  EXPECT_EQ(Job(rule, "America/New_York", new_york).After(new_york, 3),
            "03-13T02:30, 03-14T03:00 (moved by a clock change), 03-15T02:30");
  // Several times of one gap are one.
  EXPECT_EQ(Job("FREQ=MINUTELY;INTERVAL=20;BYHOUR=2", "Europe/Berlin", start)
                .After(CivilSecond(2027, 3, 28), 2),
            "03-28T03:00 (moved by a clock change), 03-29T02:00");
}

TEST(RuleScheduleTest, ATimeInAFoldRunsOnceOrTwice) {
  const char* rule = "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=30;BYSECOND=0";
  const CivilSecond start(2027, 10, 25);
  EXPECT_EQ(Job(rule, "Europe/Berlin", start).After(start, 2),
            "10-31T02:30 (first of two), 11-07T02:30");
  EXPECT_EQ(Job(rule, "Europe/Berlin", start, {DstGap::kSkip, DstFold::kBoth}).After(start, 3),
            "10-31T02:30 (first of two), 10-31T02:30 (second of two), 11-07T02:30");
}

TEST(RuleScheduleTest, HourlyRulesFollowRealTime) {
  const CivilSecond start(2027, 3, 27, 0, 15, 0);
  const CivilSecond night(2027, 3, 28, 0, 0, 0);
  EXPECT_EQ(Job("FREQ=HOURLY", "Europe/Berlin", start).After(night, 4),
            "03-28T00:15, 03-28T01:15, 03-28T03:15, 03-28T04:15");
  // Six hours that pass, so that the clock shows one more from then on.
  EXPECT_EQ(Job("FREQ=HOURLY;INTERVAL=6", "Europe/Berlin", start).After(night, 4),
            "03-28T00:15, 03-28T07:15, 03-28T13:15, 03-28T19:15");
  const CivilSecond autumn(2027, 10, 31, 1, 15, 0);
  EXPECT_EQ(Job("FREQ=HOURLY", "Europe/Berlin", start).After(autumn, 4),
            "10-31T01:15, 10-31T02:15, 10-31T02:15, 10-31T03:15");
  // Half an hour: the minutes are those of the clock, as the rule has them from its start.
  const CivilSecond lord_howe(2027, 10, 2, 0, 45, 0);
  EXPECT_EQ(Job("FREQ=HOURLY", "Australia/Lord_Howe", lord_howe)
                .After(CivilSecond(2027, 10, 3, 0, 45, 0), 3),
            "10-03T00:45, 10-03T01:45, 10-03T02:45");
}

// Sixty minutes that pass, at minute 0: none in the half of the year whose clocks stand at 30 then.
TEST(RuleScheduleTest, ARuleThatMatchesInHalfOfTheYear) {
  const CivilSecond winter(2027, 6, 1, 8, 0, 0);
  const Job job("FREQ=MINUTELY;INTERVAL=60;BYMINUTE=0", "Australia/Lord_Howe", winter);
  EXPECT_EQ(job.After(CivilSecond(2027, 10, 3, 1, 0, 0), 3),
            "10-03T01:00, 04-02T02:00, 04-02T03:00");
}

TEST(RuleScheduleTest, ADayThatAZoneLeftOut) {
  const CivilSecond start(2011, 12, 28, 12, 0, 0);
  EXPECT_EQ(Job("FREQ=DAILY", "Pacific/Apia", start).After(start, 4),
            "12-28T12:00, 12-29T12:00, 12-31T00:00 (moved by a clock change), 12-31T12:00");
}

// ---- bounds and dates ---------------------------------------------------------------------------

TEST(RuleScheduleTest, CountEnds) {
  const CivilSecond start(2027, 3, 20, 2, 30, 0);
  EXPECT_EQ(Job("FREQ=DAILY;COUNT=10", "Europe/Berlin", start).CountAll(), 10);
  // A time that the policy drops is counted, one that it repeats is so once.
  EXPECT_EQ(Job("FREQ=DAILY;COUNT=10", "Europe/Berlin", start, {DstGap::kSkip}).CountAll(), 9);
  EXPECT_EQ(Job("FREQ=DAILY;COUNT=300", "Europe/Berlin", start, {DstGap::kRunAfter, DstFold::kBoth})
                .CountAll(),
            301);
  EXPECT_EQ(Job("FREQ=SECONDLY;INTERVAL=7;COUNT=1000000000", "UTC", start).CountAll(),
            778'944'086);  // to the end of 2199
  EXPECT_EQ(Job("FREQ=HOURLY;INTERVAL=5;COUNT=100000", "Europe/Berlin", start).CountAll(), 100'000);
  EXPECT_EQ(Job("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1;COUNT=1000", "UTC", start).CountAll(), 1000);
  EXPECT_EQ(Job("FREQ=YEARLY;COUNT=5;BYMONTH=2;BYMONTHDAY=30", "UTC", start).CountAll(), 0);
}

TEST(RuleScheduleTest, UntilIsInclusiveInEachForm) {
  const CivilSecond start(2027, 1, 1, 9, 0, 0);
  EXPECT_EQ(Job("FREQ=DAILY;UNTIL=20270103T080000Z", "Europe/Berlin", start).CountAll(), 3);
  EXPECT_EQ(Job("FREQ=DAILY;UNTIL=20270103T075959Z", "Europe/Berlin", start).CountAll(), 2);
  EXPECT_EQ(Job("FREQ=DAILY;UNTIL=20270103T090000", "Europe/Berlin", start).CountAll(), 3);
  EXPECT_EQ(Job("FREQ=DAILY;UNTIL=20270103", "Europe/Berlin", start).CountAll(), 3);
  EXPECT_EQ(Job("FREQ=HOURLY;UNTIL=20270101", "Europe/Berlin", start).CountAll(), 15);
  EXPECT_EQ(Job("FREQ=DAILY;UNTIL=20261231", "Europe/Berlin", start).CountAll(), 0);
}

TEST(RuleScheduleTest, AddsAndTakesAwayDates) {
  const CivilSecond start(2027, 1, 1, 9, 0, 0);
  const Job job(
      "FREQ=WEEKLY\n"
      "RDATE:20270105T120000,20270106,20270108T090000,20261224T090000,20270112T120000\n"
      "RDATE:20270107T093000Z\n"
      "EXDATE:20270115T090000,20270122T080000Z\n"
      "EXDATE;VALUE=DATE:20270112",
      "Europe/Berlin", start);
  EXPECT_EQ(job.After(start, 8),
            "01-01T09:00, 01-05T12:00, 01-06T09:00, 01-07T10:30, 01-08T09:00, 01-29T09:00, "
            "02-05T09:00, 02-12T09:00");
  EXPECT_EQ(job.schedule().Count(job.context(), kMin,
                                 absl::ToUnixMillis(absl::FromCivil(CivilSecond(2027, 2, 1),
                                                                    tests::Zone("Europe/Berlin")))),
            6);
  const Job dates("RDATE:20270105T120000,20270106", "UTC", start);
  EXPECT_EQ(dates.After(start, 5), "01-05T12:00, 01-06T09:00");
  EXPECT_EQ(dates.CountAll(), 2);
}

TEST(RuleScheduleTest, DatesAtClockChanges) {
  const CivilSecond start(2027, 1, 1, 2, 30, 0);
  const char* dates = "RDATE:20270328T023000,20271031T023000";
  EXPECT_EQ(Job(dates, "Europe/Berlin", start).After(start, 5),
            "03-28T03:00 (moved by a clock change), 10-31T02:30 (first of two)");
  EXPECT_EQ(Job(dates, "Europe/Berlin", start, {DstGap::kSkip, DstFold::kBoth}).After(start, 5),
            "10-31T02:30 (first of two), 10-31T02:30 (second of two)");
  EXPECT_EQ(Job("FREQ=DAILY\nEXDATE:20270328T023000,20271031T023000", "Europe/Berlin", start,
                {DstGap::kRunAfter, DstFold::kBoth})
                .After(CivilSecond(2027, 10, 30), 2),
            "10-30T02:30, 11-01T02:30");
}

TEST(RuleScheduleTest, EndsWithTheContext) {
  const Job job("FREQ=DAILY", "UTC", Millis{0});
  const Schedule& schedule = job.schedule();
  const ScheduleContext cut{1, 2 * base::kDay + 1, 4 * base::kDay};
  EXPECT_EQ(schedule.Next(cut, kMin)->nominal, 3 * base::kDay);
  EXPECT_EQ(schedule.Next(cut, 3 * base::kDay), std::nullopt);
  EXPECT_EQ(schedule.Previous(cut, kMax)->nominal, 3 * base::kDay);
  EXPECT_EQ(schedule.Previous(cut, 3 * base::kDay), std::nullopt);
  EXPECT_EQ(schedule.Count(cut, kMin, kMax), 1);
}

TEST(RuleScheduleTest, NeverEndsSoon) {
  const CivilSecond start(2027, 1, 1);
  for (const char* rule :
       {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=6MO", "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30",
        "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1", "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=30",
        "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=1", "FREQ=HOURLY;INTERVAL=168;BYDAY=SA",
        "FREQ=DAILY;BYSETPOS=2;BYHOUR=9", "FREQ=YEARLY;BYDAY=MO;BYSETPOS=60",
        "FREQ=SECONDLY;BYMONTHDAY=31;BYMONTH=4", "FREQ=YEARLY;INTERVAL=2;BYYEARDAY=366"}) {
    const Job job(rule, "Europe/Berlin", start);
    EXPECT_EQ(job.After(start, 1), "") << rule;
    EXPECT_EQ(job.schedule().Previous(job.context(), kMax), std::nullopt) << rule;
    EXPECT_EQ(job.CountAll(), 0) << rule;
  }
}

TEST(RuleScheduleTest, EndsWith2199) {
  const CivilSecond start(2199, 12, 30, 9, 0, 0);
  EXPECT_EQ(Job("FREQ=DAILY", "America/New_York", start).After(start, 5),
            "12-30T09:00, 12-31T09:00");
  for (const Millis far : {kMin, -base::kNever, base::kNever, kMax}) {
    EXPECT_EQ(Job("FREQ=DAILY\nRDATE:20270101", "America/New_York", far).CountAll(), 0);
  }
}

// ---- Next, Previous and Count agree -------------------------------------------------------------

RecurrenceRule RandomRule(base::Random* random, const absl::TimeZone& zone, int64_t start) {
  RecurrenceRule rule;
  rule.zone = zone;
  rule.pattern = RandomPattern(static_cast<RuleFrequency>(random->Below(7)), random);
  if (random->Percent(30)) rule.pattern->count = static_cast<int64_t>(1 + random->Below(5000));
  const auto some = [&] {
    const auto kind = static_cast<RuleTime::Kind>(random->Below(3));
    CivilSecond time = LocalOf(start, zone) + static_cast<int64_t>(random->Below(100'000'000));
    if (kind == RuleTime::Kind::kDate) time = CivilSecond(absl::CivilDay(time));
    return RuleTime{kind, time};
  };
  for (uint64_t n = random->Below(5); n > 0; --n) rule.dates.push_back(some());
  for (uint64_t n = random->Below(20); n > 0; --n) rule.excluded.push_back(some());
  return rule;
}

void ExpectAgreement(uint64_t seed) {
  base::Random random(seed);
  const std::vector<std::string>& names = tests::ZoneNames();
  const std::string& name = names[random.Below(names.size())];
  const absl::TimeZone zone = tests::Zone(name);
  const auto start = static_cast<int64_t>(random.Below(2'000'000'000));
  const RecurrenceRule rule = RandomRule(&random, zone, start);
  const RuleSchedule schedule(rule, start * 1000, {});
  const ScheduleContext context{1, start * 1000};
  SCOPED_TRACE(testing::Message() << "seed " << seed << ' ' << *rule.pattern << ' ' << name);
  Millis t = (start + static_cast<int64_t>(random.Below(50'000'000))) * 1000;
  const Millis from = t;
  for (int i = 0; i < 30; ++i) {
    const std::optional<Occurrence> next = schedule.Next(context, t);
    if (!next) {
      ASSERT_EQ(schedule.Count(context, t, kMax), 0);
      return;
    }
    ASSERT_GT(next->nominal, t);
    ASSERT_EQ(schedule.Count(context, t, next->nominal), 1);
    ASSERT_EQ(schedule.Count(context, t, next->nominal - 1), 0);
    ASSERT_EQ(schedule.Count(context, from, next->nominal), i + 1);
    ASSERT_EQ(schedule.Previous(context, next->nominal + 1)->nominal, next->nominal);
    const std::optional<Occurrence> previous = schedule.Previous(context, next->nominal);
    ASSERT_TRUE(!previous || previous->nominal <= t);
    t = next->nominal;
  }
}

TEST(RuleScheduleTest, CallsAgreeInEveryZone) {
  const uint64_t rounds = tests::kSanitized ? 100 : 1500;
  for (uint64_t seed = 1; seed <= rounds; ++seed) ASSERT_NO_FATAL_FAILURE(ExpectAgreement(seed));
}

TEST(RuleScheduleTest, ExtremesDoNotOverflow) {
  const std::vector<Millis> values = {kMin, -base::kNever,     -1,           0,
                                      1,    1'700'000'000'000, base::kNever, kMax};
  for (const char* rule :
       {"FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=2147483647", "FREQ=YEARLY",
        "FREQ=WEEKLY;INTERVAL=2147483647;BYDAY=MO;BYSETPOS=1", "RDATE:20270101"}) {
    const Job job(rule, "Europe/Berlin", Millis{1'700'000'000'000});
    for (const Millis start : values) {
      for (const Millis end : values) {
        const ScheduleContext context{1, start, end};
        for (const Millis t : values) {
          const std::optional<Occurrence> next = job.schedule().Next(context, t);
          EXPECT_EQ(next.has_value(), job.schedule().Count(context, t, kMax) > 0);
          const std::optional<Occurrence> previous = job.schedule().Previous(context, t);
          EXPECT_EQ(previous.has_value(),
                    t > kMin && job.schedule().Count(context, kMin, t - 1) > 0);
        }
      }
    }
  }
}

}  // namespace
}  // namespace scheduler::core
