#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

using client_test::ServiceError;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNow = 1'714'557'600;  // as the runner's clock stands

class JobTimelineTest : public JobctlTest {
 protected:
  JobTimelineTest() {
    job_.set_product("default");
    job_.set_tag("j");
    job_.set_state(v1::Job::ACTIVE);
    server_.get_job.Answer([this](const auto&) { return job_; });
    // Highest number first, one a page.
    server_.list_runs.Answer([](const v1::ListRunsRequest& request) {
      const int number = request.page_token().empty() ? 3 : std::stoi(request.page_token());
      v1::ListRunsResponse page;
      *page.add_runs() = RunOf(number);
      if (number > 1) page.set_next_page_token(std::to_string(number - 1));
      return page;
    });
    server_.preview_schedule.Answer([](const v1::PreviewScheduleRequest& request) {
      v1::PreviewScheduleResponse answer;
      answer.set_description("every 1 min");
      for (int i = 1; i <= request.count(); ++i) {
        auto& occurrence = *answer.add_occurrences();
        occurrence.mutable_scheduled_time()->set_seconds(kNow + 60 * i);
        occurrence.set_local_time("LOCAL-" + std::to_string(i));
        if (i == 2) occurrence.set_note("excluded by calendar c");
      }
      return answer;
    });
  }

  // Run 1 failed and took 4 s, run 2 took 2 s, run 3 has been running for 1 s.
  static v1::Run RunOf(int number) {
    v1::Run run;
    run.set_run_id("u-" + std::to_string(number));
    const int64_t at = kNow - 60 * (4 - number);
    run.mutable_scheduled_time()->set_seconds(at);
    run.mutable_start_time()->set_seconds(number == 3 ? kNow - 1 : at);
    if (number < 3) run.mutable_end_time()->set_seconds(at + (number == 1 ? 4 : 2));
    run.set_state(number == 1   ? v1::Run::FAILED
                  : number == 2 ? v1::Run::COMPLETED
                                : v1::Run::RUNNING);
    if (number == 1) run.mutable_error()->set_code("TIMEOUT");
    return run;
  }

  v1::Job job_;
};

// A bar of `blocks` blocks.
std::string Bar(int blocks) {
  std::string bar;
  for (int i = 0; i < blocks; ++i) bar += "\xE2\x96\x87";
  return bar;
}

TEST_F(JobTimelineTest, PastNowAndNext) {
  EXPECT_EQ(Jobctl({"job", "timeline", "j", "--next", "3"}), 0);
  EXPECT_THAT(out, ContainsRegex("^TIME +WHEN +STATE +TOOK +RUN +NOTE\n"));
  EXPECT_THAT(out, HasSubstr("2024-05-01T09:57:00Z  3m ago  FAILED     " + Bar(20) + " 4s"));
  EXPECT_THAT(out, ContainsRegex("u-1 +TIMEOUT\n"));
  EXPECT_THAT(out, HasSubstr("2m ago  COMPLETED  " + Bar(10) + " 2s"));
  EXPECT_THAT(out, HasSubstr("1m ago  RUNNING    " + Bar(5) + " 1s"));
  EXPECT_THAT(out, ContainsRegex("u-3 +-\n2024-05-01T10:00:00Z +now +ACTIVE +- +- +every 1 min\n"
                                 "LOCAL-1 +in 1m +due .*\nLOCAL-2 +in 2m +left out +- +- +excluded "
                                 "by calendar c\nLOCAL-3 +in 3m +due"));
}

TEST_F(JobTimelineTest, AsManyAsAskedForAndLeft) {
  EXPECT_EQ(Jobctl({"job", "timeline", "j", "--past", "2", "--next", "0"}), 0);
  EXPECT_THAT(out, Not(HasSubstr("u-1 ")));
  EXPECT_THAT(out, HasSubstr("u-2 "));
  EXPECT_THAT(out, Not(HasSubstr("LOCAL")));
  job_.set_executions(5);
  job_.set_execution_count(4);
  EXPECT_EQ(Jobctl({"job", "timeline", "j"}), 0);
  EXPECT_THAT(out, HasSubstr("LOCAL-1"));
  EXPECT_THAT(out, Not(HasSubstr("LOCAL-2")));
  job_.set_state(v1::Job::COMPLETED);
  EXPECT_EQ(Jobctl({"job", "timeline", "j"}), 0);
  EXPECT_THAT(out, Not(HasSubstr("LOCAL")));
  job_.clear_executions();
  job_.set_state(v1::Job::PAUSED);
  EXPECT_EQ(Jobctl({"job", "timeline", "j"}), 0);
  EXPECT_THAT(out, ContainsRegex("LOCAL-1 +in 1m +paused"));
}

TEST_F(JobTimelineTest, Json) {
  EXPECT_EQ(Jobctl({"job", "timeline", "j", "--past", "1", "--next", "1", "-o", "jsonl"}), 0);
  EXPECT_EQ(
      out,
      R"({"job":{"product":"default","tag":"j","state":"ACTIVE"},"description":"every 1 min",)"
      R"("warnings":[],"now":"2024-05-01T10:00:00Z","past":[{"run_id":"u-3","state":"RUNNING",)"
      R"("scheduled_time":"2024-05-01T09:59:00Z","start_time":"2024-05-01T09:59:59Z"}],)"
      R"("next":[{"scheduled_time":"2024-05-01T10:01:00Z","local_time":"LOCAL-1"}]})"
      "\n");
  EXPECT_EQ(Jobctl({"job", "timeline", "j", "-o", "yaml"}), 0);
  EXPECT_THAT(out, HasSubstr("past:\n  - run_id: u-1\n"));
  EXPECT_EQ(Jobctl({"job", "timeline", "j", "-o", "json"}), 0);
  EXPECT_THAT(out, HasSubstr("\n  \"next\": [\n"));
  EXPECT_EQ(Jobctl({"job", "timeline", "j", "-o", "name"}), 0);
  EXPECT_EQ(out, "j\n");
}

TEST_F(JobTimelineTest, Errors) {
  EXPECT_EQ(Jobctl({"job", "timeline", "j", "--past", "-1"}), 2);
  EXPECT_EQ(Jobctl({"job", "timeline", "j", "--next", "1001"}), 2);
  server_.list_runs.FailWith(ServiceError(grpc::StatusCode::INTERNAL, "STORE_IO", "disk"));
  EXPECT_EQ(Jobctl({"job", "timeline", "j"}), 77);
  EXPECT_THAT(err, HasSubstr("cannot show the timeline of job j"));
  server_.get_job.FailWith(ServiceError(grpc::StatusCode::NOT_FOUND, "JOB_NOT_FOUND", "none"));
  EXPECT_EQ(Jobctl({"job", "timeline", "j"}), 69);
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace jobctl
