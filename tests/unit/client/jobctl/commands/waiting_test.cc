#include "client/jobctl/commands/waiting.h"

#include <sstream>
#include <vector>

#include "gtest/gtest.h"

namespace jobctl {
namespace {

class WaitingTest : public testing::Test {
 protected:
  // Polls through the answers, the last one again and again, until one is 0.
  absl::StatusOr<int> Poll(std::vector<absl::StatusOr<int>> answers, absl::Duration limit) {
    asked_ = 0;
    return PollUntil<int>(
        io_, limit, [&] { return answers[std::min(asked_++, answers.size() - 1)]; },
        [](int answer) { return answer == 0; });
  }

  std::stringstream stream_;
  absl::Time now_ = absl::UnixEpoch();
  size_t asked_ = 0;
  Io io_{.in = stream_,
         .out = stream_,
         .err = stream_,
         .color = false,
         .now = [this] { return now_; },
         .sleep = [this](absl::Duration wait) { now_ += wait; }};
};

TEST_F(WaitingTest, AsksAtOnceAndUntilItIsDone) {
  EXPECT_EQ(Poll({0}, absl::ZeroDuration()).value(), 0);
  EXPECT_EQ(asked_, 1U);
  EXPECT_EQ(now_, absl::UnixEpoch());
  EXPECT_EQ(Poll({1, 1, 0}, absl::Seconds(10)).value(), 0);
  EXPECT_EQ(asked_, 3U);
}

TEST_F(WaitingTest, EndsAtItsLimit) {
  EXPECT_TRUE(absl::IsDeadlineExceeded(Poll({1}, absl::Seconds(60)).status()));
  EXPECT_LE(now_, absl::UnixEpoch() + absl::Seconds(60));
  EXPECT_GT(now_, absl::UnixEpoch() + absl::Seconds(57));
  EXPECT_LT(asked_, 50U);
}

TEST_F(WaitingTest, WaitsForAServerThatGoesAwayForAWhile) {
  EXPECT_EQ(Poll({1, absl::UnavailableError("gone"), absl::UnavailableError("gone"), 0},
                 absl::Seconds(60))
                .value(),
            0);
}

TEST_F(WaitingTest, ButNotForOneThatWasNeverThereNorOverOtherErrors) {
  EXPECT_TRUE(
      absl::IsUnavailable(Poll({absl::UnavailableError("gone"), 0}, absl::Seconds(60)).status()));
  EXPECT_EQ(asked_, 1U);
  EXPECT_TRUE(absl::IsNotFound(Poll({1, absl::NotFoundError("x"), 0}, absl::Seconds(9)).status()));
}

}  // namespace
}  // namespace jobctl
