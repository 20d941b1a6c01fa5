#include <functional>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"
#include "scheduler/store/rows.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using core::JobState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::kProduct;
using tests::kStart;

constexpr Millis kHour = base::kHour;

// kStart is Tuesday, 2023-11-14 22:13:20 UTC.
core::JobSpec Hourly() {
  core::JobSpec spec = tests::Every(base::kSecond);
  spec.timing = {};
  spec.timing.cron = "0 * * * *";
  return spec;
}
// The n-th full hour after kStart, from 23:00 on.
constexpr Millis Hour(int n) { return kStart / kHour * kHour + n * kHour; }

class JobCalendarTest : public testing::Test {
 protected:
  static core::CalendarSpec Day(int day, const std::string& zone = "") {
    core::CalendarSpec spec;
    spec.product = kProduct;
    spec.tag = "holidays";
    spec.time_zone = zone;
    spec.dates = {absl::CivilDay(2023, 11, day)};
    return spec;
  }
  absl::StatusOr<CalendarView> Create(core::CalendarSpec spec) {
    return h_.Await<CalendarView>([&](Reply<CalendarView> reply) {
      h_.service().Create(CreateCalendar{std::move(spec), {}, false}, std::move(reply));
    });
  }
  static UpdateCalendar ToBecome(const core::CalendarSpec& spec) {
    UpdateCalendar command;
    command.product = kProduct;
    command.tag = "holidays";
    command.patch = [spec](core::CalendarSpec* patched) {
      *patched = spec;
      return absl::OkStatus();
    };
    return command;
  }
  absl::StatusOr<CalendarView> Update(const core::CalendarSpec& spec) {
    return h_.Await<CalendarView>(
        [&](Reply<CalendarView> reply) { h_.service().Update(ToBecome(spec), std::move(reply)); });
  }
  absl::Status Delete(bool force) {
    return h_
        .Await<Done>([&](Reply<Done> reply) {
          h_.service().Delete(DeleteCalendar{kProduct, "holidays", "", force, false, {}},
                              std::move(reply));
        })
        .status();
  }
  absl::StatusOr<CalendarView> Get() {
    return h_.Await<CalendarView>([&](Reply<CalendarView> reply) {
      h_.service().GetCalendar(kProduct, "holidays", std::move(reply));
    });
  }
  // Begins a change, commits it, and ends the process before a loop has planned a job by it.
  void CrashUnsettled(const std::function<void()>& change) {
    change();
    h_.engine().StepLoop(kCatalogLoop);
    for (int64_t nanos = 0; h_.engine().committer().pending() > 0; ++nanos) {
      h_.engine().StepCommitter(int64_t{1'000'000'000'000} + nanos * 1'000'000'000);
    }
    h_.Crash();
  }
  void UpdateLater(const core::CalendarSpec& spec) {
    h_.service().Update(ToBecome(spec), [](absl::StatusOr<CalendarView>) {
      ADD_FAILURE() << "answered before its jobs were planned";
    });
  }
  // Two of these before the loops are stepped are under way at once.
  void UpdateLaterAndAnswer(const core::CalendarSpec& spec) {
    h_.service().Update(ToBecome(spec),
                        [](const absl::StatusOr<CalendarView>& view) { EXPECT_TRUE(view.ok()); });
  }
  bool HasChangeRow() {
    const auto row =
        h_.store().Get(store::Table::kMeta, store::CalendarChangeKey(kProduct, "holidays"));
    return row.ok() && row->has_value();
  }
  void MakeJob(core::JobSpec spec = Hourly()) {
    spec.exclude_calendars = {"holidays"};
    const auto job = h_.Create(std::move(spec));
    ASSERT_TRUE(job.ok()) << job.status();
  }
  core::JobStatus Status() { return h_.Get("job")->status; }

  tests::EngineHarness h_;
};

TEST_F(JobCalendarTest, WhatItCoversIsNoOccurrence) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  EXPECT_EQ(Status().next_run_time, Hour(1)) << "23:00";
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Status().next_run_time, Hour(26)) << "midnight after the 15th";
  h_.Advance(25 * kHour);
  EXPECT_EQ(h_.ClaimOne().scheduled_time, Hour(26));
  EXPECT_EQ(Status().stats.skipped + Status().stats.missed, 0);
}

