#ifndef CLIENT_CPP_INTERNAL_TASK_STATE_H_
#define CLIENT_CPP_INTERNAL_TASK_STATE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "ductape/jobs/v1/worker.pb.h"

namespace ductape::jobs::internal {

// Takes the answers of tasks.
class TaskOwner {
 public:
  virtual ~TaskOwner() = default;
  // Called once for each task, from any thread. `result` names the run.
  virtual void Answered(v1::Result result) = 0;
};

// The reason with which Worker::Stop cancels: the worker's own, of which the server knows nothing.
inline constexpr char kStopped[] = "STOPPED";

// What a Task and its worker share. Thread-safe.
class TaskState {
 public:
  // `delivery` stands in a message that `memory` keeps alive.
  TaskState(std::shared_ptr<TaskOwner> owner, std::shared_ptr<const void> memory,
            const v1::Delivery* delivery)
      : owner_(std::move(owner)), memory_(std::move(memory)), delivery_(delivery) {}

  const v1::Delivery& delivery() const { return *delivery_; }

  // Passes the first answer on, with the run filled in.
  void Answer(v1::Result result);

  // The task was dropped. If it has no answer by then it fails, but not while the handler is being
  // called: what the handler throws says more, and is known only after the task has gone.
  void Drop();
  void BeginHandler();
  void EndHandler();

  // Says that it was stopped as asked. A run that only its worker was asked to stop is given back:
  // it would end CANCELLED, and nobody wanted that.
  void AnswerCancelled();

  bool cancelled() const { return cancelled_.load(); }
  std::string cancel_reason() const;
  bool AwaitCancelled(absl::Duration timeout) const;
  void OnCancel(std::function<void()> stop);
  // The run is to be stopped. The first reason counts. Calls the handler's callback.
  void Cancel(const std::string& reason);

 private:
  void AnswerForNobody();

  const std::shared_ptr<TaskOwner> owner_;
  const std::shared_ptr<const void> memory_;
  const v1::Delivery* const delivery_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> cancelled_{false};

  mutable absl::Mutex mu_;
  bool in_handler_ ABSL_GUARDED_BY(mu_) = false;
  bool dropped_ ABSL_GUARDED_BY(mu_) = false;
  std::string reason_ ABSL_GUARDED_BY(mu_);
  std::function<void()> stop_ ABSL_GUARDED_BY(mu_);
};

}  // namespace ductape::jobs::internal

#endif  // CLIENT_CPP_INTERNAL_TASK_STATE_H_
