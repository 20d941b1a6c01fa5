// `jobctl job update`: what the flags say and what the request then holds.
#include <string>
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
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// A job with a policy of each kind, as `job get` has it.
v1::Job JobWithPolicies() {
  v1::Job job;
  job.set_tag("j");
  job.set_name("someone else's business");
  job.set_etag("e1");
  job.mutable_overlap_policy()->set_mode(v1::OverlapPolicy::ALLOW);
  job.mutable_overlap_policy()->set_limit(7);
  job.mutable_catchup_policy()->set_mode(v1::CatchupPolicy::ALL);
  job.mutable_catchup_policy()->set_limit(9);
  job.mutable_retry_policy()->set_max_retries(1);
  job.mutable_retry_policy()->mutable_initial_backoff()->set_seconds(2);
  job.mutable_retry_policy()->add_retryable_codes("OLD");
  job.mutable_retry_policy()->add_non_retryable_codes("NEVER");
  job.mutable_dst_policy()->set_gap(v1::DstPolicy::RUN_AFTER);
  job.mutable_dst_policy()->set_fold(v1::DstPolicy::BOTH);
  return job;
}

class JobUpdateTest : public JobctlTest {
 protected:
  void SetUp() override {
    server_.update_job.Answer([](const v1::UpdateJobRequest& request) { return request.job(); });
  }

  // The request that `job update …` makes.
  v1::UpdateJobRequest Updated(std::vector<std::string> arguments, const std::string& in = "") {
    arguments.insert(arguments.begin(), {"job", "update"});
    EXPECT_EQ(Jobctl(arguments, in), 0) << err;
    const auto requests = server_.update_job.requests();
    return requests.empty() ? v1::UpdateJobRequest() : requests.back();
  }
};

TEST_F(JobUpdateTest, UpdateNamesWhatFlagsSet) {
  const v1::UpdateJobRequest request =
      Updated({"j", "--name", "n", "--event", "ACTION/e", "--every", "2s", "--overlap", "allow",
               "--overlap-limit", "3", "--clear", "labels", "--etag", "t", "--request-id", "r"});
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("name", "event_type", "event_tag",
                                                         "intervals", "overlap_policy", "labels"));
  EXPECT_EQ(request.job().tag(), "j");
  EXPECT_EQ(request.job().etag(), "t");
  EXPECT_EQ(request.request_id(), "r");
  EXPECT_FALSE(request.allow_missing());
}

TEST_F(JobUpdateTest, UpdateChangesMembersOfPoliciesAndNothingElse) {
  server_.get_job.Answer(JobWithPolicies());
  v1::UpdateJobRequest request = Updated(
      {"j", "--overlap-limit", "5", "--catch-up-window", "1m", "--max-retries", "3", "--env", "x"});
  EXPECT_THAT(request.update_mask().paths(),
              UnorderedElementsAre("env", "overlap_policy", "catchup_policy", "retry_policy"));
  EXPECT_EQ(request.job().etag(), "e1");
  EXPECT_EQ(request.job().name(), "");
  EXPECT_EQ(request.job().overlap_policy().mode(), v1::OverlapPolicy::ALLOW);
  EXPECT_EQ(request.job().overlap_policy().limit(), 5);
  EXPECT_EQ(request.job().catchup_policy().mode(), v1::CatchupPolicy::ALL);
  EXPECT_EQ(request.job().catchup_policy().window().seconds(), 60);
  EXPECT_EQ(request.job().catchup_policy().limit(), 9);
  EXPECT_EQ(request.job().retry_policy().max_retries(), 3);
  EXPECT_EQ(request.job().retry_policy().initial_backoff().seconds(), 2);
  EXPECT_THAT(request.job().retry_policy().retryable_codes(), ElementsAre("OLD"));

  request = Updated({"j", "--retry-on", "A", "--retry-on", "B"});
  EXPECT_THAT(request.job().retry_policy().retryable_codes(), ElementsAre("A", "B"));
  EXPECT_THAT(request.job().retry_policy().non_retryable_codes(), ElementsAre("NEVER"));
  EXPECT_EQ(request.job().retry_policy().max_retries(), 1);
}

TEST_F(JobUpdateTest, UpdateOfTheGapLeavesTheFold) {
  server_.get_job.Answer(JobWithPolicies());
  v1::UpdateJobRequest request = Updated({"j", "--dst-gap", "skip"});
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("dst_policy"));
  EXPECT_EQ(request.job().etag(), "e1");
  EXPECT_EQ(request.job().dst_policy().gap(), v1::DstPolicy::SKIP);
  EXPECT_EQ(request.job().dst_policy().fold(), v1::DstPolicy::BOTH);

  request = Updated({"j", "--dst-fold", "first"});
  EXPECT_EQ(request.job().dst_policy().gap(), v1::DstPolicy::RUN_AFTER);
  EXPECT_EQ(request.job().dst_policy().fold(), v1::DstPolicy::FIRST);
}

