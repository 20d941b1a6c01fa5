#include "client/cpp/internal/worker_core.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/time/clock.h"
#include "client/cpp/call.h"
#include "client/cpp/error.h"
#include "client/cpp/internal/in_flight_list.h"

namespace ductape::jobs::internal {
namespace {

// A server that is there answers a hello much sooner.
constexpr absl::Duration kHelloTimeout = absl::Seconds(20);
// How long Stop waits for results to be acknowledged.
constexpr absl::Duration kStopFlush = absl::Seconds(1);
// A third of the lease, so that two heartbeats may be late.
constexpr int kHeartbeatsPerLease = 3;

// Whether connecting again would only fail again.
bool IsForGood(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

v1::Result ReleaseOf(const v1::RunRef& run) {
  v1::Result result;
  *result.mutable_run() = run;
  result.mutable_released();
  return result;
}

}  // namespace

WorkerCore::WorkerCore(std::shared_ptr<grpc::Channel> channel, const ClientOptions& client,
                       WorkerOptions options, Worker::Handler handler)
    : client_(client),
      options_(std::move(options)),
      handler_(std::move(handler)),
      stub_(v1::WorkerService::NewStub(channel)),
      pool_(options_.threads, [this](const std::shared_ptr<TaskState>& task) { Execute(task); }),
      max_in_flight_(options_.max_in_flight) {}

WorkerCore::~WorkerCore() = default;

void WorkerCore::Start() {
  thread_ = std::thread([this] { Run(); });
}

void WorkerCore::Execute(const std::shared_ptr<TaskState>& task) {
  if (task->cancelled()) return task->Drop();  // while it waited for its turn
  TaskFailure failure;
  failure.code = "HANDLER_ERROR";
  failure.retryable = true;  // nothing says that it would fail again
  task->BeginHandler();
  try {
    handler_(Task(task));
    return task->EndHandler();
  } catch (const std::exception& e) {
    failure.message = e.what();
  } catch (...) {
    failure.message = "the handler threw something that is no std::exception";
  }
  Task(task).Fail(failure);
}

void WorkerCore::Answered(v1::Result result) {
  absl::MutexLock lock(&mu_);
  // One that is not in hand any more belongs to somebody else by now.
  if (tasks_.erase(RefOf(result.run())) == 0) return;
  book_.Add(std::move(result));
  MaybeWrite();
}

// --- the thread ----------------------------------------------------------------------------------

void WorkerCore::Run() {
  absl::MutexLock lock(&mu_);
  while (!end_.has_value()) changed_.WaitWithDeadline(&mu_, DoWhatIsDue());
}

absl::Time WorkerCore::DoWhatIsDue() {
  const absl::Time now = absl::Now();
  if (stream_ == nullptr) {
    if (draining_ && NothingInHand()) EndWith(absl::OkStatus());
    if (end_.has_value()) return now;
    if (now < connect_at_) return connect_at_;
    Connect();
  }
  if (!welcomed_) {
    if (now >= began_ + kHelloTimeout) stream_->Cancel();
    return std::max(began_, now) + kHelloTimeout;
  }
  const absl::Duration beat = options_.lease / kHeartbeatsPerLease;
  if (now >= last_write_ + beat) {
    heartbeat_due_ = true;
    MaybeWrite();
    return now + beat;
  }
  return last_write_ + beat;
}

void WorkerCore::Connect() {
  book_.Restart();
  ended_ = nullptr;
  began_ = absl::Now();
  welcomed_ = closed_ = heartbeat_due_ = drain_sent_ = false;
  window_sent_ = std::max(max_in_flight_, 1);
  stream_ = WorkStream::Start(stub_.get(), client_, shared_from_this());
  writing_ = true;
  stream_->Write(MakeHello());
}

std::shared_ptr<v1::WorkRequest> WorkerCore::MakeHello() const {
  auto request = std::make_shared<v1::WorkRequest>();
  v1::Hello* hello = request->mutable_hello();
  hello->set_product(client_.product);
  hello->set_worker(options_.name);
  hello->set_session_id(session_id_);
  for (const std::string& queue : options_.queues) hello->add_queues(queue);
  hello->set_max_in_flight(std::max(max_in_flight_, 1));
  absl::Duration rest;
  hello->mutable_lease()->set_seconds(absl::IDivDuration(options_.lease, absl::Seconds(1), &rest));
  hello->mutable_lease()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  // What is done but not acknowledged, and what is executed: else the server would deliver it again.
  // The first before the second, should there be too much: done is worth more than begun.
  InFlightList in_hand(hello);
  book_.ForEachRun([&in_hand](const v1::RunRef& run) { in_hand.Add(run); });
  for (const auto& [ref, task] : tasks_) in_hand.Add(task->delivery().run());
  return request;
}

void WorkerCore::MaybeWrite() {
  if (stream_ == nullptr || writing_ || closed_ || !welcomed_) return;
  std::shared_ptr<const v1::WorkRequest> request = NextRequest();
  if (request != nullptr) {
    writing_ = true;
    last_write_ = absl::Now();
    stream_->Write(std::move(request));
  } else if (drain_sent_ && NothingInHand()) {
    closed_ = true;
    stream_->CloseSide();
  }
}

std::shared_ptr<const v1::WorkRequest> WorkerCore::NextRequest() {
  auto request = std::make_shared<v1::WorkRequest>();
  if (draining_ && !drain_sent_) {
    // Before results: what they make room for would be delivered to this worker again.
    drain_sent_ = true;
    request->mutable_drain();
  } else if (book_.has_unsent()) {
    heartbeat_due_ = false;
    return book_.Next();
  } else if (window_sent_ != max_in_flight_) {
    window_sent_ = max_in_flight_;
    request->mutable_window()->set_max_in_flight(max_in_flight_);
  } else if (heartbeat_due_) {
    request->mutable_heartbeat();
  } else {
    return nullptr;
  }
  heartbeat_due_ = false;
  return request;
}

// --- the stream ----------------------------------------------------------------------------------

void WorkerCore::OnMessage(WorkStream* stream, const std::shared_ptr<WorkMessage>& message) {
  {
    absl::MutexLock lock(&mu_);
    if (stream != stream_.get()) return;
  }
  const v1::WorkResponse& response = *message->response();
  switch (response.message_case()) {
    case v1::WorkResponse::kWelcome:
      return Welcomed(response.welcome());
    case v1::WorkResponse::kDeliveries:
      return Delivered(message);
    case v1::WorkResponse::kCancels:
      return Cancelled(response.cancels());
    case v1::WorkResponse::kAcks: {
      absl::MutexLock lock(&mu_);
      book_.Acknowledge(response.acks().acked_through());
      MaybeWrite();
      if (stopping_) changed_.SignalAll();
      return;
    }
    default:
      return;  // a drain is told by the end of the stream; the unknown is for later clients
  }
}

void WorkerCore::Welcomed(const v1::Welcome& welcome) {
  absl::flat_hash_map<Ref, bool> kept;
  for (const v1::RunRef& run : welcome.kept()) kept[RefOf(run)] = true;
  Tasks lost;
  {
    absl::MutexLock lock(&mu_);
    session_id_ = welcome.session_id();
    failures_ = 0;
    for (auto it = tasks_.begin(); it != tasks_.end();) {
      const auto task = it++;
      if (kept.contains(task->first)) continue;
      lost.push_back(std::move(task->second));
      tasks_.erase(task);
    }
    book_.Keep([&kept](const v1::RunRef& run) { return kept.contains(RefOf(run)); });
    welcomed_ = true;
    last_write_ = absl::Now();
    MaybeWrite();
    changed_.SignalAll();
  }
  for (const std::shared_ptr<TaskState>& task : lost) task->Cancel("STALE_TOKEN");
}

void WorkerCore::Delivered(const std::shared_ptr<WorkMessage>& message) {
  Tasks tasks;
  const auto& deliveries = message->response()->deliveries().deliveries();
  tasks.reserve(static_cast<size_t>(deliveries.size()));
  const std::shared_ptr<TaskOwner> self = shared_from_this();
  {
    absl::MutexLock lock(&mu_);
    for (const v1::Delivery& delivery : deliveries) {
      if (stopping_) {
        book_.Add(ReleaseOf(delivery.run()));
        continue;
      }
      auto task = std::make_shared<TaskState>(self, message, &delivery);
      tasks_[RefOf(delivery.run())] = task;
      tasks.push_back(std::move(task));
    }
    delivering_ = !tasks.empty();
    MaybeWrite();
  }
  // Stop may have come since, and gone through what was in hand then.
  for (const std::shared_ptr<TaskState>& task : pool_.Post(std::move(tasks))) Task(task).Release();
  absl::MutexLock lock(&mu_);
  delivering_ = false;
  if (stopping_) changed_.SignalAll();
}

void WorkerCore::Cancelled(const v1::Cancels& cancels) {
  Tasks tasks;
  {
    absl::MutexLock lock(&mu_);
    for (const v1::RunRef& run : cancels.runs()) {
      const auto it = tasks_.find(RefOf(run));
      if (it != tasks_.end()) tasks.push_back(it->second);
    }
  }
  for (const std::shared_ptr<TaskState>& task : tasks) task->Cancel(cancels.reason());
}

void WorkerCore::OnWritten(WorkStream* stream) {
  absl::MutexLock lock(&mu_);
  if (stream != stream_.get()) return;
  writing_ = false;
  MaybeWrite();
}

void WorkerCore::OnReadsEnded(WorkStream* stream) {
  absl::MutexLock lock(&mu_);
  if (stream == stream_.get()) closed_ = true;
}

void WorkerCore::OnEnd(std::shared_ptr<WorkStream> stream, const absl::Status& status) {
  Tasks lost;
  bool last = false;
  {
    absl::MutexLock lock(&mu_);
    last = IsLast(status);
    welcomed_ = false;
    closed_ = true;
    if (last) {
      for (auto& [ref, task] : tasks_) lost.push_back(std::move(task));
      tasks_.clear();
    }
    changed_.SignalAll();
  }
  // Before Stop or Wait can see the end: what they call may be gone after those have returned.
  for (const std::shared_ptr<TaskState>& task : lost) task->Cancel("STALE_TOKEN");
  if (options_.on_stream_end) options_.on_stream_end(status);
  absl::MutexLock lock(&mu_);
  ended_ = std::move(stream);
  stream_ = nullptr;
  if (last || stopping_) {
    EndWith(stopping_ ? absl::OkStatus() : status);
  } else {
    const Error error = ErrorOf(status);
    // Another worker has this session: a new one, then.
    if (error.reason == "SESSION_REPLACED") session_id_.clear();
    connect_at_ = absl::Now() + Backoff(client_.retry, ++failures_, error.retry_delay,
                                        absl::Uniform(random_, 0.0, 1.0));
  }
  changed_.SignalAll();
}

bool WorkerCore::IsLast(const absl::Status& status) {
  if (stopping_ || IsForGood(status)) return true;
  return draining_ && status.ok() && NothingInHand();
}

void WorkerCore::EndWith(const absl::Status& status) {
  if (!end_.has_value()) end_ = status;
  changed_.SignalAll();
}

// --- as Worker's ---------------------------------------------------------------------------------

void WorkerCore::SetMaxInFlight(int max_in_flight) {
  absl::MutexLock lock(&mu_);
  max_in_flight_ = std::clamp(max_in_flight, 0, 100'000);
  MaybeWrite();
}

bool WorkerCore::Drain(absl::Duration timeout) {
  bool in_order = true;
  {
    const absl::Time until = absl::Now() + timeout;
    absl::MutexLock lock(&mu_);
    draining_ = true;
    MaybeWrite();
    changed_.SignalAll();
    while (in_order && !end_.has_value()) in_order = !changed_.WaitWithDeadline(&mu_, until);
    in_order = end_.has_value() && end_->ok();
  }
  Stop();
  return in_order;
}

void WorkerCore::AwaitFlushed(absl::Duration timeout) {
  const absl::Time until = absl::Now() + timeout;
  absl::MutexLock lock(&mu_);
  while (stream_ != nullptr && welcomed_ && !closed_ && (delivering_ || !book_.empty())) {
    if (changed_.WaitWithDeadline(&mu_, until)) return;
  }
}

void WorkerCore::Stop() {
  absl::MutexLock stop(&stop_mu_);
  Tasks in_hand;
  {
    absl::MutexLock lock(&mu_);
    stopping_ = draining_ = true;
    MaybeWrite();
    for (const auto& [ref, task] : tasks_) in_hand.push_back(task);
  }
  for (const std::shared_ptr<TaskState>& task : in_hand) task->Cancel(kStopped);
  for (const std::shared_ptr<TaskState>& task : pool_.Stop()) Task(task).Release();
  AwaitFlushed(kStopFlush);
  absl::flat_hash_map<Ref, std::shared_ptr<TaskState>> left;  // let go after the lock
  {
    absl::MutexLock lock(&mu_);
    left.swap(tasks_);  // those that are answered later have nobody to tell
    if (stream_ == nullptr) {
      EndWith(absl::OkStatus());
    } else {
      stream_->Cancel();
    }
    while (!end_.has_value()) changed_.Wait(&mu_);
  }
  if (thread_.joinable()) thread_.join();
  std::shared_ptr<WorkStream> ended;
  {
    absl::MutexLock lock(&mu_);
    ended.swap(ended_);
  }
  stub_ = nullptr;
}

absl::Status WorkerCore::Wait() {
  absl::MutexLock lock(&mu_);
  while (!end_.has_value()) changed_.Wait(&mu_);
  return *end_;
}

bool WorkerCore::AwaitConnected(absl::Duration timeout) {
  const absl::Time until = absl::Now() + timeout;
  absl::MutexLock lock(&mu_);
  while (!welcomed_ && !end_.has_value()) {
    if (changed_.WaitWithDeadline(&mu_, until)) break;
  }
  return welcomed_;
}

int WorkerCore::in_flight() const {
  absl::MutexLock lock(&mu_);
  return static_cast<int>(tasks_.size());
}

std::string WorkerCore::session_id() const {
  absl::MutexLock lock(&mu_);
  return session_id_;
}

}  // namespace ductape::jobs::internal
