#include "scheduler/core/retry.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "scheduler/base/limits.h"
#include "scheduler/base/random.h"
#include "scheduler/core/failure.h"

namespace scheduler::core {
namespace {

namespace limits = base::limits;

Millis OrDefault(Millis value, Millis otherwise) { return value > 0 ? value : otherwise; }

// Who asks for a longer first wait than the default cap gets it.
Millis MaxBackoff(const RetryPolicy& policy) {
  return OrDefault(policy.max_backoff,
                   std::max(limits::kDefaultMaxBackoff, policy.initial_backoff));
}

// min(initial × multiplier^(n-1), max), ≥ 1. An infinite power is capped like any other.
Millis Backoff(const RetryPolicy& policy, Millis max_backoff, int32_t attempts) {
  const double initial =
      static_cast<double>(OrDefault(policy.initial_backoff, limits::kDefaultInitialBackoff));
  const double multiplier =
      policy.multiplier > 0 ? policy.multiplier : limits::kDefaultBackoffMultiplier;
  const double backoff = initial * std::pow(multiplier, attempts - 1);
  if (!(backoff < static_cast<double>(max_backoff))) return max_backoff;
  return std::max<Millis>(1, static_cast<Millis>(backoff));
}

// "Equal jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
Millis WithJitter(Millis backoff, const RetryInput& input) {
  const uint64_t half = static_cast<uint64_t>(backoff / 2);
  const uint64_t share = base::Mix64(base::Mix64(input.key.uid ^ base::Mix64(input.key.number)) +
                                     static_cast<uint64_t>(input.charged_attempts));
  return backoff - static_cast<Millis>(share % (half + 1));
}

}  // namespace

std::optional<Millis> NextAttempt(const RetryPolicy& policy, const RunError& error,
                                  const RetryInput& input) {
  if (input.charged_attempts > policy.max_retries.value_or(0)) return std::nullopt;
  if (!failure::IsRetryable(error, policy)) return std::nullopt;
  const Millis max_backoff = MaxBackoff(policy);
  Millis wait = WithJitter(Backoff(policy, max_backoff, input.charged_attempts), input);
  if (input.retry_after) wait = std::max(wait, std::min(*input.retry_after, max_backoff));
  const Millis next = input.now + wait;
  if (policy.max_elapsed > 0 && next - input.due_time > policy.max_elapsed) return std::nullopt;
  return next;
}

}  // namespace scheduler::core