TEST_F(JobUpdateTest, AModeTakesAwayWhatOnlyOtherModesHave) {
  server_.get_job.Answer(JobWithPolicies());
  const v1::Job job = Updated({"j", "--overlap", "skip", "--catch-up", "none"}).job();
  EXPECT_EQ(job.overlap_policy().mode(), v1::OverlapPolicy::SKIP);
  EXPECT_EQ(job.overlap_policy().limit(), 0);
  EXPECT_EQ(job.catchup_policy().mode(), v1::CatchupPolicy::NONE);
  EXPECT_EQ(job.catchup_policy().limit(), 0);
  // What was given itself is for the server to refuse.
  EXPECT_EQ(
      Updated({"j", "--overlap-limit", "3", "--overlap", "skip"}).job().overlap_policy().limit(),
      3);
}

TEST_F(JobUpdateTest, AClearedOrReplacedPolicyIsNotRead) {
  const v1::UpdateJobRequest request =
      Updated({"j", "--clear", "retry_policy", "--max-retries", "3"});
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("retry_policy"));
  EXPECT_EQ(request.job().retry_policy().max_retries(), 3);
  Updated({"j", "--replace", "--overlap", "allow"});
  Updated({"-f", "-", "--overlap", "allow"}, "tag: j\n");
  EXPECT_EQ(server_.get_job.calls(), 0U);
}

TEST_F(JobUpdateTest, UpdateOfAPolicyReadsAgainWhatChangedMeanwhile) {
  v1::Job present = JobWithPolicies();
  server_.get_job.Answer([&present](const v1::GetJobRequest&) {
    present.mutable_overlap_policy()->set_limit(present.overlap_policy().limit() + 1);
    present.set_etag("e" + std::to_string(present.overlap_policy().limit()));
    return present;
  });
  const grpc::Status mismatch = ServiceError(grpc::StatusCode::ABORTED, "ETAG_MISMATCH", "other");
  for (int i = 0; i < 3; ++i) server_.update_job.FailWith(mismatch);
  EXPECT_EQ(Updated({"j", "--overlap", "allow"}).job().etag(), "e11");
  EXPECT_EQ(server_.update_job.requests().back().job().overlap_policy().limit(), 11);
  EXPECT_EQ(server_.update_job.calls(), 4U);

  for (int i = 0; i < 4; ++i) server_.update_job.FailWith(mismatch);
  EXPECT_EQ(Jobctl({"job", "update", "j", "--overlap", "allow"}), 64 + 10);
  EXPECT_THAT(err, HasSubstr("ETAG_MISMATCH"));
  EXPECT_EQ(server_.update_job.calls(), 8U);
}

TEST_F(JobUpdateTest, UpdateOfAPolicyKeepsTheEtagThatWasGiven) {
  server_.get_job.Answer(JobWithPolicies());
  server_.update_job.FailWith(
      ServiceError(grpc::StatusCode::ABORTED, "ETAG_MISMATCH", "another one"));
  EXPECT_EQ(Jobctl({"job", "update", "j", "--max-retries", "2", "--etag", "mine"}), 64 + 10);
  ASSERT_EQ(server_.update_job.calls(), 1U);
  EXPECT_EQ(server_.update_job.requests()[0].job().etag(), "mine");
  // A repetition with the same request id must be the same request.
  EXPECT_EQ(Updated({"j", "--max-retries", "2", "--request-id", "r"}).job().etag(), "");
}

TEST_F(JobUpdateTest, UpdateOfAPolicyOfAJobThatIsMissing) {
  const grpc::Status missing =
      ServiceError(grpc::StatusCode::NOT_FOUND, "JOB_NOT_FOUND", "there is none");
  server_.get_job.FailWith(missing);
  EXPECT_EQ(Jobctl({"job", "update", "j", "--max-retries", "2"}), 64 + 5);
  EXPECT_THAT(err, HasSubstr("cannot update job j: NOT_FOUND (JOB_NOT_FOUND)"));
  EXPECT_EQ(server_.update_job.calls(), 0U);
  server_.get_job.FailWith(missing);
  EXPECT_TRUE(Updated({"j", "--max-retries", "2", "--allow-missing"}).allow_missing());
  EXPECT_EQ(server_.update_job.requests()[0].job().retry_policy().max_retries(), 2);
}

TEST_F(JobUpdateTest, UpdateSetsAFieldToNothing) {
  const v1::UpdateJobRequest request = Updated({"j", "--env", ""});
  EXPECT_THAT(request.update_mask().paths(), ElementsAre("env"));
}

TEST_F(JobUpdateTest, UpdateFromAFileSetsWhatItHolds) {
  const v1::UpdateJobRequest request =
      Updated({"-f", "-", "--allow-missing"}, "tag: j\nname: n\netag: t\n");
  EXPECT_THAT(request.update_mask().paths(), IsEmpty());
  EXPECT_EQ(request.job().etag(), "t");
  EXPECT_TRUE(request.allow_missing());
  EXPECT_THAT(Updated({"-f", "-", "--replace"}, "tag: j\n").update_mask().paths(),
              ElementsAre("*"));
}

TEST_F(JobUpdateTest, UpdateOfNothingIsWrongUsage) {
  EXPECT_EQ(Jobctl({"job", "update", "j"}), 2);
  EXPECT_THAT(err, HasSubstr("nothing to update"));
  EXPECT_EQ(Jobctl({"job", "update", "-f", "-", "--clear", "env"}, "tag: j\n"), 2);
  EXPECT_EQ(Jobctl({"job", "update", "j", "--replace", "--clear", "env"}), 2);
}

}  // namespace
}  // namespace jobctl
