#include "scheduler/base/rfc3339.h"

#include "gtest/gtest.h"

namespace scheduler::base {
namespace {

TEST(DeliveryFieldsTest, FormatsTimes) {
  EXPECT_EQ(FormatRfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatRfc3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatRfc3339(951'827'696'007), "2000-02-29T12:34:56.007Z");
  EXPECT_EQ(FormatRfc3339(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatRfc3339(-62'167'219'200'000), "0000-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace scheduler::base
