#include "server/handlers/calendar_handler.h"

#include <string>
#include <string_view>
#include <utility>

#include "scheduler/base/errors.h"
#include "server/converters/calendar_converter.h"
#include "server/converters/request_id.h"
#include "server/converters/resource_name.h"
#include "server/handlers/allow_missing.h"
#include "server/handlers/uid_listing.h"
#include "server/status_macros.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

absl::StatusOr<engine::CreateCalendar> ToCommand(const v1::CreateCalendarRequest& request,
                                                 const std::string& default_product) {
  if (!request.has_calendar()) return errors::FieldRequired("calendar", "the calendar to create");
  engine::CreateCalendar command;
  DUCTAPE_ASSIGN_OR_RETURN(command.spec, ToCalendarSpec(request.calendar(), default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.validate_only = request.validate_only();
  return command;
}

// `incomplete` is why the calendar could not be created if it does not exist.
absl::StatusOr<engine::UpdateCalendar> ToCommand(const v1::UpdateCalendarRequest& request,
                                                 const std::string& default_product,
                                                 absl::Status* incomplete) {
  if (!request.has_calendar()) return errors::FieldRequired("calendar", "the calendar to update");
  const v1::Calendar& calendar = request.calendar();
  engine::UpdateCalendar command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name, ToResourceName(calendar.product(), calendar.tag(),
                                                             default_product, "calendar."));
  DUCTAPE_ASSIGN_OR_RETURN(CalendarPatch patch,
                           CalendarPatch::Make(calendar, request.update_mask()));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.patch = [patch = std::move(patch)](core::CalendarSpec* spec) {
    patch.Apply(spec);
    return absl::OkStatus();
  };
  command.etag = calendar.etag();
  command.validate_only = request.validate_only();
  if (request.allow_missing()) {
    SetIfMissing(ToCalendarSpec(calendar, default_product), &command.if_missing, incomplete);
  }
  return command;
}

absl::StatusOr<engine::DeleteCalendar> ToCommand(const v1::DeleteCalendarRequest& request,
                                                 const std::string& default_product) {
  engine::DeleteCalendar command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(request.product(), request.tag(), default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.etag = request.etag();
  command.force = request.force();
  command.allow_missing = request.allow_missing();
  return command;
}

struct CalendarListing {
  using Query = engine::ListCalendars;
  using Page = engine::CalendarPage;
  static constexpr std::string_view kMethod = "ListCalendars";
  static const auto& ViewsOf(const Page& page) { return page.calendars; }
  static core::Uid UidOf(const engine::CalendarView& view) { return view.calendar.uid; }
  static auto* ItemsOf(v1::ListCalendarsResponse* response) {
    return response->mutable_calendars();
  }
  static void Fill(const engine::CalendarView& view, v1::Calendar* out) {
    CalendarToProto(view, out);
  }
};

}  // namespace

CalendarHandler::CalendarHandler(const HandlerEnv* env)
    : UnaryService(v1::CalendarService::service_full_name()), env_(*env) {
  CallGate* gate = env->gate;
  Serve<v1::CreateCalendarRequest, v1::Calendar>(
      gate, "CreateCalendar", CallKind::kMutation,
      OnPool(env, [this](auto call) { Create(std::move(call)); }));
  Serve<v1::GetCalendarRequest, v1::Calendar>(
      gate, "GetCalendar", CallKind::kRead,
      OnPool(env, [this](auto call) { Get(std::move(call)); }));
  Serve<v1::ListCalendarsRequest, v1::ListCalendarsResponse>(
      gate, "ListCalendars", CallKind::kList, [this](auto call) { List(std::move(call)); });
  Serve<v1::UpdateCalendarRequest, v1::Calendar>(
      gate, "UpdateCalendar", CallKind::kMutation,
      OnPool(env, [this](auto call) { Update(std::move(call)); }));
  Serve<v1::DeleteCalendarRequest, google::protobuf::Empty>(
      gate, "DeleteCalendar", CallKind::kMutation,
      OnPool(env, [this](auto call) { Delete(std::move(call)); }));
}

void CalendarHandler::Create(Hold<v1::CreateCalendarRequest> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Create(*std::move(command),
                       AnswerWith<engine::CalendarView>(env_, std::move(call), CalendarToProto));
}

void CalendarHandler::Get(Hold<v1::GetCalendarRequest> call) {
  const v1::GetCalendarRequest& request = call.request();
  const auto name = ToResourceName(request.product(), request.tag(), env_.default_product);
  if (!name.ok()) return call.Fail(name.status());
  env_.engine().GetCalendar(
      name->product, name->tag,
      AnswerWith<engine::CalendarView>(env_, std::move(call), CalendarToProto));
}

void CalendarHandler::List(Hold<v1::ListCalendarsRequest, v1::ListCalendarsResponse> call) {
  StartUidListing<CalendarListing>(env_, std::move(call));
}

void CalendarHandler::Update(Hold<v1::UpdateCalendarRequest> call) {
  absl::Status incomplete;
  auto command = ToCommand(call.request(), env_.default_product, &incomplete);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Update(
      *std::move(command),
      UnlessIncomplete(std::move(incomplete),
                       AnswerWith<engine::CalendarView>(env_, std::move(call), CalendarToProto)));
}

void CalendarHandler::Delete(Hold<v1::DeleteCalendarRequest, google::protobuf::Empty> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Delete(*std::move(command),
                       AnswerWith<engine::Done>(env_, std::move(call),
                                                [](engine::Done, google::protobuf::Empty*) {}));
}

}  // namespace server
