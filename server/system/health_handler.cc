#include "server/system/health_handler.h"

#include <algorithm>
#include <utility>

#include "server/stream_call.h"

namespace server {

namespace health = grpc::health::v1;
using health::HealthCheckResponse;
using scheduler::base::MutexLock;

namespace {

HealthCheckResponse::ServingStatus StatusOf(bool serving) {
  return serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

}  // namespace

// One Watch: sends the status when it changed since the last one that was sent.
class HealthWatcher final : public grpc::ServerWriteReactor<HealthCheckResponse>,
                            public StoppableStream {
 public:
  using Status = HealthCheckResponse::ServingStatus;

  // `serving` is null for a service that is not known.
  HealthWatcher(CallGate* gate, Method* method, grpc::CallbackServerContext* context,
                const std::atomic<bool>* serving)
      : call_(gate, method, context), serving_(serving) {}

  // `self` keeps the reactor until OnDone.
  bool Start(std::shared_ptr<HealthWatcher> self) ABSL_LOCKS_EXCLUDED(mu_) {
    self_ = self;
    absl::Status status = call_.Enter(std::move(self));
    if (!status.ok()) End(status);
    return status.ok();
  }

  // The status may have changed.
  void Refresh() { WriteIfNeeded(); }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(&mu_);
      writing_ = false;
    }
    if (ok) {
      WriteIfNeeded();
    } else {
      End(absl::CancelledError("the watcher has gone"));
    }
  }
  void OnCancel() override { End(absl::CancelledError("the watcher has gone")); }
  void OnStop(const absl::Status& status) override { End(status); }
  void OnDone() override { self_.reset(); }

 private:
  // Starts a write, or the end that was waiting for one to be over.
  void WriteIfNeeded() ABSL_LOCKS_EXCLUDED(mu_) {
    bool finish = false;
    {
      MutexLock lock(&mu_);
      if (writing_ || finished_) return;
      finish = finished_ = ending_;
      if (!finish) {
        const Status wanted =
            serving_ == nullptr ? HealthCheckResponse::SERVICE_UNKNOWN : StatusOf(*serving_);
        if (sent_ == wanted) return;
        sent_ = wanted;
        message_.set_status(sent_);
        writing_ = true;
      }
    }
    if (finish) {
      Finish(call_.End(end_));
    } else {
      StartWrite(&message_);
    }
  }

  void End(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_) {
    {
      MutexLock lock(&mu_);
      if (ending_) return;
      ending_ = true;
      end_ = status;
    }
    WriteIfNeeded();
  }

  StreamCall call_;
  const std::atomic<bool>* const serving_;
  std::shared_ptr<HealthWatcher> self_;
  HealthCheckResponse message_;  // of the write under way
  absl::Status end_;             // set before `ending_`
  scheduler::base::Mutex mu_;
  Status sent_ ABSL_GUARDED_BY(mu_) = HealthCheckResponse::UNKNOWN;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
};

HealthHandler::HealthHandler(CallGate* gate, const std::vector<std::string>& services)
    : UnaryService(health::Health::service_full_name()),
      gate_(gate),
      watch_(gate->AddMethod(health::Health::service_full_name(), "Watch", CallKind::kProbe,
                             CallShape::kServerStream)),
      services_(services.begin(), services.end()) {
  services_.insert("");
  Serve<health::HealthCheckRequest, HealthCheckResponse>(
      gate, "Check", CallKind::kProbe, [this](auto call) { AnswerCheck(std::move(call)); });
}

void HealthHandler::SetServing(bool serving) {
  std::vector<std::shared_ptr<HealthWatcher>> watchers;
  {
    MutexLock lock(&mu_);
    serving_ = serving;
    for (const auto& watcher : watchers_) {
      if (auto live = watcher.lock(); live != nullptr) watchers.push_back(std::move(live));
    }
  }
  for (const auto& watcher : watchers) watcher->Refresh();
}

void HealthHandler::AnswerCheck(UnaryCall<health::HealthCheckRequest, HealthCheckResponse> call) {
  if (services_.count(call.request().service()) == 0) {
    return call.Fail(scheduler::base::errors::ServiceNotFound(call.request().service()));
  }
  call.response()->set_status(StatusOf(serving_));
  call.Succeed();
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthHandler::Watch(
    grpc::CallbackServerContext* context, const health::HealthCheckRequest* request) {
  const bool known = services_.count(request->service()) > 0;
  auto watcher =
      std::make_shared<HealthWatcher>(gate_, watch_, context, known ? &serving_ : nullptr);
  if (!watcher->Start(watcher)) return watcher.get();
  {
    MutexLock lock(&mu_);
    watchers_.erase(std::remove_if(watchers_.begin(), watchers_.end(),
                                   [](const auto& entry) { return entry.expired(); }),
                    watchers_.end());
    watchers_.push_back(watcher);
  }
  watcher->Refresh();
  return watcher.get();
}

}  // namespace server
