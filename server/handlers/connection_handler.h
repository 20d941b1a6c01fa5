#ifndef SERVER_HANDLERS_CONNECTION_HANDLER_H_
#define SERVER_HANDLERS_CONNECTION_HANDLER_H_

#include "ductape/jobs/v1/connection.grpc.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// ductape.jobs.v1.ConnectionService.
class ConnectionHandler final : public UnaryService<ductape::jobs::v1::ConnectionService::Service> {
 public:
  // `env` outlives the handler.
  explicit ConnectionHandler(const HandlerEnv* env);

 private:
  template <typename Request, typename Response = ductape::jobs::v1::Connection>
  using Hold = UnaryCall<Request, Response>;

  void Create(Hold<ductape::jobs::v1::CreateConnectionRequest> call);
  void Get(Hold<ductape::jobs::v1::GetConnectionRequest> call);
  void List(
      Hold<ductape::jobs::v1::ListConnectionsRequest, ductape::jobs::v1::ListConnectionsResponse>
          call);
  void Update(Hold<ductape::jobs::v1::UpdateConnectionRequest> call);
  void Delete(Hold<ductape::jobs::v1::DeleteConnectionRequest, google::protobuf::Empty> call);
  void Test(
      Hold<ductape::jobs::v1::TestConnectionRequest, ductape::jobs::v1::TestConnectionResponse>
          call);

  const HandlerEnv& env_;
};

}  // namespace server

#endif  // SERVER_HANDLERS_CONNECTION_HANDLER_H_
