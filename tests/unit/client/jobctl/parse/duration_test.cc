#include "client/jobctl/parse/duration.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ::testing::HasSubstr;

TEST(DurationTest, ReadsWhatPeopleWrite) {
  const std::vector<std::pair<std::string, absl::Duration>> cases = {
      {"0", absl::ZeroDuration()},
      {"0s", absl::ZeroDuration()},
      {"1ms", absl::Milliseconds(1)},
      {"1000ms", absl::Seconds(1)},
      {"90s", absl::Seconds(90)},
      {"1.5s", absl::Milliseconds(1500)},
      {"0.001s", absl::Milliseconds(1)},
      {"1m30s", absl::Seconds(90)},
      {"2h", absl::Hours(2)},
      {"7d", absl::Hours(168)},
      {"1w", absl::Hours(168)},
      {"1d2h3m4s5ms", absl::Hours(26) + absl::Minutes(3) + absl::Milliseconds(4005)},
      {"30s1m", absl::Seconds(90)},
      {"3660d", absl::Hours(24 * 3660)},
  };
  for (const auto& [text, wanted] : cases) {
    const absl::StatusOr<absl::Duration> got = ParseDuration(text);
    ASSERT_TRUE(got.ok()) << text << ": " << got.status();
    EXPECT_EQ(*got, wanted) << text;
  }
}

TEST(DurationTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           "10",
                           "s",
                           "ms",
                           "-1s",
                           "+1s",
                           " 1s",
                           "1 s",
                           "1s ",
                           "1x",
                           "1sec",
                           "1.s.",
                           "1..5s",
                           ".",
                           "1e3s",
                           "0x10s",
                           "nan",
                           "inf",
                           "infs",
                           "1S",
                           "1µs",
                           "1us",
                           "99999999999999999999999d",
                           "1m30"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseDuration(text).status())) << text;
  }
}

TEST(DurationTest, RefusesPartsOfAMillisecond) {
  EXPECT_THAT(std::string(ParseDuration("0.0001s").status().message()), HasSubstr("milliseconds"));
  EXPECT_FALSE(ParseDuration("1.5ms").ok());
}

TEST(DurationTest, SaysHowToWriteOne) {
  EXPECT_THAT(std::string(ParseDuration("10").status().message()), HasSubstr("500ms"));
}

TEST(DurationTest, WritesTheShortestText) {
  EXPECT_EQ(DurationText(absl::ZeroDuration()), "0s");
  EXPECT_EQ(DurationText(absl::Milliseconds(1)), "1ms");
  EXPECT_EQ(DurationText(absl::Milliseconds(1500)), "1s500ms");
  EXPECT_EQ(DurationText(absl::Seconds(90)), "1m30s");
  EXPECT_EQ(DurationText(absl::Hours(48)), "2d");
  EXPECT_EQ(DurationText(absl::Hours(168)), "7d");
  EXPECT_EQ(DurationText(-absl::Seconds(90)), "-1m30s");
}

TEST(DurationTest, WhatItWritesItReads) {
  for (const int64_t millis : {1LL, 999LL, 1000LL, 61'001LL, 3'600'000LL, 86'400'000LL}) {
    const absl::Duration duration = absl::Milliseconds(millis);
    EXPECT_EQ(ParseDuration(DurationText(duration)).value(), duration) << millis;
  }
}

}  // namespace
}  // namespace jobctl