TEST_F(JobCalendarTest, ItsDaysAreThoseOfItsZoneElseOfTheJobs) {
  ASSERT_TRUE(Create(Day(15)).ok());
  core::JobSpec spec = Hourly();
  spec.time_zone = "America/New_York";  // 17:13 there
  MakeJob(spec);
  h_.Advance(6 * kHour);
  EXPECT_EQ(Status().next_run_time, Hour(31)) << "05:00 UTC of the 16th";
  ASSERT_TRUE(Update(Day(15, "Europe/Berlin")).ok());
  EXPECT_EQ(Status().next_run_time, Hour(25)) << "23:00 UTC of the 15th";
}

TEST_F(JobCalendarTest, MustExistWhenAJobNamesIt) {
  core::JobSpec spec = Hourly();
  spec.exclude_calendars = {"holidays"};
  EXPECT_EQ(ReasonOf(h_.Create(spec).status()), "CALENDAR_NOT_FOUND");
  ASSERT_TRUE(h_.Create(Hourly()).ok());
  const auto update =
      h_.Update("job", [](core::JobSpec* patched) { patched->exclude_calendars = {"holidays"}; });
  EXPECT_EQ(ReasonOf(update.status()), "CALENDAR_NOT_FOUND");
}

TEST_F(JobCalendarTest, CountsTheJobsThatUseIt) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  EXPECT_EQ(Get()->job_count, 1);
  EXPECT_EQ(ReasonOf(Delete(/*force=*/false)), "CALENDAR_IN_USE");
  ASSERT_TRUE(h_.Update("job", [](core::JobSpec* spec) { spec->exclude_calendars.clear(); }).ok());
  EXPECT_EQ(Get()->job_count, 0);
  EXPECT_TRUE(Delete(/*force=*/false).ok());
  EXPECT_EQ(ReasonOf(Get().status()), "CALENDAR_NOT_FOUND");
}

TEST_F(JobCalendarTest, ADeletedJobLetsGoOfIt) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  ASSERT_TRUE(h_.Delete("job").ok());
  EXPECT_EQ(Get()->job_count, 0);
}

TEST_F(JobCalendarTest, AChangePlansItsJobsAnew) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  ASSERT_TRUE(Update(Day(14)).ok());
  EXPECT_EQ(Status().next_run_time, Hour(2));
  h_.Advance(kHour);
  EXPECT_EQ(h_.ClaimOne().scheduled_time, Hour(2));
}

TEST_F(JobCalendarTest, AChangeMakesNothingOfThePastDue) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  h_.Advance(5 * kHour + base::kMinute);  // 04:14 of the 15th
  ASSERT_TRUE(Update(Day(20)).ok());
  EXPECT_THAT(h_.Claim(), IsEmpty());
  EXPECT_EQ(Status().next_run_time, Hour(7));
  EXPECT_EQ(Status().stats.missed, 0);
  h_.Restart();
  EXPECT_THAT(h_.Claim(), IsEmpty());
  EXPECT_EQ(Status().next_run_time, Hour(7));
}

TEST_F(JobCalendarTest, AfterADeletionByForceNothingIsExcluded) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  ASSERT_TRUE(Delete(/*force=*/true).ok());
  EXPECT_EQ(Status().next_run_time, Hour(2));
  ASSERT_THAT(Status().conditions, SizeIs(1));
  EXPECT_EQ(Status().conditions[0].type, "CALENDAR_MISSING");
  ASSERT_TRUE(h_.Update("job", [](core::JobSpec* spec) { spec->name = "other"; }).ok());
  h_.Restart();
  EXPECT_EQ(Status().next_run_time, Hour(2));
  EXPECT_THAT(Status().conditions, SizeIs(1));
  ASSERT_TRUE(Create(Day(15)).ok());
  EXPECT_EQ(Status().next_run_time, Hour(26));
  EXPECT_THAT(Status().conditions, IsEmpty());
}

