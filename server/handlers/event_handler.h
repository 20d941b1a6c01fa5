#ifndef SERVER_HANDLERS_EVENT_HANDLER_H_
#define SERVER_HANDLERS_EVENT_HANDLER_H_

#include "ductape/jobs/v1/event.grpc.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// ductape.jobs.v1.EventService.
class EventHandler final : public UnaryService<ductape::jobs::v1::EventService::Service> {
 public:
  // `env` outlives the handler.
  explicit EventHandler(const HandlerEnv* env);

 private:
  void Create(UnaryCall<ductape::jobs::v1::CreateEventRequest, ductape::jobs::v1::Event> call);
  void Get(UnaryCall<ductape::jobs::v1::GetEventRequest, ductape::jobs::v1::Event> call);
  void List(
      UnaryCall<ductape::jobs::v1::ListEventsRequest, ductape::jobs::v1::ListEventsResponse> call);
  void Update(UnaryCall<ductape::jobs::v1::UpdateEventRequest, ductape::jobs::v1::Event> call);
  void Delete(UnaryCall<ductape::jobs::v1::DeleteEventRequest, google::protobuf::Empty> call);
  void Test(
      UnaryCall<ductape::jobs::v1::TestEventRequest, ductape::jobs::v1::TestEventResponse> call);

  const HandlerEnv& env_;
};

}  // namespace server

#endif  // SERVER_HANDLERS_EVENT_HANDLER_H_
