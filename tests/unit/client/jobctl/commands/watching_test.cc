#include "client/jobctl/commands/watching.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

using client_test::ServiceError;
using ::testing::HasSubstr;

class WatchingTest : public JobctlTest {
 protected:
  static v1::Job JobOf(const std::string& tag, int64_t count,
                       v1::Job::State state = v1::Job::ACTIVE) {
    v1::Job job;
    job.set_tag(tag);
    job.set_execution_count(count);
    job.set_state(state);
    return job;
  }

  int looks_ = 0;
};

TEST_F(WatchingTest, PrintsAResourceWheneverItChanges) {
  server_.get_job.Answer([this](const auto&) {
    ++looks_;
    return JobOf("j", looks_ / 2, looks_ < 6 ? v1::Job::ACTIVE : v1::Job::COMPLETED);
  });
  EXPECT_EQ(Jobctl({"job", "get", "j", "--watch", "-o", "jsonl"}), 0);
  EXPECT_EQ(looks_, 6);
  EXPECT_EQ(out,
            "{\"tag\":\"j\",\"state\":\"ACTIVE\"}\n"
            "{\"tag\":\"j\",\"state\":\"ACTIVE\",\"execution_count\":\"1\"}\n"
            "{\"tag\":\"j\",\"state\":\"ACTIVE\",\"execution_count\":\"2\"}\n"
            "{\"tag\":\"j\",\"state\":\"COMPLETED\",\"execution_count\":\"3\"}\n");
  looks_ = 0;
  EXPECT_EQ(Jobctl({"job", "get", "j", "--watch", "-o", "yaml"}), 0);
  EXPECT_THAT(out, HasSubstr("---\ntag: j\nstate: COMPLETED\n"));
  looks_ = 0;
  EXPECT_EQ(Jobctl({"job", "get", "j", "--watch"}), 0);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 5);  // one header
}

TEST_F(WatchingTest, PrintsWhatIsNewOrDiffersInAList) {
  server_.list_jobs.Answer([this](const auto&) {
    v1::ListJobsResponse page;
    ++looks_;
    if (looks_ < 3) *page.add_jobs() = JobOf("a", 0);
    *page.add_jobs() = JobOf("b", looks_ == 2 ? 1 : 0);
    return page;
  });
  EXPECT_EQ(Jobctl({"job", "list", "--watch", "--watch-interval", "1s", "--watch-for", "3s", "-o",
                    "name"}),
            0);
  EXPECT_EQ(looks_, 4);
  EXPECT_EQ(out, "a\nb\nb\nb\n");
  looks_ = 0;
  EXPECT_EQ(Jobctl({"job", "list", "--watch", "--watch-for", "10s"}), 0);
  EXPECT_EQ(err, "deleted job a\n");
}

TEST_F(WatchingTest, EveryNounCanBeWatched) {
  v1::ListEventsResponse events;
  events.add_events()->set_tag("e");
  server_.list_events.Answer(events);
  v1::ListCalendarsResponse calendars;
  calendars.add_calendars()->set_tag("c");
  server_.list_calendars.Answer(calendars);
  v1::ListRunsResponse runs;
  runs.add_runs()->set_run_id("u-1");
  server_.list_runs.Answer(runs);
  v1::Run ended;
  ended.set_run_id("u-1");
  ended.set_state(v1::Run::FAILED);
  server_.get_run.Answer(ended);
  for (const char* noun : {"event", "calendar", "run"}) {
    EXPECT_EQ(Jobctl({noun, "list", "--watch", "--watch-for", "4s", "-o", "name"}), 0);
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1) << noun;
  }
  EXPECT_EQ(Jobctl({"run", "get", "u-1", "--watch"}), 0);
  EXPECT_EQ(server_.get_run.calls(), 1U);
  EXPECT_EQ(Jobctl({"event", "get", "ACTION/e", "--watch", "--watch-for", "5s"}), 0);
  EXPECT_EQ(server_.get_event.calls(), 3U);
  EXPECT_EQ(Jobctl({"calendar", "get", "c", "--watch", "--watch-for", "5s"}), 0);
}

TEST_F(WatchingTest, AServerThatIsAwayIsWaitedForOnceItWasThere) {
  server_.get_job.Answer([this](const auto&) { return JobOf("j", ++looks_); });
  int sleeps = 0;
  on_sleep_ = [this, &sleeps] {
    ++sleeps;
    // As many as one call tries.
    for (int i = 0; sleeps == 1 && i < 4; ++i) {
      server_.get_job.FailWith(grpc::Status(grpc::StatusCode::UNAVAILABLE, "away"));
    }
    if (sleeps == 3) {
      server_.get_job.FailWith(ServiceError(grpc::StatusCode::NOT_FOUND, "JOB_NOT_FOUND", "gone"));
    }
  };
  EXPECT_EQ(Jobctl({"job", "get", "j", "--watch", "-o", "name"}), 69);
  EXPECT_EQ(out, "j\nj\n");
  EXPECT_THAT(err, HasSubstr("cannot watch job j"));
}

TEST_F(WatchingTest, WrongUsage) {
  EXPECT_EQ(Jobctl({"job", "get", "j", "--watch", "--wait"}), 2);
  EXPECT_EQ(Jobctl({"job", "list", "--watch", "--limit", "1"}), 2);
  EXPECT_EQ(Jobctl({"job", "list", "--watch-for", "1s"}), 2);
  EXPECT_EQ(Jobctl({"job", "list", "--watch", "--watch-interval", "0s"}), 2);
  EXPECT_THAT(err, HasSubstr("--watch-interval: must be positive"));
  EXPECT_EQ(Jobctl({"job", "list", "--watch", "--watch-for", "soon"}), 2);
  EXPECT_EQ(server_.list_jobs.calls(), 0U);
}

}  // namespace
}  // namespace jobctl