TEST_F(JobCalendarTest, SurvivesARestartAndACheckpoint) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  h_.Restart();
  EXPECT_EQ(Status().next_run_time, Hour(26));
  EXPECT_EQ(Get()->job_count, 1);
  ASSERT_TRUE(h_.engine().archivist().CheckpointNow([this] { h_.Settle(); }).ok());
  h_.Restart();
  EXPECT_EQ(Status().next_run_time, Hour(26));
  EXPECT_EQ(Get()->job_count, 1);
  EXPECT_EQ(Get()->calendar.spec.dates, Day(15).dates);
  const auto other = Create([] {
    core::CalendarSpec spec = Day(16);
    spec.tag = "others";
    return spec;
  }());
  ASSERT_TRUE(other.ok());
  EXPECT_GT(other->calendar.uid, Get()->calendar.uid);
}

TEST_F(JobCalendarTest, ACalendarThatCoversEverythingIsRefused) {
  core::CalendarSpec always = Day(15);
  always.weekly_hours = {{0x7f, 0, core::kDayMinutes}};
  ASSERT_TRUE(Create(always).ok());
  core::JobSpec spec = Hourly();
  spec.exclude_calendars = {"holidays"};
  EXPECT_EQ(ReasonOf(h_.Create(spec).status()), "SCHEDULE_NEVER_FIRES");
}

TEST_F(JobCalendarTest, WhatACalendarCompletedGoesOnWhenItChangesBack) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  core::CalendarSpec always = Day(15);
  always.weekly_hours = {{0x7f, 0, core::kDayMinutes}};
  ASSERT_TRUE(Update(always).ok());
  EXPECT_EQ(Status().state, JobState::kCompleted);
  EXPECT_EQ(Status().state_reason, "SCHEDULE_EXHAUSTED");
  ASSERT_TRUE(Update(Day(15)).ok());
  EXPECT_EQ(Status().state, JobState::kActive);
  EXPECT_EQ(Status().state_reason, "");
  EXPECT_EQ(Status().next_run_time, Hour(26));
  h_.Restart();
  EXPECT_EQ(Status().next_run_time, Hour(26));
}

TEST_F(JobCalendarTest, IntervalsAreExcludedToo) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob(tests::Every(kHour));
  h_.Complete(h_.ClaimOne());
  h_.Advance(2 * kHour);
  h_.Complete(h_.ClaimOne());
  EXPECT_EQ(Status().next_run_time, kStart + 26 * kHour);
}

TEST_F(JobCalendarTest, APausedJobsStretchIsSettledUnderTheTimesBefore) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  ASSERT_TRUE(h_.Pause("job").ok());
  h_.Advance(4 * kHour);
  ASSERT_TRUE(Update(Day(20)).ok());
  h_.Advance(2 * kHour);
  ASSERT_TRUE(h_.Resume("job").ok());
  EXPECT_EQ(Status().stats.skipped, 1 + 2) << "23:00, then 03:00 and 04:00";
}

TEST_F(JobCalendarTest, AnUpdateThatChangesNothing) {
  const auto created = Create(Day(15));
  ASSERT_TRUE(created.ok());
  const auto same = Update(Day(15));
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(EtagOf(same->calendar), EtagOf(created->calendar));
  const auto other = Update(Day(16));
  EXPECT_EQ(other->calendar.generation, 2);
  EXPECT_NE(EtagOf(other->calendar), EtagOf(created->calendar));
  EXPECT_EQ(ReasonOf(Create(Day(15)).status()), "CALENDAR_ALREADY_EXISTS");
}

