#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

using client_test::ServiceError;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ShellCommandsTest : public JobctlTest {
 protected:
  // What is said of a line that begins with the server's address.
  std::string Complete(std::vector<std::string> words) {
    words.insert(words.begin(), {"__complete", "--address", server_.address()});
    EXPECT_EQ(RunAsItIs(words), 0);
    return out;
  }
};

TEST_F(ShellCommandsTest, ScriptsForThreeShells) {
  EXPECT_EQ(Jobctl({"completion", "bash"}), 0);
  EXPECT_THAT(out, HasSubstr("complete -F _jobctl jobctl"));
  EXPECT_EQ(Jobctl({"completion", "zsh"}), 0);
  EXPECT_THAT(out, StartsWith("#compdef jobctl\n"));
  EXPECT_EQ(Jobctl({"completion", "fish"}), 0);
  EXPECT_THAT(out, HasSubstr("complete -c jobctl"));
  EXPECT_EQ(Jobctl({"completion", "csh"}), 2);
  EXPECT_THAT(err, HasSubstr("bash|zsh|fish"));
}

TEST_F(ShellCommandsTest, CandidatesComeFromTheTable) {
  EXPECT_THAT(Complete({"job", "get"}), StartsWith("get\tShow a job"));
  EXPECT_THAT(Complete({"job", "create", "x", "--overlap", "b"}), StartsWith("buffer_one\t\n"));
  EXPECT_THAT(Complete({"-o", "j"}), StartsWith("json\t\njsonl\t\n"));
  EXPECT_THAT(Complete({""}), HasSubstr("completion\t"));
  EXPECT_THAT(out, Not(HasSubstr("__complete")));
  EXPECT_THAT(out, EndsWith("\n:\n"));
  EXPECT_THAT(Complete({"job", "create", "-f", ""}), EndsWith(":files\n"));
  EXPECT_THAT(Complete({"--help", "ser"}), StartsWith("server\t"));
  // Nothing that was asked so far is known to the server alone.
  EXPECT_EQ(server_.list_jobs.calls(), 0U);
}

TEST_F(ShellCommandsTest, NamesComeFromTheServer) {
  v1::ListJobsResponse jobs;
  for (const char* tag : {"nightly", "night:watch", "daily"}) {
    jobs.add_jobs()->set_tag(tag);
    jobs.mutable_jobs()->rbegin()->set_name("Called\t" + std::string(tag));
  }
  server_.list_jobs.Answer(jobs);
  EXPECT_EQ(Complete({"--product", "p", "job", "get", "ni"}),
            "nightly\tCalled\xEF\xBF\xBDnightly\nnight:watch\tCalled\xEF\xBF\xBDnight:watch\n:\n");
  EXPECT_EQ(server_.list_jobs.requests().back().product(), "p");
  EXPECT_THAT(Complete({"run", "list", "--job=d"}), StartsWith("--job=daily\t"));
  v1::ListEventsResponse events;
  events.add_events()->set_tag("ping");
  events.mutable_events(0)->set_event_type(v1::Event::ACTION);
  server_.list_events.Answer(events);
  EXPECT_THAT(Complete({"job", "create", "x", "--event", ""}), StartsWith("ACTION/ping\t"));
  v1::ListCalendarsResponse calendars;
  calendars.add_calendars()->set_tag("holidays");
  server_.list_calendars.Answer(calendars);
  EXPECT_THAT(Complete({"calendar", "get", ""}), StartsWith("holidays\t"));
  v1::ListRunsResponse runs;
  runs.add_runs()->set_run_id("u-1");
  runs.mutable_runs(0)->set_state(v1::Run::FAILED);
  server_.list_runs.Answer(runs);
  EXPECT_THAT(Complete({"run", "get", ""}), StartsWith("u-1\t FAILED"));
}

TEST_F(ShellCommandsTest, AServerThatDoesNotAnswerGivesNoNames) {
  server_.list_jobs.FailWith(ServiceError(grpc::StatusCode::PERMISSION_DENIED, "NO", "no"));
  EXPECT_EQ(Complete({"job", "get", ""}), ":\n");
  EXPECT_EQ(RunAsItIs({"__complete", "--address", "127.0.0.1:1", "job", "get", ""}), 0);
  EXPECT_EQ(out, ":\n");
}

TEST_F(ShellCommandsTest, TheManualPageHoldsEveryCommand) {
  EXPECT_EQ(Jobctl({"man"}), 0);
  for (const char* part : {".SS jobctl job create", ".SS jobctl calendar list", "\\-\\-address",
                           "DUCTAPE_JOBS_ADDRESS", "69 NOT_FOUND"}) {
    EXPECT_THAT(out, HasSubstr(part));
  }
}

}  // namespace
}  // namespace jobctl
