#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;
using client_test::ServiceError;
using ::testing::HasSubstr;

class RunCommandsTest : public JobctlTest {
 protected:
  static v1::Run RunOf(v1::Run::State state) {
    v1::Run run;
    run.set_run_id("u-1");
    run.set_state(state);
    return run;
  }
};

TEST_F(RunCommandsTest, ListOfAJob) {
  v1::ListRunsResponse page;
  *page.add_runs() = RunOf(v1::Run::COMPLETED);
  server_.list_runs.Answer(page);
  EXPECT_EQ(Jobctl({"run", "list", "--job", "example_job"}), 0);
  EXPECT_THAT(out, HasSubstr("u-1  COMPLETED"));
  EXPECT_EQ(server_.list_runs.requests()[0].tag(), "example_job");
  EXPECT_EQ(Jobctl({"run", "list", "--job-uid", "u"}), 0);
  EXPECT_EQ(server_.list_runs.requests()[1].job_uid(), "u");
  EXPECT_EQ(Jobctl({"run", "list"}), 0);
}

TEST_F(RunCommandsTest, GetAndCancel) {
  server_.get_run.Answer(RunOf(v1::Run::RUNNING));
  EXPECT_EQ(Jobctl({"run", "get", "u-1", "-o", "jsonl"}), 0);
  EXPECT_EQ(out, "{\"run_id\":\"u-1\",\"state\":\"RUNNING\"}\n");
  EXPECT_EQ(Jobctl({"run", "cancel", "u-1", "--reason", "why", "--request-id", "r"}), 0);
  EXPECT_EQ(server_.cancel_run.requests()[0].reason(), "why");
  EXPECT_EQ(server_.cancel_run.requests()[0].request_id(), "r");
}

TEST_F(RunCommandsTest, WaitsForTheEndAndTellsItByExitCode) {
  for (const auto state : {v1::Run::COMPLETED, v1::Run::FAILED, v1::Run::CANCELLED,
                           v1::Run::SKIPPED, v1::Run::MISSED}) {
    int asked = 0;
    server_.get_run.Answer([&asked, state](const v1::GetRunRequest&) {
      return RunOf(++asked < 3 ? v1::Run::RETRY_SCHEDULED : state);
    });
    EXPECT_EQ(Jobctl({"run", "get", "u-1", "--wait"}), state == v1::Run::COMPLETED ? 0 : 1);
    EXPECT_EQ(asked, 3);
  }
}

TEST_F(RunCommandsTest, ARunThatEndedWithoutARecordIsThree) {
  const grpc::Status missing =
      ServiceError(grpc::StatusCode::NOT_FOUND, "RUN_NOT_FOUND", "dropped");
  server_.run_job.Answer(RunOf(v1::Run::QUEUED));
  server_.get_run.FailWith(missing);
  EXPECT_EQ(Jobctl({"job", "run", "j", "--wait"}), 3);
  EXPECT_THAT(err, HasSubstr("run u-1 has ended, and its record is not kept"));
  EXPECT_THAT(err, HasSubstr("--history-limit"));
  EXPECT_EQ(out, "");
  // The run of an earlier call with the same request id.
  server_.run_job.FailWith(missing);
  EXPECT_EQ(Jobctl({"job", "run", "j", "--request-id", "r"}), 3);

  // A run that nothing is known of is no run that has ended, until it was seen.
  server_.get_run.FailWith(missing);
  EXPECT_EQ(Jobctl({"run", "get", "u-1", "--wait"}), 64 + 5);
  server_.get_run.Answer(RunOf(v1::Run::RUNNING));
  on_sleep_ = [this, missing] { server_.get_run.FailWith(missing); };
  EXPECT_EQ(Jobctl({"run", "get", "u-1", "--wait"}), 3);
}

TEST_F(RunCommandsTest, AServerThatWasNeverThereIsNotWaitedFor) {
  EXPECT_EQ(Jobctl({"run", "get", "u-1", "--wait", "--timeout", "10s"}, "", "127.0.0.1:1"), 78);
}

}  // namespace
}  // namespace jobctl
