// `jobctl schedule`, and the flags of jobs that decide times.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ScheduleCommandsTest : public JobctlTest {
 protected:
  void SetUp() override {
    v1::PreviewScheduleResponse answer;
    answer.set_description("at 09:00 on weekdays, Europe/Berlin");
    answer.add_warnings("02:30 does not exist on 2027-03-28");
    auto* first = answer.add_occurrences();
    first->mutable_scheduled_time()->set_seconds(1'714'561'200);  // in an hour
    first->set_local_time("2024-05-01T13:00:00+02:00");
    first->set_note("moved by a clock change");
    server_.preview_schedule.Answer(answer);
  }
  v1::PreviewScheduleRequest Asked() { return server_.preview_schedule.requests().back(); }
};

TEST_F(ScheduleCommandsTest, PreviewsAScheduleBeforeThereIsAJob) {
  ASSERT_EQ(Jobctl({"schedule",
                    "preview",
                    "--cron",
                    "0 9 * * MON-FRI",
                    "--time-zone",
                    "Europe/Berlin",
                    "--dst-gap",
                    "skip",
                    "--exclude",
                    "+1h",
                    "--exclude-calendar",
                    "holidays",
                    "--exclude-calendar",
                    "nights",
                    "--count",
                    "3",
                    "--from",
                    "+1d",
                    "--to",
                    "2024-06-01T00:00:00Z"}),
            0)
      << err;
  const v1::PreviewScheduleRequest request = Asked();
  EXPECT_EQ(request.job().cron(), "0 9 * * MON-FRI");
  EXPECT_EQ(request.job().time_zone(), "Europe/Berlin");
  EXPECT_EQ(request.job().dst_policy().gap(), v1::DstPolicy::SKIP);
  EXPECT_EQ(request.job().exclude(0).seconds(), 1'714'561'200);
  EXPECT_THAT(request.job().exclude_calendars(), ElementsAre("holidays", "nights"));
  EXPECT_EQ(request.count(), 3);
  EXPECT_EQ(request.from_time().seconds(), 1'714'557'600 + 86'400);
  EXPECT_EQ(request.to_time().seconds(), 1'717'200'000);
  EXPECT_FALSE(request.previous());
  EXPECT_EQ(out,
            "LOCAL TIME                 WHEN   NOTE\n"
            "2024-05-01T13:00:00+02:00  in 1h  moved by a clock change\n");
  EXPECT_THAT(err, HasSubstr("at 09:00 on weekdays, Europe/Berlin\n"));
  EXPECT_THAT(err, HasSubstr("warning: 02:30 does not exist on 2027-03-28\n"));
}

TEST_F(ScheduleCommandsTest, PreviewsAJob) {
  ASSERT_EQ(
      Jobctl({"schedule", "preview", "my_job", "--before", "2024-05-01T00:00:00Z", "-o", "name"}),
      0)
      << err;
  EXPECT_EQ(Asked().tag(), "my_job");
  EXPECT_TRUE(Asked().previous());
  EXPECT_EQ(Asked().from_time().seconds(), 1'714'521'600);
  EXPECT_EQ(out, "2024-05-01T13:00:00+02:00\n");
  EXPECT_EQ(err, "");
}

TEST_F(ScheduleCommandsTest, ExplainsInWords) {
  ASSERT_EQ(Jobctl({"schedule", "explain", "--rule", "FREQ=DAILY"}), 0) << err;
  EXPECT_EQ(Asked().job().rule(), "FREQ=DAILY");
  EXPECT_EQ(Asked().count(), 5);
  EXPECT_EQ(out,
            "Due      at 09:00 on weekdays, Europe/Berlin\n"
            "Next     2024-05-01T13:00:00+02:00, in 1h, moved by a clock change\n"
            "Warning  02:30 does not exist on 2027-03-28\n");
}

TEST_F(ScheduleCommandsTest, NeedsOneSource) {
  EXPECT_EQ(Jobctl({"schedule", "preview"}), 2);
  EXPECT_THAT(err, HasSubstr("whose schedule?"));
  EXPECT_EQ(Jobctl({"schedule", "explain", "my_job", "--cron", "* * * * *"}), 2);
  EXPECT_THAT(err, HasSubstr("either a job's TAG or a schedule"));
  EXPECT_EQ(server_.preview_schedule.calls(), 0u);
}

TEST_F(ScheduleCommandsTest, LooksBackOrForwards) {
  constexpr char kTime[] = "2024-05-01T00:00:00Z";
  for (const char* other : {"--from", "--to"}) {
    EXPECT_EQ(Jobctl({"schedule", "preview", "my_job", "--before", kTime, other, kTime}), 2);
    EXPECT_THAT(err, HasSubstr("excludes"));
    EXPECT_EQ(Jobctl({"schedule", "explain", "my_job", other, kTime, "--before", kTime}), 2);
    EXPECT_THAT(err, HasSubstr("excludes"));
  }
  EXPECT_EQ(server_.preview_schedule.calls(), 0u);
}

TEST_F(ScheduleCommandsTest, HelpSaysHowManyEachShows) {
  EXPECT_EQ(Jobctl({"schedule", "preview", "--help"}), 0);
  EXPECT_THAT(out, HasSubstr("(default 10, or 1000 with --to)"));
  EXPECT_EQ(Jobctl({"schedule", "explain", "--help"}), 0);
  EXPECT_THAT(out, HasSubstr("How many (default 5)"));
}

TEST_F(ScheduleCommandsTest, AnErrorNamesTheFlag) {
  server_.preview_schedule.FailWith(client_test::ServiceError(
      grpc::StatusCode::INVALID_ARGUMENT, "FIELD_INVALID",
      "job.time_zone: \"Mars\" is no name of the IANA time zone database", "job.time_zone"));
  EXPECT_EQ(Jobctl({"schedule", "preview", "--cron", "* * * * *", "--time-zone", "Mars"}), 67);
  EXPECT_THAT(err, HasSubstr("--time-zone"));
  EXPECT_THAT(err, Not(HasSubstr("dst")));
}

}  // namespace
}  // namespace jobctl
