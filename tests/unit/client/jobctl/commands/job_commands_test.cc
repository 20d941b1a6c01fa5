#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/jobctl/jobctl_runner.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;
using client_test::ServiceError;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class JobCommandsTest : public JobctlTest {
 protected:
  void SetUp() override {
    server_.create_job.Answer([](const v1::CreateJobRequest& request) { return request.job(); });
    server_.update_job.Answer([](const v1::UpdateJobRequest& request) { return request.job(); });
  }

  // The job that the command line `job create …` asks for.
  v1::Job Created(std::vector<std::string> arguments, const std::string& in = "") {
    arguments.insert(arguments.begin(), {"job", "create"});
    EXPECT_EQ(Jobctl(arguments, in), 0) << err;
    const auto requests = server_.create_job.requests();
    return requests.empty() ? v1::Job() : requests.back().job();
  }
};

TEST_F(JobCommandsTest, CreateAsInTheQuickstart) {
  const v1::Job job = Created({"example_job", "--name", "Example Job", "--event",
                               "ACTION/action_tag", "--executions", "5", "--every", "1000ms"});
  EXPECT_EQ(job.tag(), "example_job");
  EXPECT_EQ(job.name(), "Example Job");
  EXPECT_EQ(job.event_type(), v1::Event::ACTION);
  EXPECT_EQ(job.event_tag(), "action_tag");
  EXPECT_EQ(job.executions(), 5);
  EXPECT_EQ(job.intervals(), 1000);
  EXPECT_THAT(out, HasSubstr("example_job"));
  EXPECT_EQ(server_.create_job.requests()[0].request_id().size(), 32U);
}

