#ifndef SERVER_HANDLERS_RUN_HANDLER_H_
#define SERVER_HANDLERS_RUN_HANDLER_H_

#include "ductape/jobs/v1/run.grpc.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// ductape.jobs.v1.RunService.
class RunHandler final : public UnaryService<ductape::jobs::v1::RunService::Service> {
 public:
  // `env` outlives the handler.
  explicit RunHandler(const HandlerEnv* env);

 private:
  void Get(UnaryCall<ductape::jobs::v1::GetRunRequest, ductape::jobs::v1::Run> call);
  void List(
      UnaryCall<ductape::jobs::v1::ListRunsRequest, ductape::jobs::v1::ListRunsResponse> call);
  void Cancel(UnaryCall<ductape::jobs::v1::CancelRunRequest, ductape::jobs::v1::Run> call);

  const HandlerEnv& env_;
};

}  // namespace server

#endif  // SERVER_HANDLERS_RUN_HANDLER_H_
