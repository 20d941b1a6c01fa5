#ifndef SCHEDULER_CORE_RETRY_H_
#define SCHEDULER_CORE_RETRY_H_

#include <optional>

#include "scheduler/core/model.h"

namespace scheduler::core {

// Everything a retry decision rests on.
struct RetryInput {
  RunKey key;
  int32_t charged_attempts = 1;  // attempts so far that count (redeliveries do not), ≥ 1
  Millis due_time = 0;
  Millis now = 0;
  std::optional<Millis> retry_after;  // what the target asked for
};

// When the next attempt is to be sent, or nothing if the run fails for good. The backoff is
// min(initial × multiplier^(n-1), max) with "equal jitter" (half of it, plus a share of the other
// half that is a pure function of key and attempt); `retry_after` raises it, up to max_backoff.
// Unset, initial is 1 s and max is 5 min; where only one is set, the other's default gives way.
// Nothing also where the wait would pass max_elapsed since due_time.
std::optional<Millis> NextAttempt(const RetryPolicy& policy, const RunError& error,
                                  const RetryInput& input);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RETRY_H_
