#include "client/jobctl/print/progress.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class ProgressTest : public testing::Test {
 protected:
  Io Terminal(bool progress) {
    return Io{.in = in_,
              .out = out_,
              .err = err_,
              .progress = progress,
              .now = [this] { return now_; },
              .sleep = nullptr};
  }

  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  absl::Time now_ = absl::UnixEpoch();
};

TEST_F(ProgressTest, ShowsLongWorkAndLeavesNothing) {
  Io io = Terminal(true);
  {
    Progress progress(io, "applied", 4);
    progress.Advance();
    EXPECT_EQ(err_.str(), "");
    now_ += absl::Milliseconds(500);
    progress.Advance();
    EXPECT_EQ(err_.str(), "\r\033[Kapplied  [===============>              ] 2 of 4");
    // Not at each of many small steps.
    now_ += absl::Milliseconds(50);
    progress.Advance();
    EXPECT_THAT(err_.str(), EndsWith("2 of 4"));
    progress.Hide();
    progress.Hide();
    EXPECT_THAT(err_.str(), EndsWith("2 of 4\r\033[K"));
    now_ += absl::Milliseconds(100);
    progress.Advance();
    EXPECT_THAT(err_.str(), EndsWith("[==============================] 4 of 4"));
  }
  EXPECT_THAT(err_.str(), EndsWith("4 of 4\r\033[K"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ProgressTest, CountsWhereTheEndIsNotKnown) {
  Io io = Terminal(true);
  Progress progress(io, "read", 0);
  now_ += absl::Seconds(1);
  progress.Advance(500);
  EXPECT_THAT(err_.str(), HasSubstr("read  500"));
}

TEST_F(ProgressTest, WritesNothingWhereThereIsNoTerminal) {
  Io io = Terminal(false);
  Progress progress(io, "applied", 4);
  now_ += absl::Seconds(1);
  progress.Advance();
  progress.Hide();
  EXPECT_EQ(err_.str(), "");
}

}  // namespace
}  // namespace jobctl
