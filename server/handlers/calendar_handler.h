#ifndef SERVER_HANDLERS_CALENDAR_HANDLER_H_
#define SERVER_HANDLERS_CALENDAR_HANDLER_H_

#include "ductape/jobs/v1/calendar.grpc.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// ductape.jobs.v1.CalendarService.
class CalendarHandler final : public UnaryService<ductape::jobs::v1::CalendarService::Service> {
 public:
  // `env` outlives the handler.
  explicit CalendarHandler(const HandlerEnv* env);

 private:
  template <typename Request, typename Response = ductape::jobs::v1::Calendar>
  using Hold = UnaryCall<Request, Response>;

  void Create(Hold<ductape::jobs::v1::CreateCalendarRequest> call);
  void Get(Hold<ductape::jobs::v1::GetCalendarRequest> call);
  void List(
      Hold<ductape::jobs::v1::ListCalendarsRequest, ductape::jobs::v1::ListCalendarsResponse> call);
  void Update(Hold<ductape::jobs::v1::UpdateCalendarRequest> call);
  void Delete(Hold<ductape::jobs::v1::DeleteCalendarRequest, google::protobuf::Empty> call);

  const HandlerEnv& env_;
};

}  // namespace server

#endif  // SERVER_HANDLERS_CALENDAR_HANDLER_H_
