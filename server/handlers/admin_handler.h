#ifndef SERVER_HANDLERS_ADMIN_HANDLER_H_
#define SERVER_HANDLERS_ADMIN_HANDLER_H_

#include <string>

#include "ductape/jobs/v1/admin.grpc.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// ductape.jobs.v1.AdminService.
class AdminHandler final : public UnaryService<ductape::jobs::v1::AdminService::Service> {
 public:
  // `env` outlives the handler.
  AdminHandler(const HandlerEnv* env, std::string time_zone_version);

 private:
  void AnswerServerInfo(
      UnaryCall<ductape::jobs::v1::GetServerInfoRequest, ductape::jobs::v1::GetServerInfoResponse>
          call);

  const HandlerEnv& env_;
  const std::string time_zone_version_;
};

}  // namespace server

#endif  // SERVER_HANDLERS_ADMIN_HANDLER_H_
