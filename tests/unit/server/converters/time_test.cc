#include "server/converters/time.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

google::protobuf::Timestamp At(int64_t seconds, int32_t nanos = 0) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(nanos);
  return timestamp;
}

google::protobuf::Duration Of(int64_t seconds, int32_t nanos = 0) {
  google::protobuf::Duration duration;
  duration.set_seconds(seconds);
  duration.set_nanos(nanos);
  return duration;
}

constexpr char kFault[] = "FIELD_OUT_OF_RANGE t";

TEST(TimestampTest, IsRoundedUpToMilliseconds) {
  EXPECT_EQ(ToMillis("t", At(0)).value(), 0);
  EXPECT_EQ(ToMillis("t", At(1, 1)).value(), 1001);
  EXPECT_EQ(ToMillis("t", At(1, 1'000'000)).value(), 1001);
  EXPECT_EQ(ToMillis("t", At(1, 1'000'001)).value(), 1002);
  EXPECT_EQ(ToMillis("t", At(1, 999'999'999)).value(), 2000);
}

TEST(TimestampTest, TakesTheYears1970To9999) {
  constexpr int64_t kLastSecond = 253'402'300'799;
  EXPECT_EQ(ToMillis("t", At(kLastSecond, 999'000'000)).value(), kLastTime);
  EXPECT_EQ(Fault(ToMillis("t", At(kLastSecond, 999'000'001))), kFault);  // rounds into 10000
  EXPECT_EQ(Fault(ToMillis("t", At(kLastSecond + 1))), kFault);
  EXPECT_EQ(Fault(ToMillis("t", At(-1))), kFault);
  EXPECT_EQ(Fault(ToMillis("t", At(-62'135'596'800))), kFault);  // year 0001
}

TEST(TimestampTest, RefusesMalformedNanosAndExtremes) {
  EXPECT_EQ(Fault(ToMillis("t", At(5, -1))), kFault);
  EXPECT_EQ(Fault(ToMillis("t", At(5, 1'000'000'000))), kFault);
  EXPECT_EQ(Fault(ToMillis("t", At(std::numeric_limits<int64_t>::max()))), kFault);
  EXPECT_EQ(Fault(ToMillis("t", At(std::numeric_limits<int64_t>::min()))), kFault);
  EXPECT_EQ(Fault(ToMillis("t", At(0, std::numeric_limits<int32_t>::min()))), kFault);
}

TEST(DurationTest, IsRoundedUpAndBounded) {
  EXPECT_EQ(ToMillis("t", Of(0, 1), 1, 1000).value(), 1);
  EXPECT_EQ(ToMillis("t", Of(1), 1, 1000).value(), 1000);
  EXPECT_EQ(Fault(ToMillis("t", Of(1, 1), 1, 1000)), kFault);
  EXPECT_EQ(Fault(ToMillis("t", Of(0), 1, 1000)), kFault);
  EXPECT_EQ(Fault(ToMillis("t", Of(-1), 0, 1000)), kFault);
  EXPECT_EQ(Fault(ToMillis("t", Of(0, -1'000'000), 0, 1000)), kFault);
  EXPECT_EQ(ToMillis("t", Of(0, -1), 0, 1000).value(), 0);  // up to zero
}

TEST(DurationTest, RefusesMalformedParts) {
  EXPECT_EQ(Fault(ToMillis("t", Of(1, -1), 0, kLastTime)), kFault);
  EXPECT_EQ(Fault(ToMillis("t", Of(0, 1'000'000'000), 0, kLastTime)), kFault);
  EXPECT_EQ(Fault(ToMillis("t", Of(std::numeric_limits<int64_t>::max()), 0, kLastTime)), kFault);
  EXPECT_EQ(Fault(ToMillis("t", Of(std::numeric_limits<int64_t>::min()), 0, kLastTime)), kFault);
}

TEST(TimeTest, ComesBackAsItWent) {
  google::protobuf::Timestamp timestamp;
  for (const Millis millis : {Millis{0}, Millis{1}, Millis{1'700'000'000'123}, kLastTime}) {
    SetTimestamp(millis, &timestamp);
    EXPECT_EQ(ToMillis("t", timestamp).value(), millis);
  }
  SetTimestamp(-1, &timestamp);  // well-formed even before 1970
  EXPECT_EQ(timestamp.seconds(), -1);
  EXPECT_EQ(timestamp.nanos(), 999'000'000);
  google::protobuf::Duration duration;
  SetDuration(90'061'007, &duration);
  EXPECT_EQ(ToMillis("t", duration, 0, kLastTime).value(), 90'061'007);
}

TEST(TimeTest, IsDescribedExactly) {
  EXPECT_EQ(DescribeMillis(0), "0 s");
  EXPECT_EQ(DescribeMillis(1), "1 ms");
  EXPECT_EQ(DescribeMillis(15'000), "15 s");
  EXPECT_EQ(DescribeMillis(3'600'000), "1 h");
  EXPECT_EQ(DescribeMillis(24 * 3'600'000), "24 h");
  EXPECT_EQ(DescribeMillis(366LL * 24 * 3'600'000), "366 days");
  EXPECT_EQ(DescribeMillis(3'600'001), "3600001 ms");
}

}  // namespace
}  // namespace server