TEST_F(JobCommandsTest, EveryFieldHasAFlag) {
  const v1::Job job = Created({"j",
                               "--at",
                               "+1h",
                               "--at",
                               "2024-06-01T00:00:00Z",
                               "--start",
                               "now",
                               "--end",
                               "+2h",
                               "--interval-mode",
                               "fixed-delay",
                               "--input",
                               R"({"a":[1]})",
                               "--env",
                               "prd",
                               "--history-limit",
                               "7",
                               "--overlap",
                               "allow",
                               "--overlap-limit",
                               "3",
                               "--catch-up",
                               "all",
                               "--catch-up-window",
                               "2h",
                               "--catch-up-limit",
                               "9",
                               "--max-retries",
                               "3",
                               "--initial-backoff",
                               "2s",
                               "--max-backoff",
                               "1m",
                               "--max-elapsed",
                               "1h",
                               "--backoff-multiplier",
                               "1.5",
                               "--retry-on",
                               "A",
                               "--retry-on",
                               "B",
                               "--no-retry-on",
                               "C",
                               "--attempt-timeout",
                               "30s",
                               "-l",
                               "k=v",
                               "--label",
                               "team=x=y"});
  EXPECT_EQ(job.times().at_size(), 2);
  EXPECT_EQ(job.times().at(0).seconds(), 1'714'557'600 + 3600);
  EXPECT_EQ(job.start_time().seconds(), 1'714'557'600);
  EXPECT_EQ(job.end_time().seconds(), 1'714'557'600 + 7200);
  EXPECT_EQ(job.interval_mode(), v1::Job::FIXED_DELAY);
  EXPECT_EQ(job.input().fields_size(), 1);
  EXPECT_EQ(job.env(), "prd");
  EXPECT_EQ(job.history_limit(), 7);
  EXPECT_EQ(job.overlap_policy().mode(), v1::OverlapPolicy::ALLOW);
  EXPECT_EQ(job.overlap_policy().limit(), 3);
  EXPECT_EQ(job.catchup_policy().mode(), v1::CatchupPolicy::ALL);
  EXPECT_EQ(job.catchup_policy().window().seconds(), 7200);
  EXPECT_EQ(job.catchup_policy().limit(), 9);
  const v1::RetryPolicy& retry = job.retry_policy();
  EXPECT_EQ(retry.max_retries(), 3);
  EXPECT_EQ(retry.initial_backoff().seconds(), 2);
  EXPECT_EQ(retry.max_backoff().seconds(), 60);
  EXPECT_EQ(retry.max_elapsed().seconds(), 3600);
  EXPECT_EQ(retry.multiplier(), 1.5);
  EXPECT_THAT(retry.retryable_codes(), ElementsAre("A", "B"));
  EXPECT_THAT(retry.non_retryable_codes(), ElementsAre("C"));
  EXPECT_EQ(job.attempt_timeout().seconds(), 30);
  EXPECT_EQ(job.labels().at("k"), "v");
  EXPECT_EQ(job.labels().at("team"), "x=y");
}

// Every settable field of the message is reached: a field that is added to the API must get a flag.
TEST_F(JobCommandsTest, NoSettableFieldIsForgotten) {
  v1::Job job = Created({"j",        "--name",          "n",          "--event",
                         "ACTION/e", "--executions",    "1",          "--every",
                         "1s",       "--interval-mode", "fixed_rate", "--start",
                         "now",      "--end",           "+1h",        "--input",
                         "{}",       "--env",           "e",          "--label",
                         "a=b",      "--overlap",       "skip",       "--catch-up",
                         "none",     "--max-retries",   "1",          "--attempt-timeout",
                         "1s",       "--history-limit", "1",          "--jitter",
                         "1s",       "--exclude",       "+1h",        "--time-zone",
                         "UTC",      "--dst-gap",       "skip",       "--exclude-calendar",
                         "holidays"});
  std::vector<std::string> missing;
  for (int i = 0; i < v1::Job::descriptor()->field_count(); ++i) {
    const auto* field = v1::Job::descriptor()->field(i);
    const bool set = field->is_repeated() ? job.GetReflection()->FieldSize(job, field) > 0
                                          : job.GetReflection()->HasField(job, field);
    // From 40 on fields are output.
    if (field->number() < 40 && !set) missing.push_back(field->name());
  }
  // Of the kinds of timing a job has one.
  EXPECT_THAT(missing, UnorderedElementsAre("product", "cron", "times", "rule"));
}

TEST_F(JobCommandsTest, ValuesAreTakenAsTheyAre) {
  const v1::Job job = Created(
      {"j", "--name", "", "--label", "list=[a,b]", "--input", "{}", "--env=-x", "--start", "-1h"});
  EXPECT_EQ(job.labels().at("list"), "[a,b]");
  EXPECT_TRUE(job.has_input());
  EXPECT_EQ(job.env(), "-x");
  EXPECT_EQ(job.start_time().seconds(), 1'714'557'600 - 3600);
}

TEST_F(JobCommandsTest, MalformedValuesNameTheirFlag) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--every", "10"}, "--every: \"10\" is no duration"},
      {{"--at", "tomorrow"}, "--at: \"tomorrow\" is no time"},
      {{"--event", "x"}, "--event: \"x\" is no event"},
      {{"--executions", "many"}, "--executions: \"many\" is no whole number"},
      {{"--history-limit", "99999999999"}, "--history-limit: "},
      {{"--overlap", "never"}, "--overlap: \"never\" is none of skip, allow, buffer_one"},
      {{"--catch-up", "some"}, "--catch-up: "},
      {{"--interval-mode", "x"}, "--interval-mode: "},
      {{"--input", "[1]"}, "--input: is no JSON object"},
      {{"--input", "@/nowhere"}, "--input: /nowhere: cannot be opened"},
      {{"-l", "novalue"}, "--label: \"novalue\" is not KEY=VALUE"},
      {{"--label", "a=1", "--label", "a=2"}, "--label: \"a\" is given twice"},
      {{"--backoff-multiplier", "x"}, "--backoff-multiplier: "},
      {{"--name", "a", "--name", "b"}, "--name"},
  };
  for (const auto& [flags, message] : cases) {
    std::vector<std::string> arguments = {"job", "create", "j"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    EXPECT_EQ(Jobctl(arguments), 2) << message;
    EXPECT_THAT(err, HasSubstr(message));
  }
  EXPECT_EQ(server_.create_job.calls(), 0U);
}

TEST_F(JobCommandsTest, OfTwoTimingsNoneIsDropped) {
  for (const char* verb : {"create", "update"}) {
    EXPECT_EQ(Jobctl({"job", verb, "j", "--every", "5s", "--at", "+5m"}), 2);
    EXPECT_THAT(err, HasSubstr("--every"));
    EXPECT_THAT(err, HasSubstr("--at"));
    EXPECT_THAT(err, HasSubstr("excludes"));
    EXPECT_EQ(Jobctl({"job", verb, "j", "--at", "+5m", "--at", "+6m"}), 0);
  }
  EXPECT_EQ(server_.create_job.calls(), 1U);
  EXPECT_EQ(server_.update_job.calls(), 1U);
}

TEST_F(JobCommandsTest, CreateFromStdinWithFlagsOnTop) {
  const v1::Job job = Created({"-f", "-", "--name", "flag", "--every", "2s"},
                              "tag: x\nname: file\ntimes: {at: [2024-05-01T10:00:00Z]}\n");
  EXPECT_EQ(job.tag(), "x");
  EXPECT_EQ(job.name(), "flag");
  EXPECT_EQ(job.intervals(), 2000);
  EXPECT_EQ(Created({"y", "-f", "-"}, "tag: x\n").tag(), "y");
}

TEST_F(JobCommandsTest, CreateNeedsATag) {
  EXPECT_EQ(Jobctl({"job", "create", "--name", "n"}), 2);
  EXPECT_THAT(err, HasSubstr("TAG"));
}

TEST_F(JobCommandsTest, CreateCarriesRequestIdAndDryRun) {
  Created({"j", "--request-id", "mine", "--dry-run"});
  EXPECT_EQ(server_.create_job.requests()[0].request_id(), "mine");
  EXPECT_TRUE(server_.create_job.requests()[0].validate_only());
}

TEST_F(JobCommandsTest, CreateManyReportsEachFailure) {
  server_.batch_create_jobs.Answer([](const v1::BatchCreateJobsRequest& request) {
    v1::BatchCreateJobsResponse response;
    for (const auto& item : request.requests()) {
      auto* result = response.add_results();
      if (item.job().tag() == "b") {
        const grpc::Status error =
            ServiceError(grpc::StatusCode::ALREADY_EXISTS, "JOB_ALREADY_EXISTS", "there is one");
        result->mutable_error()->ParseFromString(error.error_details());
      } else {
        *result->mutable_job() = item.job();
      }
    }
    return response;
  });
  EXPECT_EQ(Jobctl({"job", "create", "-f", "-", "--env", "prd", "-o", "name"},
                   "{\"tag\":\"a\"}\n{\"tag\":\"b\"}\n{\"tag\":\"c\"}\n"),
            64 + 6);
  EXPECT_EQ(out, "a\nc\n");
  EXPECT_THAT(err, HasSubstr("cannot create job b: ALREADY_EXISTS (JOB_ALREADY_EXISTS)"));
  const auto requests = server_.batch_create_jobs.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].requests(2).job().env(), "prd");
  EXPECT_EQ(requests[0].requests(2).request_id().size(), 32U);
}

