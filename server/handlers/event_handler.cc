#include "server/handlers/event_handler.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/event_converter.h"
#include "server/converters/request_id.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
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
    auto whole = ToEvent(event, default_product);
    if (whole.ok()) {
      command.if_missing = *std::move(whole);
    } else {
      *incomplete = whole.status();
    }
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

// A listing and what its page tokens are bound to.
struct Query {
  engine::ListEvents list;
  std::string token_query;
};

absl::StatusOr<Query> ToQuery(const v1::ListEventsRequest& request, const HandlerEnv& env) {
  Query query;
  DUCTAPE_ASSIGN_OR_RETURN(query.list.product,
                           ResolveProduct("product", request.product(), env.default_product));
  DUCTAPE_ASSIGN_OR_RETURN(query.list.page_size, ToPageSize(request.page_size()));
  query.token_query = StrCat("ListEvents/", query.list.product);
  if (!request.page_token().empty()) {
    DUCTAPE_ASSIGN_OR_RETURN(query.list.after,
                             env.tokens->ReadUid(query.token_query, request.page_token()));
  }
  return query;
}

void FillPage(const HandlerEnv& env, const Query& query, const engine::EventPage& page,
              v1::ListEventsResponse* response) {
  int64_t bytes = 0;
  core::Uid next = page.next_after;
  for (size_t i = 0; i < page.events.size(); ++i) {
    v1::Event* event = response->add_events();
    EventToProto(page.events[i], event);
    bytes += static_cast<int64_t>(event->ByteSizeLong());
    if (i == 0 || bytes <= limits::kMaxPageBytes) continue;
    response->mutable_events()->RemoveLast();
    next = page.events[i - 1].event.uid;
    break;
  }
  if (next != 0) response->set_next_page_token(env.tokens->Make(query.token_query, next));
}

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
  auto query = ToQuery(call.request(), env_);
  if (!query.ok()) return call.Fail(query.status());
  RunInBulk(env_, std::move(call), [this, query = *std::move(query)](auto admitted) mutable {
    const engine::ListEvents list = query.list;
    env_.engine().List(list, AnswerWith<engine::EventPage>(env_, std::move(admitted),
                                                           [this, query = std::move(query)](
                                                               const engine::EventPage& page,
                                                               v1::ListEventsResponse* response) {
                                                             FillPage(env_, query, page, response);
                                                           }));
  });
}

void EventHandler::Update(UnaryCall<v1::UpdateEventRequest, v1::Event> call) {
  absl::Status incomplete;
  auto command = ToCommand(call.request(), env_.default_product, &incomplete);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Update(
      *std::move(command),
      [reply = AnswerWith<engine::EventView>(env_, std::move(call), EventToProto),
       incomplete](absl::StatusOr<engine::EventView> view) mutable {
        // The event was to be created then, which `incomplete` prevents.
        const bool create = !incomplete.ok() && absl::IsNotFound(view.status());
        reply(create ? absl::StatusOr<engine::EventView>(incomplete) : std::move(view));
      });
}

void EventHandler::Delete(UnaryCall<v1::DeleteEventRequest, google::protobuf::Empty> call) {
  auto command = ToCommand(call.request(), env_.default_product);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Delete(*std::move(command),
                       AnswerWith<engine::Done>(env_, std::move(call),
                                                [](engine::Done, google::protobuf::Empty*) {}));
}

}  // namespace server
