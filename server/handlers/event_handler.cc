#include "server/handlers/event_handler.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "server/converters/event_converter.h"
#include "server/converters/request_id.h"
#include "server/handlers/allow_missing.h"
#include "server/handlers/event_test.h"
#include "server/handlers/uid_listing.h"
#include "server/status_macros.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

absl::StatusOr<engine::CreateEvent> ToCommand(const v1::CreateEventRequest& request,
                                              const std::string& default_product) {
  if (!request.has_event()) return errors::FieldRequired("event", "the event to create");
  engine::CreateEvent command;
  DUCTAPE_ASSIGN_OR_RETURN(command.event, ToEvent(request.event(), default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.validate_only = request.validate_only();
  return command;
}

// `incomplete` is why the event could not be created if it does not exist.
absl::StatusOr<engine::UpdateEvent> ToCommand(const v1::UpdateEventRequest& request,
                                              const std::string& default_product,
                                              absl::Status* incomplete) {
  if (!request.has_event()) return errors::FieldRequired("event", "the event to update");
  const v1::Event& event = request.event();
  engine::UpdateEvent command;
  DUCTAPE_ASSIGN_OR_RETURN(EventName name, ToEventName(event.product(), event.event_type(),
                                                       event.tag(), default_product, "event."));
  DUCTAPE_ASSIGN_OR_RETURN(EventPatch patch, EventPatch::Make(event, request.update_mask()));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.key = std::move(name.key);
  command.patch = [patch = std::move(patch)](core::Event* target) { return patch.Apply(target); };
  command.etag = event.etag();
  command.validate_only = request.validate_only();
  if (request.allow_missing()) {
    SetIfMissing(ToEvent(event, default_product), &command.if_missing, incomplete);
  }
  return command;
}

absl::StatusOr<engine::DeleteEvent> ToCommand(const v1::DeleteEventRequest& request,
                                              const std::string& default_product) {
  engine::DeleteEvent command;
  DUCTAPE_ASSIGN_OR_RETURN(EventName name, ToEventName(request.product(), request.event_type(),
                                                       request.tag(), default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.key = std::move(name.key);
  command.etag = request.etag();
  command.force = request.force();
  command.allow_missing = request.allow_missing();
  return command;
}

struct EventListing {
  using Query = engine::ListEvents;
  using Page = engine::EventPage;
  static constexpr std::string_view kMethod = "ListEvents";
  static const auto& ViewsOf(const Page& page) { return page.events; }
  static core::Uid UidOf(const engine::EventView& view) { return view.event.uid; }
  static auto* ItemsOf(v1::ListEventsResponse* response) { return response->mutable_events(); }
  static void Fill(const engine::EventView& view, v1::Event* out) { EventToProto(view, out); }
};

}  // namespace

EventHandler::EventHandler(const HandlerEnv* env)
    : UnaryService(v1::EventService::service_full_name()), env_(*env) {
  CallGate* gate = env->gate;
  Serve<v1::CreateEventRequest, v1::Event>(
      gate, "CreateEvent", CallKind::kMutation,
      OnPool(env, [this](auto call) { Create(std::move(call)); }));
  Serve<v1::GetEventRequest, v1::Event>(gate, "GetEvent", CallKind::kRead,
                                        OnPool(env, [this](auto call) { Get(std::move(call)); }));
  Serve<v1::ListEventsRequest, v1::ListEventsResponse>(
      gate, "ListEvents", CallKind::kList, [this](auto call) { List(std::move(call)); });
  Serve<v1::UpdateEventRequest, v1::Event>(
      gate, "UpdateEvent", CallKind::kMutation,
      OnPool(env, [this](auto call) { Update(std::move(call)); }));
  Serve<v1::DeleteEventRequest, google::protobuf::Empty>(
      gate, "DeleteEvent", CallKind::kMutation,
      OnPool(env, [this](auto call) { Delete(std::move(call)); }));
  Serve<v1::TestEventRequest, v1::TestEventResponse>(
      gate, "TestEvent", CallKind::kLongPoll,
      OnPool(env, [this](auto call) { Test(std::move(call)); }));
}

void EventHandler::Test(UnaryCall<v1::TestEventRequest, v1::TestEventResponse> call) {
  StartEventTest(env_, std::move(call));
}

void EventHandler::Create(UnaryCall<v1::CreateEventRequest, v1::Event> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Create(*std::move(command),
                       AnswerWith<engine::EventView>(env_, std::move(call), EventToProto));
}

void EventHandler::Get(UnaryCall<v1::GetEventRequest, v1::Event> call) {
  const v1::GetEventRequest& request = call.request();
  const auto name =
      ToEventName(request.product(), request.event_type(), request.tag(), env_.default_product);
  if (!name.ok()) return call.Fail(name.status());
  env_.engine().GetEvent(name->product, name->key,
                         AnswerWith<engine::EventView>(env_, std::move(call), EventToProto));
}

void EventHandler::List(UnaryCall<v1::ListEventsRequest, v1::ListEventsResponse> call) {
  StartUidListing<EventListing>(env_, std::move(call));
}

void EventHandler::Update(UnaryCall<v1::UpdateEventRequest, v1::Event> call) {
  absl::Status incomplete;
  auto command = ToCommand(call.request(), env_.default_product, &incomplete);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Update(
      *std::move(command),
      UnlessIncomplete(std::move(incomplete),
                       AnswerWith<engine::EventView>(env_, std::move(call), EventToProto)));
}

void EventHandler::Delete(UnaryCall<v1::DeleteEventRequest, google::protobuf::Empty> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Delete(*std::move(command),
                       AnswerWith<engine::Done>(env_, std::move(call),
                                                [](engine::Done, google::protobuf::Empty*) {}));
}

}  // namespace server
