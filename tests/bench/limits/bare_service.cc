#include "tests/bench/limits/bare_service.h"

#include <chrono>

#include "grpcpp/server_builder.h"
#include "scheduler/base/mutex.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/jobs.h"

namespace bench {

namespace v1 = ductape::jobs::v1;
using scheduler::base::MutexLock;

// One stream. Deletes itself when it is over.
class BareStream final : public grpc::ServerBidiReactor<v1::WorkRequest, v1::WorkResponse> {
 public:
  explicit BareStream(BareWorkerService* service)
      : service_(*service), options_(service->options_) {
    for (int i = 0; i < options_.batch; ++i) {
      v1::Delivery* delivery = deliveries_.mutable_deliveries()->add_deliveries();
      delivery->mutable_run()->set_run_id("0000000g0m2q4-1234");
      delivery->mutable_run()->set_token(uint64_t{1} << 32);
      delivery->set_number(1234);
      delivery->set_attempt(1);
      delivery->set_job_tag("bench-0000001234");
      delivery->set_job_name("Bench");
      delivery->set_event_type(v1::Event::ACTION);
      delivery->set_event_tag(kEventTag);
      delivery->mutable_deadline()->set_seconds(WallNanos() / kNanosPerSecond + 3600);
      delivery->set_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
      delivery->set_trigger(v1::Run::SCHEDULE);
    }
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End();
    const MutexLock lock(&mu_);
    if (request_.has_hello()) {
      begin_nanos_ = MonoNanos();
      welcome_ = true;
    } else {
      in_flight_ -= request_.results().results_size();
      unacknowledged_ = request_.results().sequence();
    }
    WriteNext();
    StartRead(&request_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return;
    const MutexLock lock(&mu_);
    writing_ = false;
    WriteNext();
  }

  void OnCancel() override { End(); }
  void OnDone() override { delete this; }

  // Sends what is due by now.
  void Tick() {
    const MutexLock lock(&mu_);
    WriteNext();
  }

 private:
  // A stream can end twice, cancelled and by its last read.
  void End() {
    service_.Remove(this);
    const MutexLock lock(&mu_);
    if (!ended_) Finish(grpc::Status::OK);
    ended_ = true;
  }

  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (writing_ || ended_) return;
    if (welcome_) {
      welcome_ = false;
      response_.mutable_welcome()->set_session_id("bench");
      return Write(&response_);
    }
    if (unacknowledged_ > 0) {
      response_.mutable_acks()->set_acked_through(unacknowledged_);
      unacknowledged_ = 0;
      return Write(&response_);
    }
    if (begin_nanos_ == 0 || in_flight_ + options_.batch > options_.in_flight) return;
    if (MonoNanos() < DueNanos()) return;  // the next tick comes
    const int64_t now = WallNanos();
    for (v1::Delivery& delivery : *deliveries_.mutable_deliveries()->mutable_deliveries()) {
      delivery.mutable_scheduled_time()->set_seconds(now / kNanosPerSecond);
      delivery.mutable_scheduled_time()->set_nanos(static_cast<int32_t>(now % kNanosPerSecond));
    }
    in_flight_ += options_.batch;
    ++messages_;
    Write(&deliveries_);
  }

  void Write(const v1::WorkResponse* response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    writing_ = true;
    StartWrite(response);
  }

  int64_t DueNanos() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (options_.per_second == 0) return 0;
    return begin_nanos_ + messages_ * options_.batch * kNanosPerSecond / options_.per_second;
  }

  BareWorkerService& service_;
  const BareStreamOptions& options_;
  v1::WorkRequest request_;    // of the reading callback
  v1::WorkResponse response_;  // welcome, acks; of what is written, as is deliveries_
  v1::WorkResponse deliveries_;
  scheduler::base::Mutex mu_;
  int64_t begin_nanos_ ABSL_GUARDED_BY(mu_) = 0;  // when hello came
  int64_t in_flight_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t messages_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t unacknowledged_ ABSL_GUARDED_BY(mu_) = 0;
  bool welcome_ ABSL_GUARDED_BY(mu_) = false;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
};

BareWorkerService::BareWorkerService(const BareStreamOptions& options) : options_(options) {
  if (options_.per_second > 0) pacer_ = std::thread([this] { Pace(); });
}

BareWorkerService::~BareWorkerService() {
  stop_ = true;
  if (pacer_.joinable()) pacer_.join();
}

grpc::ServerBidiReactor<v1::WorkRequest, v1::WorkResponse>* BareWorkerService::Work(
    grpc::CallbackServerContext* /*context*/) {
  auto* const stream = new BareStream(this);
  const MutexLock lock(&mu_);
  streams_.insert(stream);
  return stream;
}

void BareWorkerService::Remove(BareStream* stream) {
  const MutexLock lock(&mu_);
  streams_.erase(stream);
}

void BareWorkerService::Pace() {
  while (!stop_) {
    SleepFor(kNanosPerMilli);
    const MutexLock lock(&mu_);
    for (BareStream* stream : streams_) stream->Tick();
  }
}

grpc::ServerUnaryReactor* BareJobService::CreateJob(grpc::CallbackServerContext* context,
                                                    const v1::CreateJobRequest* request,
                                                    v1::Job* response) {
  *response = request->job();
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerUnaryReactor* BareJobService::BatchCreateJobs(grpc::CallbackServerContext* context,
                                                          const v1::BatchCreateJobsRequest* request,
                                                          v1::BatchCreateJobsResponse* response) {
  for (const v1::CreateJobRequest& create : request->requests()) {
    *response->add_results()->mutable_job() = create.job();
  }
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

BareServer::BareServer(grpc::Service* service) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(service);
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

BareServer::~BareServer() {
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
}

}  // namespace bench
