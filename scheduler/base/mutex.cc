#include "scheduler/base/mutex.h"

namespace scheduler::base {

#ifdef DUCTAPE_TSAN

void DisableDeadlockDetection() {}

void CondVar::Wait(Mutex* mu) { cv_.wait(mu->mu_); }

bool CondVar::WaitMicros(Mutex* mu, int64_t timeout_micros) {
  return cv_.wait_for(mu->mu_, std::chrono::microseconds(timeout_micros)) ==
         std::cv_status::timeout;
}

void CondVar::Signal() { cv_.notify_one(); }
void CondVar::SignalAll() { cv_.notify_all(); }

#else

void DisableDeadlockDetection() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

void CondVar::Wait(Mutex* mu) { cv_.Wait(&mu->mu_); }

bool CondVar::WaitMicros(Mutex* mu, int64_t timeout_micros) {
  return cv_.WaitWithTimeout(&mu->mu_, absl::Microseconds(timeout_micros));
}

void CondVar::Signal() { cv_.Signal(); }
void CondVar::SignalAll() { cv_.SignalAll(); }

#endif

}  // namespace scheduler::base
