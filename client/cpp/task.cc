#include "client/cpp/task.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "client/cpp/internal/task_state.h"
#include "client/cpp/internal/text.h"

namespace ductape::jobs {
namespace {

// The server keeps 4 KiB of an output and 1 KiB of a message, and marks what it cut: a little more
// is enough for it to see that there was more.
constexpr size_t kSentOutputBytes = 8 * 1024;
constexpr size_t kSentMessageBytes = 2 * 1024;
constexpr size_t kMaxCodeLength = 64;

// Letters in capitals, and `_` for what a code cannot hold.
std::string FitCode(const std::string& code) {
  std::string fit;
  for (const char c : code.substr(0, kMaxCodeLength)) {
    fit.push_back(absl::ascii_isalnum(static_cast<unsigned char>(c)) ? absl::ascii_toupper(c)
                                                                     : '_');
  }
  if (fit.empty() || !absl::ascii_isupper(fit[0])) fit.insert(0, "E_");
  return fit.substr(0, kMaxCodeLength);
}

void SetDuration(absl::Duration duration, google::protobuf::Duration* out) {
  duration = std::clamp(duration, absl::ZeroDuration(), absl::Hours(24 * 366));
  absl::Duration rest;
  out->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  out->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

}  // namespace

namespace internal {

void TaskState::Answer(v1::Result result) {
  if (answered_.exchange(true)) return;
  *result.mutable_run() = delivery_->run();
  std::function<void()> dropped;  // after the lock: it may hold the task itself
  {
    absl::MutexLock lock(&mu_);
    dropped.swap(stop_);
  }
  owner_->Answered(std::move(result));
}

void TaskState::Drop() {
  {
    absl::MutexLock lock(&mu_);
    dropped_ = true;
    if (in_handler_) return;
  }
  AnswerForNobody();
}

void TaskState::BeginHandler() {
  absl::MutexLock lock(&mu_);
  in_handler_ = true;
}

void TaskState::EndHandler() {
  {
    absl::MutexLock lock(&mu_);
    in_handler_ = false;
    if (!dropped_) return;  // it was moved away
  }
  AnswerForNobody();
}

void TaskState::AnswerForNobody() {
  if (answered_.load()) return;
  if (cancelled()) return AnswerCancelled();
  v1::Result result;
  result.mutable_failure()->set_code("NO_RESULT");
  result.mutable_failure()->set_message("the worker's handler dropped the task without an answer");
  Answer(std::move(result));
}

void TaskState::AnswerCancelled() {
  v1::Result result;
  if (cancel_reason() == kStopped) {
    result.mutable_released();
  } else {
    result.mutable_cancelled();
  }
  Answer(std::move(result));
}

std::string TaskState::cancel_reason() const {
  absl::MutexLock lock(&mu_);
  return reason_;
}

bool TaskState::AwaitCancelled(absl::Duration timeout) const {
  const auto is_cancelled = [this] { return cancelled(); };
  absl::MutexLock lock(&mu_);
  return mu_.AwaitWithTimeout(absl::Condition(&is_cancelled), timeout);
}

void TaskState::OnCancel(std::function<void()> stop) {
  {
    absl::MutexLock lock(&mu_);
    if (reason_.empty()) {
      stop_.swap(stop);  // one that was set before goes after the lock
      return;
    }
  }
  stop();
}

void TaskState::Cancel(const std::string& reason) {
  std::function<void()> stop;
  {
    absl::MutexLock lock(&mu_);
    if (!reason_.empty()) return;
    reason_ = reason.empty() ? "CANCELLED" : reason;
    cancelled_ = true;
    stop.swap(stop_);
  }
  if (stop) stop();
}

}  // namespace internal

Task::Task(std::shared_ptr<internal::TaskState> state) : state_(std::move(state)) {}

Task::~Task() { Drop(); }

Task::Task(Task&& other) noexcept = default;

Task& Task::operator=(Task&& other) noexcept {
  Drop();
  state_ = std::move(other.state_);
  return *this;
}

void Task::Drop() {
  if (state_ != nullptr) state_->Drop();
}

const v1::Delivery& Task::delivery() const { return state_->delivery(); }
bool Task::cancelled() const { return state_->cancelled(); }
std::string Task::cancel_reason() const { return state_->cancel_reason(); }
bool Task::AwaitCancelled(absl::Duration timeout) const { return state_->AwaitCancelled(timeout); }
void Task::OnCancel(std::function<void()> stop) { state_->OnCancel(std::move(stop)); }

void Task::Complete(std::string output) {
  v1::Result result;
  if (output.size() > kSentOutputBytes) output.resize(kSentOutputBytes);
  result.set_output(std::move(output));
  state_->Answer(std::move(result));
}

void Task::Fail(const TaskFailure& failure) {
  v1::Result result;
  v1::Run::Error* error = result.mutable_failure();
  error->set_code(FitCode(failure.code));
  error->set_message(internal::FitText(failure.message, kSentMessageBytes));
  if (failure.retryable.has_value()) error->set_retryable(*failure.retryable);
  error->set_status(failure.status);
  if (failure.retry_after.has_value()) {
    SetDuration(*failure.retry_after, result.mutable_retry_after());
  }
  state_->Answer(std::move(result));
}

void Task::Cancel() { state_->AnswerCancelled(); }

void Task::Release() {
  v1::Result result;
  result.mutable_released();
  state_->Answer(std::move(result));
}

}  // namespace ductape::jobs
