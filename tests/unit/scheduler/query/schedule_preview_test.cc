#include "scheduler/query/schedule_preview.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/core/schedule/jittering_schedule.h"
#include "scheduler/query/schedule_words.h"

namespace scheduler::query {
namespace {

using base::errors::DetailOf;
using base::errors::ReasonOf;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kDailyInTheGap[] = "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0";

Millis At(const std::string& rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
  return absl::ToUnixMillis(time);
}

core::JobSpec Cron(const std::string& pattern, const std::string& zone = "") {
  core::JobSpec spec;
  spec.product = "default";
  spec.tag = "job";
  spec.timing.cron = pattern;
  spec.time_zone = zone;
  spec.start_time = 0;
  return spec;
}

core::JobSpec Rule(const std::string& rule, const std::string& zone = "") {
  core::JobSpec spec = Cron("", zone);
  spec.timing.rule = rule;
  return spec;
}

PreviewRange From(const std::string& time, int count = 3) { return {At(time), {}, count, false}; }

// "local time" or "local time, note", one a line.
std::vector<std::string> Lines(const core::JobSpec& spec, const PreviewRange& range,
                               core::Uid uid = 0) {
  std::vector<std::string> lines;
  const auto preview = PreviewSchedule(spec, range, {uid, {}});
  EXPECT_TRUE(preview.ok()) << preview.status();
  if (!preview.ok()) return lines;
  for (const PreviewedOccurrence& o : preview->occurrences) {
    lines.push_back(o.note.empty() ? o.local_time : o.local_time + ", " + o.note);
  }
  return lines;
}

std::vector<std::string> Warnings(const core::JobSpec& spec) {
  const auto preview = PreviewSchedule(spec, From("2027-01-01T00:00:00Z", 1));
  EXPECT_TRUE(preview.ok()) << preview.status();
  return preview.ok() ? preview->warnings : std::vector<std::string>();
}

TEST(SchedulePreviewTest, ShowsLocalTimesAndWhatMovedThem) {
  EXPECT_THAT(
      Lines(Cron("30 2 * * *", "Europe/Berlin"), From("2027-03-27T00:00:00Z")),
      ElementsAre("2027-03-27T02:30:00+01:00", "2027-03-28T03:00:00+02:00, moved by a clock change",
                  "2027-03-29T02:30:00+02:00"));
  core::JobSpec both = Cron("30 2 * * *", "Europe/Berlin");
  both.dst.fold = core::DstFold::kBoth;
  EXPECT_THAT(Lines(both, From("2027-10-31T00:00:00Z")),
              ElementsAre("2027-10-31T02:30:00+02:00, first of two",
                          "2027-10-31T02:30:00+01:00, second of two", "2027-11-01T02:30:00+01:00"));
}

TEST(SchedulePreviewTest, BeginsWithFromAndEndsBeforeTo) {
  const core::JobSpec hourly = Cron("0 * * * *");
  PreviewRange range = From("2027-01-01T05:00:00Z", 100);
  range.to = At("2027-01-01T07:00:00Z");
  EXPECT_THAT(Lines(hourly, range),
              ElementsAre("2027-01-01T05:00:00+00:00", "2027-01-01T06:00:00+00:00"));
  range = From("2027-01-01T05:00:00Z", 2);
  range.previous = true;
  EXPECT_THAT(Lines(hourly, range),
              ElementsAre("2027-01-01T03:00:00+00:00", "2027-01-01T04:00:00+00:00"));
}

TEST(SchedulePreviewTest, ShowsWhatIsExcluded) {
  core::JobSpec spec = Cron("0 0 * * *");
  spec.exclude = {At("2027-01-02T00:00:00Z")};
  EXPECT_THAT(Lines(spec, From("2027-01-01T00:00:00Z")),
              ElementsAre("2027-01-01T00:00:00+00:00", "2027-01-02T00:00:00+00:00, excluded",
                          "2027-01-03T00:00:00+00:00"));
}

TEST(SchedulePreviewTest, ShowsHowLateJitterMakesIt) {
  core::JobSpec spec = Cron("30 2 * * *", "Europe/Berlin");
  spec.jitter = 90'000;
  EXPECT_THAT(
      Lines(spec, From("2027-03-28T00:00:00Z", 2)),
      ElementsAre(
          "2027-03-28T03:00:00+02:00, moved by a clock change, jittered by up to 1 min 30 s",
          "2027-03-29T02:30:00+02:00, jittered by up to 1 min 30 s"));
  const Millis nominal = At("2027-03-29T00:30:00Z");
  const core::Uid uid = 5;
  const Millis late = core::JitterOf(uid, nominal, spec.jitter);
  ASSERT_GT(late, 0);
  EXPECT_THAT(Lines(spec, From("2027-03-29T00:00:00Z", 1), uid),
              ElementsAre("2027-03-29T02:30:00+02:00, jittered by " + DurationWords(late)));
}

TEST(SchedulePreviewTest, ShowsEveryKindOfTiming) {
  core::JobSpec spec;
  spec.start_time = At("2027-01-01T00:00:00.250Z");
  spec.timing.interval = 90'000;
  spec.end_time = At("2027-01-01T00:02:00Z");
  EXPECT_THAT(Lines(spec, From("2020-01-01T00:00:00Z")),
              ElementsAre("2027-01-01T00:00:00.25+00:00", "2027-01-01T00:01:30.25+00:00"));
  EXPECT_EQ(PreviewSchedule(spec, {})->description, "every 1 min 30 s");
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  EXPECT_THAT(Lines(spec, From("2020-01-01T00:00:00Z")),
              ElementsAre("2027-01-01T00:00:00.25+00:00"));
  EXPECT_EQ(PreviewSchedule(spec, {})->description, "1 min 30 s after the end of the run before");
  spec = Cron("");
  spec.timing.times = {At("2027-01-01T00:00:00Z"), At("2028-01-01T00:00:00Z")};
  EXPECT_THAT(Lines(spec, From("2027-06-01T00:00:00Z")), ElementsAre("2028-01-01T00:00:00+00:00"));
  EXPECT_EQ(PreviewSchedule(spec, {})->description, "at 2 given times");
  spec = Rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0");
  spec.start_time = At("2027-01-04T00:00:00Z");
  EXPECT_THAT(Lines(spec, From("2027-01-05T00:00:00Z", 2)),
              ElementsAre("2027-01-18T09:00:00+00:00", "2027-02-01T09:00:00+00:00"));
}

TEST(SchedulePreviewTest, ShowsNoTimeOfAFixedDelayWhoseNextRunIsNotKnown) {
  core::JobSpec spec;
  spec.timing.interval = 90'000;
  spec.interval_mode = core::IntervalMode::kFixedDelay;
  EXPECT_THAT(Lines(spec, From("2027-01-01T00:00:00Z")), IsEmpty());
  EXPECT_EQ(PreviewSchedule(spec, {})->description, "1 min 30 s after the end of the run before");
  EXPECT_THAT(Warnings(spec), IsEmpty());
}

TEST(SchedulePreviewTest, SaysItInWordsWithTheZone) {
  EXPECT_EQ(PreviewSchedule(Cron("0 9 * * MON-FRI", "Europe/Berlin"), {})->description,
            "at 09:00 on weekdays, Europe/Berlin");
  EXPECT_EQ(PreviewSchedule(Cron("0 9 * * MON-FRI"), {})->description, "at 09:00 on weekdays, UTC");
  const core::JobSpec rule = Rule("FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", "Europe/Berlin");
  EXPECT_EQ(PreviewSchedule(rule, {})->description, "every day at 09:00, Europe/Berlin");
}

TEST(SchedulePreviewTest, WarnsOfClockChanges) {
  core::JobSpec spec = Cron("30 2 * * *", "Europe/Berlin");
  EXPECT_THAT(Warnings(spec),
              ElementsAre("02:30 does not exist on 2027-03-28, it is due at 03:00",
                          "02:30 comes twice on 2027-10-31, it is due the first time"));
  spec.dst = {core::DstGap::kSkip, core::DstFold::kBoth};
  spec.end_time = At("2027-12-01T00:00:00Z");
  EXPECT_THAT(Warnings(spec), ElementsAre("02:30 does not exist on 2027-03-28, it is skipped",
                                          "02:30 comes twice on 2027-10-31, it is due both times"));
  EXPECT_THAT(Warnings(Cron("30 2 * * *")), IsEmpty());
  EXPECT_THAT(Warnings(Cron("30 * * * *", "Europe/Berlin")), IsEmpty());
  EXPECT_THAT(Warnings(Cron("30 9 * * *", "Europe/Berlin")), IsEmpty());
  EXPECT_THAT(Warnings(Rule(kDailyInTheGap, "America/New_York")),
              ElementsAre("02:30 does not exist on 2027-03-14, it is due at 03:00"));
}

TEST(SchedulePreviewTest, WarnsOfClockChangesOnDatesThatARuleKeeps) {
  const auto warnings = [](const std::string& dates) {
    return Warnings(Rule(kDailyInTheGap + dates, "Europe/Berlin"));
  };
  const std::string gap = "02:30 does not exist on 2027-03-28, it is due at 03:00";
  const std::string fold = "02:30 comes twice on 2027-10-31, it is due the first time";
  EXPECT_THAT(warnings("\nEXDATE;TZID=Europe/Berlin:20270329T023000"), ElementsAre(gap, fold));
  EXPECT_THAT(warnings("\nEXDATE;TZID=Europe/Berlin:20270328T023000"),
              ElementsAre(fold, "02:30 does not exist on 2028-03-26, it is due at 03:00"));
  // In UTC the first pass, and the second, which is not due anyway.
  EXPECT_THAT(warnings("\nEXDATE:20271031T003000Z"),
              ElementsAre(gap, "02:30 comes twice on 2028-10-29, it is due the first time"));
  EXPECT_THAT(warnings("\nEXDATE:20271031T013000Z"), ElementsAre(gap, fold));
  // Until 03:00, the time that 02:30 is moved to.
  EXPECT_THAT(warnings(";UNTIL=20270328T010000Z"), ElementsAre(gap));
}

TEST(SchedulePreviewTest, WarnsOfNoClockChangeAtTimesGivenInUtc) {
  const std::string rule = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0\nRDATE:";
  EXPECT_THAT(Warnings(Rule(rule + "20271031T003000Z,20271031T023000Z", "Europe/Berlin")),
              IsEmpty());
  EXPECT_THAT(Warnings(Rule(rule + "20271031T023000", "Europe/Berlin")),
              ElementsAre("02:30 comes twice on 2027-10-31, it is due the first time"));
}

TEST(SchedulePreviewTest, WarnsOfNoRepeatedTimeOfWhichOnePassIsExcluded) {
  core::JobSpec both =
      Rule(std::string(kDailyInTheGap) + "\nEXDATE:20271031T013000Z", "Europe/Berlin");
  both.dst.fold = core::DstFold::kBoth;
  EXPECT_THAT(Warnings(both), ElementsAre("02:30 does not exist on 2027-03-28, it is due at 03:00",
                                          "02:30 comes twice on 2028-10-29, it is due both times"));
}

TEST(SchedulePreviewTest, WarnsOfMonthsWithoutTheDay) {
  EXPECT_THAT(Warnings(Cron("0 0 30 * *")), ElementsAre("not in February"));
  EXPECT_THAT(Warnings(Cron("0 0 31 * *")),
              ElementsAre("not in February, April, June, September and November"));
  EXPECT_THAT(Warnings(Cron("0 0 29 * *")), IsEmpty());
  EXPECT_THAT(Warnings(Cron("0 0 1 6 *")), IsEmpty());
  // A Friday the 13th comes in every month, though in March not before 2037.
  EXPECT_THAT(Warnings(Cron("0 0 13 * +FRI")), IsEmpty());
  EXPECT_THAT(Warnings(Cron("0 0 0 29 2,3 * 2027")), ElementsAre("not in February"));
}

TEST(SchedulePreviewTest, ErrorsAreThoseOfAJob) {
  EXPECT_EQ(ReasonOf(PreviewSchedule(Cron("0 0 31 2 *"), {}).status()), "SCHEDULE_NEVER_FIRES");
  EXPECT_EQ(ReasonOf(PreviewSchedule(Cron("x"), {}).status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(PreviewSchedule(Cron("@daily", "Mars"), {}).status()), "FIELD_INVALID");
}

TEST(SchedulePreviewTest, RefusesSchedulesWithoutAnyTimeFromTheirStartOn) {
  const auto fault = [](const core::JobSpec& spec) {
    const auto detail = DetailOf(PreviewSchedule(spec, {}).status());
    return detail.reason + " " + detail.field;
  };
  EXPECT_EQ(fault(Rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")), "SCHEDULE_NEVER_FIRES job.rule");
  core::JobSpec spec = Cron("0 0 0 1 1 * 1999");
  EXPECT_THAT(Lines(spec, From("1999-01-01T00:00:00Z")), ElementsAre("1999-01-01T00:00:00+00:00"));
  spec.start_time = At("2000-01-01T00:00:00Z");
  EXPECT_EQ(fault(spec), "SCHEDULE_NEVER_FIRES job.cron");
  spec = Cron("");
  spec.timing.times = {At("1999-01-01T00:00:00Z")};
  spec.start_time = At("2000-01-01T00:00:00Z");
  EXPECT_EQ(fault(spec), "SCHEDULE_NEVER_FIRES job.times");
  // That none lies before the end is shown as it is.
  spec = Cron("0 0 1 1 *");
  spec.start_time = At("2027-02-01T00:00:00Z");
  spec.end_time = At("2027-03-01T00:00:00Z");
  EXPECT_THAT(Lines(spec, From("2027-01-01T00:00:00Z")), IsEmpty());
}

}  // namespace
}  // namespace scheduler::query
