#include "scheduler/dispatch/retry_after.h"

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

constexpr base::Millis kNow = 1'735'787'045'000;  // Thu, 02 Jan 2025 03:04:05 GMT

TEST(RetryAfterTest, Seconds) {
  EXPECT_EQ(ParseRetryAfter("0", kNow), 0);
  EXPECT_EQ(ParseRetryAfter("120", kNow), 120'000);
  EXPECT_EQ(ParseRetryAfter(" 7 \r\n", kNow), 7'000);
  EXPECT_EQ(ParseRetryAfter("999999999", kNow), 999'999'999'000);
}

TEST(RetryAfterTest, HugeWaitsAreBoundedAndDoNotOverflow) {
  EXPECT_EQ(ParseRetryAfter("99999999999999999999999999", kNow), 36'500 * base::kDay);
  EXPECT_EQ(ParseRetryAfter("Fri, 31 Dec 9999 23:59:59 GMT", kNow), 36'500 * base::kDay);
}

TEST(RetryAfterTest, DatesInAllThreeForms) {
  EXPECT_EQ(ParseRetryAfter("Thu, 02 Jan 2025 03:04:15 GMT", kNow), 10'000);
  EXPECT_EQ(ParseRetryAfter("Thursday, 02-Jan-25 03:04:15 GMT", kNow), 10'000);
  EXPECT_EQ(ParseRetryAfter("Thu Jan  2 03:04:15 2025", kNow), 10'000);
  EXPECT_EQ(ParseRetryAfter("Wed, 01 Jan 2020 00:00:00 GMT", kNow), 0);
}

TEST(RetryAfterTest, AnythingElseIsNothing) {
  for (const char* text : {"", " ", "-1", "1.5", "1s", "soon", "Thu, 02 Jan 2025 03:04:15 CET",
                           "Thu, 40 Jan 2025 03:04:15 GMT", "1 2"}) {
    EXPECT_FALSE(ParseRetryAfter(text, kNow).has_value()) << text;
  }
}

}  // namespace
}  // namespace scheduler::dispatch
