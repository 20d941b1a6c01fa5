#ifndef SERVER_HANDLERS_WORKER_HANDLER_H_
#define SERVER_HANDLERS_WORKER_HANDLER_H_

#include "ductape/jobs/v1/worker.grpc.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// ductape.jobs.v1.WorkerService. Work is served on bytes: see DeliveryEncoder and ResultsDecoder.
class WorkerHandler final
    : public UnaryService<ductape::jobs::v1::WorkerService::WithRawCallbackMethod_Work<
          ductape::jobs::v1::WorkerService::Service>> {
 public:
  // `env`, and its worker hub, outlive the handler.
  explicit WorkerHandler(const HandlerEnv* env);

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Work(
      grpc::CallbackServerContext* context) override;

 private:
  void Lease(
      UnaryCall<ductape::jobs::v1::LeaseRunsRequest, ductape::jobs::v1::LeaseRunsResponse> call);
  void Complete(
      UnaryCall<ductape::jobs::v1::CompleteRunsRequest, ductape::jobs::v1::CompleteRunsResponse>
          call);

  const HandlerEnv& env_;
  Method* const work_;
};

}  // namespace server

#endif  // SERVER_HANDLERS_WORKER_HANDLER_H_
