#ifndef SCHEDULER_ENGINE_PROFILE_H_
#define SCHEDULER_ENGINE_PROFILE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/core/model.h"

namespace scheduler::engine {

using base::Millis;

// What many jobs share: the tenant, the environment and the policies. Interned, so that a job names
// it by four bytes.
struct Profile {
  const std::string* product = nullptr;  // interned (base/interned.h)
  const std::string* env = nullptr;
  core::OverlapPolicy overlap;
  core::CatchupPolicy catchup;
  std::optional<core::RetryPolicy> retry;
  Millis attempt_timeout = 0;
  int32_t history_limit = 0;

  friend bool operator==(const Profile&, const Profile&) = default;

  template <typename H>
  friend H AbslHashValue(H h, const Profile& p) {
    h = H::combine(std::move(h), p.product, p.env, p.overlap.mode, p.overlap.limit, p.catchup.mode,
                   p.catchup.window, p.catchup.limit, p.attempt_timeout, p.history_limit,
                   p.retry.has_value());
    if (!p.retry.has_value()) return h;
    return H::combine(std::move(h), p.retry->max_retries, p.retry->initial_backoff,
                      p.retry->max_backoff, p.retry->multiplier, p.retry->max_elapsed,
                      p.retry->retryable_codes, p.retry->non_retryable_codes);
  }
};

Profile ProfileOf(const core::JobSpec& spec);

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_PROFILE_H_