TEST_F(JobCommandsTest, CreateManyKeepsToTheBoundsOfABatch) {
  std::string lines;
  for (int i = 0; i < 2001; ++i) lines += "{\"tag\":\"a\"}\n";
  EXPECT_EQ(Jobctl({"job", "create", "-f", "-"}, lines), 0);
  const auto requests = server_.batch_create_jobs.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].requests_size(), 1000);
  EXPECT_EQ(requests[2].requests_size(), 1);

  lines.clear();
  for (int i = 0; i < 40; ++i) lines += "{\"tag\":\"" + std::string(50'000, 'a') + "\"}\n";
  EXPECT_EQ(Jobctl({"job", "create", "-f", "-"}, lines), 0);
  for (const auto& request : server_.batch_create_jobs.requests()) {
    EXPECT_LT(request.ByteSizeLong(), 1U << 20U);
  }
}

TEST_F(JobCommandsTest, DeletePauseResume) {
  EXPECT_EQ(Jobctl({"job", "delete", "j", "--etag", "t", "--allow-missing"}), 0);
  EXPECT_EQ(out, "");
  EXPECT_EQ(err, "deleted job j\n");
  EXPECT_EQ(server_.delete_job.requests()[0].etag(), "t");
  EXPECT_TRUE(server_.delete_job.requests()[0].allow_missing());

  EXPECT_EQ(Jobctl({"job", "pause", "j", "--note", "enough for now", "--cancel-active"}), 0);
  EXPECT_EQ(server_.pause_job.requests()[0].note(), "enough for now");
  EXPECT_TRUE(server_.pause_job.requests()[0].cancel_active());

  EXPECT_EQ(Jobctl({"job", "resume", "j", "--catch-up"}), 0);
  EXPECT_TRUE(server_.resume_job.requests()[0].catch_up());
  EXPECT_EQ(server_.resume_job.requests()[0].tag(), "j");
}

