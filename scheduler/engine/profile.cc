#include "scheduler/engine/profile.h"

#include "scheduler/base/interned.h"

namespace scheduler::engine {

Profile ProfileOf(const core::JobSpec& spec) {
  Profile p;
  p.product = base::Intern(spec.product);
  p.env = base::Intern(spec.env);
  p.overlap = spec.overlap;
  p.catchup = spec.catchup;
  p.retry = spec.retry;
  p.attempt_timeout = spec.attempt_timeout;
  p.history_limit = spec.history_limit;
  return p;
}

}  // namespace scheduler::engine
