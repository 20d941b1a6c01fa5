#include "server/handlers/worker_handler.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/base/mutex.h"
#include "server/converters/worker_converter.h"
#include "server/handlers/worker_stream_reactor.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace v1 = ductape::jobs::v1;
using scheduler::base::Millis;
using scheduler::base::MutexLock;

using LeaseCall = UnaryCall<v1::LeaseRunsRequest, v1::LeaseRunsResponse>;

// An answer leaves this much of the call's time to reach the client.
constexpr Millis kAnswerTime = 100;

// A LeaseRuns call while it waits, and where its runs go.
class WaitingLease final : public dispatch::DeliverySink {
 public:
  explicit WaitingLease(LeaseCall call) : call_(std::move(call)) {}

  size_t Add(const core::ClaimedRun& run, Millis deadline) override {
    v1::LeaseRunsResponse& response = *call_.response();
    v1::Delivery* delivery = response.add_deliveries();
    DeliveryToProto(run, deadline, delivery);
    const size_t bytes = delivery->ByteSizeLong() + 4;  // and the head of its record
    const bool fits =
        bytes_ == 0 || bytes_ + bytes <= scheduler::base::limits::kMaxStreamMessageBytes;
    if (!fits) {
      response.mutable_deliveries()->RemoveLast();
      return 0;
    }
    bytes_ += bytes;
    return bytes;
  }

  // Whether nobody waits for the answer any more. Thread-safe.
  bool Abandoned() const {
    MutexLock lock(&mu_);
    return answered_ || call_.abandoned();
  }

  void Answer(absl::StatusOr<std::string> session_id) {
    LeaseCall call = TakeCall();
    if (session_id.ok()) {
      call.response()->set_session_id(*std::move(session_id));
      call.Succeed();
    } else {
      call.Fail(session_id.status());
    }
  }

 private:
  LeaseCall TakeCall() {
    MutexLock lock(&mu_);
    answered_ = true;
    return std::move(call_);
  }

  LeaseCall call_;  // the sink's until it is answered
  size_t bytes_ = 0;
  mutable scheduler::base::Mutex mu_;
  bool answered_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace

WorkerHandler::WorkerHandler(const HandlerEnv* env)
    : UnaryService(v1::WorkerService::service_full_name()),
      env_(*env),
      work_(env->gate->AddMethod(v1::WorkerService::service_full_name(), "Work", CallKind::kStream,
                                 CallShape::kBidiStream)) {
  Serve<v1::LeaseRunsRequest, v1::LeaseRunsResponse>(env->gate, "LeaseRuns", CallKind::kLongPoll,
                                                     [this](auto call) { Lease(std::move(call)); });
  // Not a mutation to the gate: while the server drains, results are still taken.
  Serve<v1::CompleteRunsRequest, v1::CompleteRunsResponse>(
      env->gate, "CompleteRuns", CallKind::kRead, [this](auto call) { Complete(std::move(call)); });
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* WorkerHandler::Work(
    grpc::CallbackServerContext* context) {
  const auto reactor = std::make_shared<WorkerStreamReactor>(&env_, work_, context);
  reactor->Start();
  return reactor.get();  // it holds itself
}

void WorkerHandler::Lease(LeaseCall call) {
  absl::StatusOr<dispatch::WorkerHub::LeaseRequest> request =
      ToLeaseRequest(call.request(), env_.default_product);
  if (!request.ok()) {
    call.Fail(request.status());
    return;
  }
  request->wait = std::clamp<Millis>(call.TimeLeft() - kAnswerTime, 0, request->wait);
  const auto waiting = std::make_shared<WaitingLease>(std::move(call));
  request->abandoned = [waiting] { return waiting->Abandoned(); };
  env_.worker_hub().Lease(*std::move(request), waiting.get(),
                          [waiting](absl::StatusOr<std::string> session_id) {
                            waiting->Answer(std::move(session_id));
                          });
}

void WorkerHandler::Complete(UnaryCall<v1::CompleteRunsRequest, v1::CompleteRunsResponse> call) {
  absl::StatusOr<dispatch::WorkerHub::CompleteRequest> request =
      ToCompleteRequest(call.request(), env_.default_product);
  if (!request.ok()) {
    call.Fail(request.status());
    return;
  }
  using Answer = dispatch::WorkerHub::CompleteAnswer;
  env_.worker_hub().Complete(
      *std::move(request),
      AnswerWith<Answer>(env_, std::move(call),
                         [](const Answer& answer, v1::CompleteRunsResponse* response) {
                           for (const core::Refusal& refusal : answer.refused) {
                             RefusalToProto(refusal, response->add_refused());
                           }
                           for (const core::RunRef& run : answer.cancelled) {
                             RunRefToProto(run, response->add_cancelled());
                           }
                         }));
}

}  // namespace server
