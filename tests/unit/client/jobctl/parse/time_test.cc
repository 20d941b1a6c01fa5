#include "client/jobctl/parse/time.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace jobctl {
namespace {

using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'714'557'600);  // 2024-05-01T10:00:00Z

TEST(TimeTest, ReadsRfc3339) {
  for (const char* text : {"2024-05-01T10:00:00Z", "2024-05-01 10:00:00Z",
                           "2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00.000Z"}) {
    EXPECT_EQ(ParseTime(text, absl::UnixEpoch()).value(), kNow) << text;
  }
  EXPECT_EQ(ParseTime("2024-05-01T10:00:00.25Z", kNow).value(), kNow + absl::Milliseconds(250));
}

TEST(TimeTest, ReadsDistancesFromNow) {
  EXPECT_EQ(ParseTime("now", kNow).value(), kNow);
  EXPECT_EQ(ParseTime("+90s", kNow).value(), kNow + absl::Seconds(90));
  EXPECT_EQ(ParseTime("-1h", kNow).value(), kNow - absl::Hours(1));
}

TEST(TimeTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "tomorrow", "2024-05-01", "2024-05-01T10:00:00", "2024-13-01T10:00:00Z",
        "2024-05-01T10:00:00 Z ", "10:00", "+", "-", "+5", "infinite-future", "1714557600"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseTime(text, kNow).status())) << text;
  }
  EXPECT_THAT(std::string(ParseTime("2024-05-01T10:00:00", kNow).status().message()),
              HasSubstr("offset"));
}

TEST(TimeTest, TimestampsKeepTimesBeforeTheEpochNormal) {
  const google::protobuf::Timestamp before = ToTimestamp(absl::UnixEpoch() - absl::Milliseconds(1));
  EXPECT_EQ(before.seconds(), -1);
  EXPECT_EQ(before.nanos(), 999'000'000);
  EXPECT_EQ(ToTimestamp(kNow).seconds(), 1'714'557'600);
  EXPECT_EQ(ToTimestamp(kNow).nanos(), 0);
}

}  // namespace
}  // namespace jobctl
