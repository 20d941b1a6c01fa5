#ifndef SCHEDULER_BASE_MUTEX_H_
#define SCHEDULER_BASE_MUTEX_H_

#include "absl/base/thread_annotations.h"

#ifdef DUCTAPE_TSAN
#include <chrono>
#include <condition_variable>
#include <mutex>
#else
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#endif

#include "scheduler/base/millis.h"

// Mutex, MutexLock and CondVar with clang's thread-safety annotations. They are absl's, except in
// builds for the thread sanitizer (DUCTAPE_TSAN): Debian's absl is not instrumented, so that its
// Mutex makes the sanitizer report races that are none; there the same interface stands on
// std::mutex.
//
// Debian's Abseil looks for lock cycles at every Lock, which costs about a tenth of a fire: main
// functions call DisableDeadlockDetection first. Tests leave it on.
//
// A lock guards mailboxes and small tables. It is never held over I/O or a caller's callback.

namespace scheduler::base {

// For the whole process; before threads are started.
void DisableDeadlockDetection();

class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

#ifdef DUCTAPE_TSAN
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mu_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mu_.unlock(); }
  void AssertHeld() const ABSL_ASSERT_EXCLUSIVE_LOCK() {}

 private:
  friend class CondVar;
  std::mutex mu_;
#else
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mu_.Lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mu_.Unlock(); }
  void AssertHeld() const ABSL_ASSERT_EXCLUSIVE_LOCK() { mu_.AssertHeld(); }

 private:
  friend class CondVar;
  absl::Mutex mu_;
#endif
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mu) ABSL_EXCLUSIVE_LOCK_FUNCTION(mu) : mu_(mu) { mu_->Lock(); }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mu_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mu_;
};

// Waits may wake spuriously: test the condition in a loop.
class CondVar {
 public:
  CondVar() = default;
  CondVar(const CondVar&) = delete;
  CondVar& operator=(const CondVar&) = delete;

  void Wait(Mutex* mu) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // Waits at most `timeout_micros`; returns true if the time ran out.
  bool WaitMicros(Mutex* mu, int64_t timeout_micros) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Signal();
  void SignalAll();

 private:
#ifdef DUCTAPE_TSAN
  std::condition_variable_any cv_;
#else
  absl::CondVar cv_;
#endif
};

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_MUTEX_H_
