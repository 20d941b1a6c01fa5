#ifndef SCHEDULER_CORE_ATTEMPT_TRACE_H_
#define SCHEDULER_CORE_ATTEMPT_TRACE_H_

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"

namespace scheduler::core {

// What one attempt sends to its target and gets from it, as text for people. Executors fill it in where a
// run has one (ClaimedRun::trace), which only tests of events do.
//
// Thread-safe.
class AttemptTrace {
 public:
  using Redaction = std::function<std::string(std::string)>;

  // Of either text; what comes after it is not kept.
  static constexpr size_t kMaxBytes = size_t{1024} * 1024;

  // Takes secrets out of both texts when they are read, whenever they came. It may be called from any
  // thread.
  void Hide(Redaction redaction) {
    base::MutexLock lock(&mu_);
    redactions_.push_back(std::move(redaction));
  }

  // A message: those of several channels stand one after another, kept apart by an empty line.
  void AddRequest(std::string_view text) {
    base::MutexLock lock(&mu_);
    Append(text, &request_);
  }
  void AddResponse(std::string_view text) {
    base::MutexLock lock(&mu_);
    Append(text, &response_);
  }

  // Without secrets.
  std::string request() const {
    base::MutexLock lock(&mu_);
    return Redacted(request_);
  }
  std::string response() const {
    base::MutexLock lock(&mu_);
    return Redacted(response_);
  }

 private:
  static void Append(std::string_view text, std::string* to) {
    if (!to->empty()) to->append("\n\n");
    to->append(text.substr(0, kMaxBytes - std::min(kMaxBytes, to->size())));
  }

  std::string Redacted(std::string text) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    for (const Redaction& redact : redactions_) text = redact(std::move(text));
    return text;
  }

  mutable base::Mutex mu_;
  std::vector<Redaction> redactions_ ABSL_GUARDED_BY(mu_);
  std::string request_ ABSL_GUARDED_BY(mu_);
  std::string response_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_ATTEMPT_TRACE_H_
