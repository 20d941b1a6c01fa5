#include "scheduler/dispatch/notification/notification_attempt.h"

#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "tests/support/attempts.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::CodeOf;

class NotificationAttemptTest : public testing::Test {
 protected:
  NotificationAttemptTest() {
    core::NotificationTarget target;
    target.channels = {{"c", core::EmailMessage()}, {"c", core::SmsMessage()}};
    attempt_ = std::make_unique<NotificationAttempt>(
        target, /*probe=*/false,
        [this](AttemptResult result) { results_.push_back(std::move(result)); });
  }
  static ChannelResult Sent() { return ChannelOf("email", CompletedAttempt("")); }

  std::vector<AttemptResult> results_;
  std::unique_ptr<NotificationAttempt> attempt_;
};

TEST_F(NotificationAttemptTest, TellsWhenAllHaveEnded) {
  attempt_->Finish(1, FailedChannel("sms", failure::kForbidden, "no"));
  attempt_->Finish(1, Sent());
  EXPECT_TRUE(results_.empty());
  EXPECT_FALSE(attempt_->ended());
  attempt_->Finish(0, Sent());
  attempt_->Finish(0, Sent());
  attempt_->Cancel();
  ASSERT_EQ(results_.size(), 1U);
  EXPECT_EQ(CodeOf(results_[0]), "COMPLETED");
  EXPECT_TRUE(attempt_->ended());
}

TEST_F(NotificationAttemptTest, CancelStopsWhatHasNotEnded) {
  int stopped = 0;
  attempt_->SetStop(0, [&] { stopped += 1; });
  attempt_->SetStop(1, [&] { stopped += 10; });
  attempt_->Finish(0, Sent());
  attempt_->Cancel();
  attempt_->Cancel();
  EXPECT_EQ(stopped, 10);
  ASSERT_EQ(results_.size(), 1U);
  EXPECT_EQ(CodeOf(results_[0]), "CANCELLED");
  // One that begins after the end is stopped at once.
  attempt_->SetStop(1, [&] { stopped += 100; });
  EXPECT_EQ(stopped, 110);
}

TEST_F(NotificationAttemptTest, WantOfTimeIsTheChannels) {
  attempt_->Finish(0, Sent());
  attempt_->TimeOut();
  ASSERT_EQ(results_.size(), 1U);
  EXPECT_EQ(CodeOf(results_[0]), "COMPLETED");
  EXPECT_NE(results_[0].output->output.find("TIMEOUT"), std::string::npos);
}

TEST_F(NotificationAttemptTest, WithoutASuccessTheRunTimesOut) {
  attempt_->Finish(1, FailedChannel("sms", failure::kForbidden, "no"));
  attempt_->TimeOut();
  EXPECT_EQ(CodeOf(results_.at(0)), failure::kTimeout);
}

TEST_F(NotificationAttemptTest, AChannelThatWasStoppedCancelsUnlessAnotherWasSent) {
  attempt_->Finish(1, CancelledChannel("sms"));
  attempt_->Finish(0, FailedChannel("email", failure::kForbidden, "no"));
  EXPECT_EQ(CodeOf(results_.at(0)), "CANCELLED");
}

TEST_F(NotificationAttemptTest, AProbeIsToldInTheWordsOfItsChannel) {
  core::NotificationTarget target;
  target.channels = {{"c", core::SmsMessage()}};
  const auto end_by = [&](ChannelResult result) {
    AttemptResult told;
    NotificationAttempt probe(target, /*probe=*/true,
                              [&told](AttemptResult ended) { told = std::move(ended); });
    probe.Finish(0, std::move(result));
    return told;
  };
  ChannelResult good = Sent();
  good.deliveries[0].id = "Plivo account: active";
  const AttemptResult completed = end_by(good);
  EXPECT_EQ(CodeOf(completed), "COMPLETED");
  EXPECT_EQ(completed.output->output, "Plivo account: active");
  const AttemptResult failed = end_by(FailedChannel("sms", failure::kForbidden, "no", 403));
  EXPECT_EQ(CodeOf(failed), "FORBIDDEN");
  EXPECT_EQ(failed.error->message, "no");
  EXPECT_EQ(failed.error->status, 403);
  EXPECT_EQ(failed.output, nullptr);
}

}  // namespace
}  // namespace scheduler::dispatch