TEST_F(JobCalendarTest, AfterACrashThePastDueIsDecidedByTheTimesBefore) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  h_.Advance(5 * kHour + base::kMinute);  // 04:14 of the 15th
  CrashUnsettled([this] { UpdateLater(Day(20)); });
  h_.clock().Advance(90 * base::kMinute);  // 05:44
  ASSERT_TRUE(h_.Open().ok());
  EXPECT_EQ(h_.ClaimOne().scheduled_time, Hour(7)) << "what came due since is caught up with";
  EXPECT_EQ(Status().next_run_time, Hour(8));
  EXPECT_EQ(Status().stats.missed, 0) << "midnight to 04:00 were covered then";
  EXPECT_EQ(Get()->calendar.spec.dates, Day(20).dates);
  EXPECT_FALSE(HasChangeRow()) << "the change is settled";
}

TEST_F(JobCalendarTest, AfterACrashADeletionByForceIsCarriedOut) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  h_.Advance(5 * kHour + base::kMinute);
  CrashUnsettled([this] {
    h_.service().Delete(
        DeleteCalendar{kProduct, "holidays", "", /*force=*/true, false, {}},
        [](absl::StatusOr<Done>) { ADD_FAILURE() << "answered before its jobs were planned"; });
  });
  ASSERT_TRUE(h_.Open().ok());
  EXPECT_THAT(h_.Claim(), IsEmpty());
  EXPECT_EQ(Status().next_run_time, Hour(7));
  EXPECT_EQ(Status().stats.missed, 0);
  ASSERT_THAT(Status().conditions, SizeIs(1));
  EXPECT_EQ(Status().conditions[0].type, "CALENDAR_MISSING");
  EXPECT_FALSE(HasChangeRow());
  EXPECT_EQ(ReasonOf(Get().status()), "CALENDAR_NOT_FOUND");
}

TEST_F(JobCalendarTest, ACrashBeforeTheSettlingIsDoneChangesNothing) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  h_.Advance(kHour);
  h_.Complete(h_.ClaimOne());
  h_.Advance(5 * kHour + base::kMinute);
  CrashUnsettled([this] { UpdateLater(Day(20)); });
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(h_.Open().ok());
    h_.Crash();
  }
  ASSERT_TRUE(h_.Open().ok());
  EXPECT_EQ(Status().next_run_time, Hour(7));
  EXPECT_EQ(Status().stats.missed, 0);
}

TEST_F(JobCalendarTest, AChangeThatIsSettledLeavesNoRow) {
  ASSERT_TRUE(Create(Day(15)).ok());
  MakeJob();
  UpdateLaterAndAnswer(Day(20));
  UpdateLaterAndAnswer(Day(21));
  h_.Settle();
  EXPECT_EQ(Get()->calendar.generation, 3);
  EXPECT_FALSE(HasChangeRow());
  EXPECT_EQ(Status().next_run_time, Hour(1));
}

TEST_F(JobCalendarTest, ASkipGoesWithTheOccurrenceThatACalendarCovers) {
  ASSERT_TRUE(Create(Day(20)).ok());
  MakeJob();
  ASSERT_TRUE(h_.Skip("job", Hour(1)).ok());
  ASSERT_TRUE(h_.Skip("job", Hour(2)).ok());
  ASSERT_TRUE(Update(Day(15)).ok());  // of which Hour(2) is the first
  EXPECT_THAT(Status().skipped_times, ElementsAre(Hour(1)));
  ASSERT_TRUE(Update(Day(20)).ok());
  EXPECT_THAT(Status().skipped_times, ElementsAre(Hour(1)));
  EXPECT_EQ(Status().next_run_time, Hour(2));
}

TEST_F(JobCalendarTest, ABackfillGoesOnWhenACalendarChanges) {
  ASSERT_TRUE(Create(Day(20)).ok());
  MakeJob();
  ASSERT_TRUE(h_.Backfill("job", Hour(-3), Hour(0)).ok());
  ASSERT_TRUE(Update(Day(21)).ok());
  ASSERT_TRUE(Status().backfill.has_value());
  EXPECT_EQ(Status().backfill->total, 3);
}

}  // namespace
}  // namespace scheduler::engine
