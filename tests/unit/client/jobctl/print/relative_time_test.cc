#include "client/jobctl/print/relative_time.h"

#include "gtest/gtest.h"

namespace jobctl {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'714'557'600);  // 2024-05-01T10:00:00Z

TEST(RelativeTimeTest, NamesTheLargestUnit) {
  const auto at = [](absl::Duration distance) { return RelativeTime(kNow + distance, kNow); };
  EXPECT_EQ(at(absl::ZeroDuration()), "now");
  EXPECT_EQ(at(absl::Milliseconds(499)), "now");
  EXPECT_EQ(at(absl::Milliseconds(750)), "in 750ms");
  EXPECT_EQ(at(absl::Seconds(3)), "in 3s");
  EXPECT_EQ(at(absl::Seconds(59)), "in 59s");
  EXPECT_EQ(at(absl::Seconds(60)), "in 1m");
  EXPECT_EQ(at(absl::Minutes(59)), "in 59m");
  EXPECT_EQ(at(absl::Hours(47)), "in 47h");
  EXPECT_EQ(at(absl::Hours(48)), "in 2d");
  EXPECT_EQ(at(-absl::Seconds(150)), "2m ago");
  EXPECT_EQ(at(-absl::Hours(24 * 400)), "400d ago");
}

TEST(TimeTextTest, IsUtcWithMillisecondsWhereThereAreAny) {
  EXPECT_EQ(TimeText(kNow), "2024-05-01T10:00:00Z");
  EXPECT_EQ(TimeText(kNow + absl::Milliseconds(250)), "2024-05-01T10:00:00.25Z");
  EXPECT_EQ(TimeText(kNow + absl::Microseconds(1)), "2024-05-01T10:00:00Z");
  EXPECT_EQ(TimeAndDistance(kNow, kNow + absl::Minutes(2)), "2024-05-01T10:00:00Z (2m ago)");
}

TEST(ToTimeTest, KeepsNanoseconds) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(1);
  timestamp.set_nanos(2);
  EXPECT_EQ(ToTime(timestamp), absl::FromUnixNanos(1'000'000'002));
}

}  // namespace
}  // namespace jobctl