TEST_F(JobCommandsTest, SkipsAnOccurrence) {
  EXPECT_EQ(Jobctl({"job", "skip", "j", "2026-12-25T02:30:00+01:00", "--request-id", "r"}), 0);
  EXPECT_EQ(Jobctl({"job", "skip", "j", "2026-12-25T02:30:00+01:00", "--undo"}), 0);
  const auto requests = server_.skip_occurrence.requests();
  EXPECT_EQ(requests[0].tag(), "j");
  EXPECT_EQ(requests[0].scheduled_time().seconds(), 1'798'162'200);
  EXPECT_EQ(requests[0].request_id(), "r");
  EXPECT_FALSE(requests[0].undo());
  EXPECT_TRUE(requests[1].undo());
  EXPECT_EQ(Jobctl({"job", "skip", "j"}), 2) << "which occurrence?";
  EXPECT_EQ(Jobctl({"job", "skip", "j", "tomorrow"}), 2);
}

TEST_F(JobCommandsTest, BackfillsARange) {
  v1::BackfillJobResponse response;
  response.set_occurrences(7);
  server_.backfill_job.Answer(response);
  EXPECT_EQ(Jobctl({"job", "backfill", "j", "--from", "2026-12-01T00:00:00Z", "--to",
                    "2026-12-08T00:00:00Z", "--parallel", "3"}),
            0);
  EXPECT_THAT(err, HasSubstr("7 runs are to be created"));
  EXPECT_EQ(Jobctl({"job", "backfill", "j", "--cancel"}), 0);
  const auto requests = server_.backfill_job.requests();
  EXPECT_EQ(requests[0].end_time().seconds() - requests[0].start_time().seconds(), 7 * 86'400);
  EXPECT_EQ(requests[0].overlap().mode(), v1::OverlapPolicy::ALLOW);
  EXPECT_EQ(requests[0].overlap().limit(), 3);
  EXPECT_TRUE(requests[1].cancel());
  EXPECT_EQ(Jobctl({"job", "backfill", "j", "--cancel", "--from", "now"}), 2);
}

TEST_F(JobCommandsTest, OutputForProgramsHasNoMessages) {
  EXPECT_EQ(Jobctl({"job", "delete", "j", "-o", "json"}), 0);
  EXPECT_EQ(out + err, "");
}

TEST_F(JobCommandsTest, RunNowTakesInputAndPolicy) {
  v1::Run run;
  run.set_run_id("u-1");
  run.set_state(v1::Run::FAILED);
  server_.run_job.Answer(run);
  server_.get_run.Answer(run);
  EXPECT_EQ(
      Jobctl({"job", "run", "j", "--input", R"({"a":1})", "--overlap", "allow", "-o", "name"}), 0);
  EXPECT_EQ(out, "u-1\n");
  EXPECT_EQ(server_.run_job.requests()[0].overlap().mode(), v1::OverlapPolicy::ALLOW);
  EXPECT_TRUE(server_.run_job.requests()[0].has_input());
  EXPECT_EQ(Jobctl({"job", "run", "j", "--wait"}), 1);
  EXPECT_EQ(server_.get_run.requests()[0].run_id(), "u-1");
}

TEST_F(JobCommandsTest, HelpSaysWhatHoldsWithoutAnOverlapPolicy) {
  EXPECT_EQ(Jobctl({"job", "create", "--help"}), 0);
  EXPECT_THAT(out, HasSubstr("(default skip)"));
  EXPECT_EQ(Jobctl({"job", "run", "--help"}), 0);
  EXPECT_THAT(out, HasSubstr("(default the job's policy)"));
}

TEST_F(JobCommandsTest, GetWaitsUntilTheJobIsCompleted) {
  int asked = 0;
  server_.get_job.Answer([&asked](const v1::GetJobRequest&) {
    v1::Job job;
    job.set_tag("j");
    job.set_state(++asked < 5 ? v1::Job::ACTIVE : v1::Job::COMPLETED);
    return job;
  });
  EXPECT_EQ(Jobctl({"job", "get", "j", "--wait", "-o", "name"}), 0);
  EXPECT_EQ(asked, 5);
  EXPECT_EQ(out, "j\n");
}

TEST_F(JobCommandsTest, GetWaitsNoLongerThanItMay) {
  EXPECT_EQ(Jobctl({"job", "get", "j", "--wait", "--wait-timeout", "1m"}), 64 + 4);
  EXPECT_THAT(err, HasSubstr("cannot wait for job j: DEADLINE_EXCEEDED"));
  EXPECT_THAT(err, HasSubstr("--wait-timeout"));
  EXPECT_EQ(out, "");
  // 0.1 s, growing to 2 s.
  EXPECT_LT(server_.get_job.calls(), 60U);
  EXPECT_EQ(Jobctl({"job", "get", "j", "--wait", "--wait-timeout", "soon"}), 2);
  EXPECT_EQ(Jobctl({"job", "get", "j", "--wait-timeout", "1m"}), 2);
}

TEST_F(JobCommandsTest, ListFollowsAllPages) {
  server_.list_jobs.Answer([](const v1::ListJobsRequest& request) {
    v1::ListJobsResponse page;
    const int number = request.page_token().empty() ? 0 : std::stoi(request.page_token());
    // The second page is empty, and not the last.
    if (number != 1) page.add_jobs()->set_tag("j" + std::to_string(number));
    if (number < 3) page.set_next_page_token(std::to_string(number + 1));
    return page;
  });
  EXPECT_EQ(Jobctl({"job", "list", "-o", "name"}), 0);
  EXPECT_EQ(out, "j0\nj2\nj3\n");
  EXPECT_EQ(Jobctl({"job", "list", "-o", "name", "--limit", "2", "--full"}), 0);
  EXPECT_EQ(out, "j0\nj2\n");
  EXPECT_EQ(server_.list_jobs.requests().back().page_size(), 1);
  EXPECT_EQ(server_.list_jobs.requests().back().view(), v1::ListJobsRequest::FULL);
}

TEST_F(JobCommandsTest, AListThatBreaksOffIsNoWholeJson) {
  server_.list_jobs.Answer([](const v1::ListJobsRequest&) {
    v1::ListJobsResponse page;
    page.add_jobs()->set_tag("j");
    page.set_next_page_token("more");
    return page;
  });
  EXPECT_EQ(Jobctl({"job", "list", "--limit", "2", "-o", "json"}), 0);
  server_.list_jobs.FailWith(ServiceError(grpc::StatusCode::INTERNAL, "STORE_IO", "broken"));
  EXPECT_EQ(Jobctl({"job", "list", "-o", "json"}), 64 + 13);
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace jobctl
