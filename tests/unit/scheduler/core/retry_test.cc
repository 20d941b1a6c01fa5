#include "scheduler/core/retry.h"

#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/failure.h"

namespace scheduler::core {
namespace {

constexpr Millis kNow = 1'700'000'000'000;

RunError Timeout() { return RunError{std::string(failure::kTimeout), "", {}, 0}; }

RetryPolicy PolicyOf(int32_t max_retries) {
  RetryPolicy policy;
  policy.max_retries = max_retries;
  return policy;
}

RetryInput InputOf(int32_t attempts) {
  RetryInput input;
  input.key = {77, 3};
  input.charged_attempts = attempts;
  input.due_time = kNow - 100;
  input.now = kNow;
  return input;
}

std::optional<Millis> WaitOf(const RetryPolicy& policy, const RetryInput& input) {
  const std::optional<Millis> next = NextAttempt(policy, Timeout(), input);
  if (!next) return std::nullopt;
  return *next - input.now;
}

TEST(RetryTest, NoneByDefault) {
  EXPECT_EQ(NextAttempt({}, Timeout(), InputOf(1)), std::nullopt);
  EXPECT_EQ(NextAttempt(PolicyOf(0), Timeout(), InputOf(1)), std::nullopt);
}

TEST(RetryTest, AsManyAsThePolicyAllows) {
  for (int32_t attempts = 1; attempts <= 3; ++attempts) {
    EXPECT_TRUE(NextAttempt(PolicyOf(3), Timeout(), InputOf(attempts)).has_value()) << attempts;
  }
  EXPECT_EQ(NextAttempt(PolicyOf(3), Timeout(), InputOf(4)), std::nullopt);
}

TEST(RetryTest, OnlyWhatIsRetryable) {
  RunError error = Timeout();
  error.code = failure::kValidation;
  EXPECT_EQ(NextAttempt(PolicyOf(3), error, InputOf(1)), std::nullopt);
  error.retryable = true;
  EXPECT_TRUE(NextAttempt(PolicyOf(3), error, InputOf(1)).has_value());
}

TEST(RetryTest, DefaultsAreOneSecondDoubledUpToFiveMinutes) {
  for (int32_t attempts = 1; attempts <= 100; ++attempts) {
    const Millis backoff =
        static_cast<Millis>(std::min(1000.0 * std::pow(2.0, attempts - 1), 300'000.0));
    const std::optional<Millis> wait = WaitOf(PolicyOf(100), InputOf(attempts));
    ASSERT_TRUE(wait.has_value());
    EXPECT_GE(*wait, backoff - backoff / 2) << attempts;
    EXPECT_LE(*wait, backoff) << attempts;
  }
}

TEST(RetryTest, ADefaultGivesWayToWhatIsSet) {
  RetryPolicy policy = PolicyOf(100);
  policy.max_backoff = 500;  // below the default initial backoff
  for (const int32_t attempts : {1, 2, 50}) {
    const std::optional<Millis> wait = WaitOf(policy, InputOf(attempts));
    EXPECT_GE(wait.value_or(0), 250) << attempts;
    EXPECT_LE(wait.value_or(0), 500) << attempts;
  }
  policy = PolicyOf(100);
  policy.initial_backoff = 3'600'000;  // above the default cap
  for (const int32_t attempts : {1, 2, 50}) {
    const std::optional<Millis> wait = WaitOf(policy, InputOf(attempts));
    EXPECT_GE(wait.value_or(0), 1'800'000) << attempts;
    EXPECT_LE(wait.value_or(0), 3'600'000) << attempts;
  }
}

// Against the definition, for random policies: within [half, whole] of the capped backoff.
TEST(RetryTest, BackoffStaysInItsBounds) {
  base::Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    RetryPolicy policy = PolicyOf(100);
    policy.initial_backoff = static_cast<Millis>(1 + random.Below(100'000));
    policy.max_backoff = static_cast<Millis>(1 + random.Below(86'400'000));
    policy.multiplier = 1.0 + static_cast<double>(random.Below(9900)) / 100;
    RetryInput input = InputOf(static_cast<int32_t>(1 + random.Below(100)));
    input.key = {random.Next(), static_cast<int64_t>(random.Below(1000))};
    const double exact = std::min(static_cast<double>(policy.max_backoff),
                                  static_cast<double>(policy.initial_backoff) *
                                      std::pow(policy.multiplier, input.charged_attempts - 1));
    const std::optional<Millis> wait = WaitOf(policy, input);
    ASSERT_TRUE(wait.has_value());
    ASSERT_GE(*wait, 1);
    ASSERT_GE(static_cast<double>(*wait), exact / 2 - 1);
    ASSERT_LE(static_cast<double>(*wait), exact);
    ASSERT_EQ(wait, WaitOf(policy, input));
  }
}

TEST(RetryTest, JitterSpreadsRunsAndAttempts) {
  std::set<Millis> waits;
  for (Uid uid = 1; uid <= 50; ++uid) {
    RetryInput input = InputOf(1);
    input.key.uid = uid;
    waits.insert(*WaitOf(PolicyOf(3), input));
    input.key.number = 99;
    waits.insert(*WaitOf(PolicyOf(3), input));
  }
  EXPECT_GT(waits.size(), 80U);
}

TEST(RetryTest, RetryAfterRaisesUpToTheCap) {
  RetryInput input = InputOf(1);
  input.retry_after = 20'000;
  EXPECT_EQ(WaitOf(PolicyOf(1), input), 20'000);
  input.retry_after = 1'000'000'000;
  EXPECT_EQ(WaitOf(PolicyOf(1), input), 300'000);
  for (const Millis low : {Millis{0}, Millis{-5}, std::numeric_limits<Millis>::min()}) {
    input.retry_after = low;
    EXPECT_EQ(WaitOf(PolicyOf(1), input), WaitOf(PolicyOf(1), InputOf(1)));
  }
}

TEST(RetryTest, MaxElapsedCountsFromTheDueTime) {
  RetryPolicy policy = PolicyOf(1);
  RetryInput input = InputOf(1);
  input.retry_after = 2000;
  policy.max_elapsed = 2100;
  EXPECT_EQ(WaitOf(policy, input), 2000);
  policy.max_elapsed = 2099;
  EXPECT_EQ(WaitOf(policy, input), std::nullopt);
}

}  // namespace
}  // namespace scheduler::core
