#include "scheduler/dispatch/function/lambda_attempt.h"

#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/egress_policy.h"

namespace scheduler::dispatch {
namespace {

class LambdaAttemptTest : public testing::Test {
 protected:
  ~LambdaAttemptTest() override { client_.Shutdown(); }

  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  base::SystemClock clock_;
  HttpClient client_{HttpOptions(), &egress_, &clock_};
  std::string told_;
  LambdaAttempt attempt_{
      &client_, [this] { told_ += "end "; },
      [this](const AttemptResult& result) { told_ += result.cancelled ? "cancelled " : "done "; }};
};

TEST_F(LambdaAttemptTest, TheFirstEndCounts) {
  EXPECT_FALSE(attempt_.ended());
  attempt_.Finish(CompletedAttempt("1"));
  EXPECT_TRUE(attempt_.ended());
  attempt_.Finish(CompletedAttempt("2"));
  attempt_.Cancel();
  EXPECT_EQ(told_, "end done ");
}

TEST_F(LambdaAttemptTest, ACancelMayComeBeforeItsCall) {
  attempt_.Cancel();
  attempt_.SetCall(7);
  attempt_.Finish(CompletedAttempt("1"));
  EXPECT_EQ(told_, "end cancelled ");
}

}  // namespace
}  // namespace scheduler::dispatch
