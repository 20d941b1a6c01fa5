#ifndef CLIENT_CPP_TASK_H_
#define CLIENT_CPP_TASK_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "ductape/jobs/v1/worker.pb.h"

namespace ductape::jobs {

namespace internal {
class TaskState;
}  // namespace internal

// Why a run failed.
struct TaskFailure {
  // The class of the error, or a code of your own: A-Z, 0-9 and `_`, at most 64 characters. A code
  // of your own is retried only if `retryable` or the retry policy says so. Anything else is made
  // to fit.
  std::string code = "FAILED";
  std::string message;  // for people; the first 1 KiB are kept
  std::optional<bool> retryable;
  int status = 0;  // the target's own number, if it gave one
  // Wait at least this long before the next attempt.
  std::optional<absl::Duration> retry_after;
};

// One run to execute. It is answered once, by any thread, with Complete, Fail, Cancel or Release;
// answers after the first do nothing. A task that is dropped without an answer fails with the code
// NO_RESULT. It may be moved away and answered long after the handler has returned.
//
// Not thread-safe, except that cancelled() may be asked, and awaited, from any thread.
class Task {
 public:
  explicit Task(std::shared_ptr<internal::TaskState> state);
  ~Task();
  Task(Task&& other) noexcept;
  Task& operator=(Task&& other) noexcept;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // What to execute. Valid as long as the task.
  const v1::Delivery& delivery() const;

  // Whether the run is to be stopped: it was cancelled, its job deleted, its attempt took too long,
  // or it is no longer this worker's. Then Cancel is the answer, unless something else is true.
  bool cancelled() const;
  // Why: REQUESTED, DELETED, TIMEOUT, STALE_TOKEN, STOPPED (by Worker::Stop); empty if it is not
  // cancelled.
  std::string cancel_reason() const;
  // Waits until the run is to be stopped, at most `timeout`, and answers cancelled(): how a handler
  // sleeps.
  bool AwaitCancelled(absl::Duration timeout) const;
  // Calls `stop` once when the run is to be stopped, at once if it is already: on a thread of the
  // library, which it must not block. Not after the answer.
  void OnCancel(std::function<void()> stop);

  // It succeeded. The first 4 KiB of the output are kept, best as UTF-8.
  void Complete(std::string output = {});
  void Fail(const TaskFailure& failure);
  // It was stopped as asked. Where only Worker::Stop had asked, the same as Release.
  void Cancel();
  // It was not executed: it is delivered again, to any worker, and not charged to its retries.
  void Release();

 private:
  void Drop();

  std::shared_ptr<internal::TaskState> state_;
};

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_TASK_H_
