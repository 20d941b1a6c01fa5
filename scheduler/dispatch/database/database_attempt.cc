#include "scheduler/dispatch/database/database_attempt.h"

namespace scheduler::dispatch {

bool DatabaseAttempt::End() {
  const base::MutexLock lock(&mu_);
  if (ended_) return false;
  ended_ = true;
  // A write to an eventfd, which does not block.
  if (interrupt_ != nullptr) interrupt_->Trip();
  return true;
}

bool DatabaseAttempt::Attach(Interrupt* interrupt) {
  const base::MutexLock lock(&mu_);
  if (ended_) return false;
  interrupt_ = interrupt;
  return true;
}

void DatabaseAttempt::Detach() {
  const base::MutexLock lock(&mu_);
  interrupt_ = nullptr;
}

}  // namespace scheduler::dispatch
