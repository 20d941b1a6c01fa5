#ifndef TESTS_UNIT_SERVER_HANDLERS_WORKER_FIXTURE_H_
#define TESTS_UNIT_SERVER_HANDLERS_WORKER_FIXTURE_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ductape/jobs/v1/worker.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/worker_hub.h"
#include "server/handlers/worker_handler.h"
#include "tests/support/tiny_engine.h"

namespace server {

// A worker's stream, blocking.
class TestStream {
 public:
  using WorkRequest = ductape::jobs::v1::WorkRequest;
  using WorkResponse = ductape::jobs::v1::WorkResponse;

  explicit TestStream(ductape::jobs::v1::WorkerService::Stub* stub)
      : stream_(stub->Work(&context_)) {}
  ~TestStream() {
    context_.TryCancel();
    if (!finished_) Finish();
  }

  bool Send(const WorkRequest& request) { return stream_->Write(request); }
  bool SayHello(const std::vector<std::string>& queues, int max_in_flight,
                const std::string& session_id = "",
                const std::vector<ductape::jobs::v1::RunRef>& in_flight = {}) {
    WorkRequest request;
    ductape::jobs::v1::Hello* hello = request.mutable_hello();
    hello->set_product("shop");
    hello->set_worker("packer");
    hello->set_session_id(session_id);
    hello->set_max_in_flight(max_in_flight);
    for (const std::string& queue : queues) hello->add_queues(queue);
    for (const auto& run : in_flight) *hello->add_in_flight() = run;
    return Send(request);
  }
  // Succeeds with all that was delivered.
  bool Complete(const ductape::jobs::v1::Deliveries& deliveries) {
    WorkRequest request;
    request.mutable_results()->set_sequence(++sequence_);
    for (const auto& delivery : deliveries.deliveries()) {
      auto* result = request.mutable_results()->add_results();
      *result->mutable_run() = delivery.run();
      result->set_output("done");
    }
    return Send(request);
  }
  void Drain() {
    WorkRequest request;
    request.mutable_drain();
    Send(request);
  }
  void CloseSide() { stream_->WritesDone(); }

  // The next message; one without content at the end.
  WorkResponse Read() {
    WorkResponse response;
    stream_->Read(&response);
    return response;
  }
  // The next message of this kind; others are passed over.
  WorkResponse ReadUntil(WorkResponse::MessageCase kind) {
    WorkResponse response;
    while (stream_->Read(&response)) {
      if (response.message_case() == kind) return response;
    }
    return WorkResponse();
  }
  // What the server ended the stream with, after all that it sent.
  grpc::Status Finish() {
    WorkResponse ignored;
    while (stream_->Read(&ignored)) {
    }
    finished_ = true;
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<WorkRequest, WorkResponse>> stream_;
  uint64_t sequence_ = 0;
  bool finished_ = false;
};

// WorkerService in this process, before a tiny engine. The queue "q<n>" has lane 16 + n.
class WorkerFixture : public testing::Test {
 protected:
  explicit WorkerFixture(const CallLimits& limits = {}) : gate_(&clock_, limits) {
    env_.gate = &gate_;
    env_.replies = &replies_;
    env_.bulk = &bulk_;
    env_.hub = &hub_;
    engine_.SetListener(&hub_);
    hub_.Start();
    handler_ = std::make_unique<WorkerHandler>(&env_);
    grpc::ServerBuilder builder;
    builder.RegisterService(handler_.get());
    builder.SetMaxReceiveMessageSize(scheduler::base::limits::kMaxReceiveBytes);
    server_ = builder.BuildAndStart();
    stub_ = ductape::jobs::v1::WorkerService::NewStub(server_->InProcessChannel({}));
    gate_.SetPhase(CallGate::Phase::kServing);
  }
  ~WorkerFixture() override {
    hub_.Shutdown();
    gate_.FailAll(absl::UnavailableError("the test is over"));
    server_->Shutdown();
    hub_.Stop();
  }

  static scheduler::dispatch::WorkerHub::Options MakeOptions(std::atomic<int>* made_ids) {
    scheduler::dispatch::WorkerHub::Options options;
    options.hold_lane = [](const std::string& /*product*/, const std::string& queue) {
      return std::make_shared<const scheduler::core::LaneId>(
          scheduler::core::kFirstWorkerLane +
          static_cast<scheduler::core::LaneId>(queue.back() - '0'));
    };
    options.new_session_id = [made_ids] { return absl::StrCat("session-", ++*made_ids); };
    return options;
  }

  std::unique_ptr<TestStream> Connect() { return std::make_unique<TestStream>(stub_.get()); }

  scheduler::base::SystemClock clock_;
  CallGate gate_;
  WorkPool replies_{"replies", 1, 1000};
  WorkPool bulk_{"bulk", 1, 1000};
  HandlerEnv env_;
  std::atomic<int> made_ids_{0};
  scheduler::core::TinyEngine engine_;
  scheduler::dispatch::WorkerHub hub_{&engine_, &engine_, &clock_, MakeOptions(&made_ids_)};
  std::unique_ptr<WorkerHandler> handler_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<ductape::jobs::v1::WorkerService::Stub> stub_;
};

}  // namespace server

#endif  // TESTS_UNIT_SERVER_HANDLERS_WORKER_FIXTURE_H_
