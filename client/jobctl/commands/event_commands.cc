#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/change_flags.h"
#include "client/jobctl/commands/commands.h"
#include "client/jobctl/commands/edit.h"
#include "client/jobctl/commands/event_flags.h"
#include "client/jobctl/commands/paging.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/commands/watching.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/parse/enum.h"
#include "client/jobctl/parse/event_ref.h"
#include "client/jobctl/parse/message_file.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

// Which event: TYPE/TAG, or TAG with --type.
struct Named {
  std::string event;
  std::string type;
  bool force = false;
  ChangeFlags change;
  WatchFlags watch;
};

struct ListFlags {
  int64_t limit = 0;
  WatchFlags watch;
};

struct TestFlags : Named {
  std::string file;
  std::string input;
  std::string env;
};

struct Definition : Named {
  explicit Definition(CLI::App& command) : flags(command) {}

  MessageFlags<v1::Event> flags;
};

// The event of the command line wins over the file's.
absl::Status NameEvent(const Named& named, v1::Event& event) {
  const bool in_file = event.event_type() != v1::Event::TYPE_UNSPECIFIED && !event.tag().empty();
  if (named.event.empty() && named.type.empty() && in_file) return absl::OkStatus();
  absl::StatusOr<EventRef> ref =
      ParseEventRef(named.event.empty() ? event.tag() : named.event, named.type);
  if (!ref.ok()) return ref.status();
  event.set_event_type(ref->type);
  event.set_tag(ref->tag);
  return absl::OkStatus();
}

// The event that the flags and the file describe.
absl::StatusOr<Edit<v1::Event>> Describe(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Event>> edit =
      ReadEdit(definition.flags, definition.change, session.io());
  if (!edit.ok()) return edit.status();
  absl::Status status = NameEvent(definition, edit->resource);
  if (!status.ok()) return status;
  return edit;
}

int Finish(Session& session, const std::string& what, const absl::StatusOr<v1::Event>& event) {
  if (!event.ok()) return session.CallFailed(what, event.status());
  PrintChanged(session.printer(), *event);
  return kExitDone;
}

int Create(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Event>> edit = Describe(session, definition);
  if (!edit.ok()) return session.WrongUsage(edit.status());
  v1::CreateEventRequest request;
  *request.mutable_event() = std::move(edit->resource);
  FillCreate(definition.change, &request);
  const std::string what =
      "create event " + EventRefText(request.event().event_type(), request.event().tag());
  return Finish(session, what, session.client().CreateEvent(std::move(request)));
}

int Update(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Event>> edit = Describe(session, definition);
  if (!edit.ok()) return session.WrongUsage(edit.status());
  v1::UpdateEventRequest request;
  *request.mutable_event() = std::move(edit->resource);
  absl::Status status =
      FillUpdate(edit->fields, definition.change, &request, request.mutable_event());
  if (!status.ok()) return session.WrongUsage(status);
  const std::string what =
      "update event " + EventRefText(request.event().event_type(), request.event().tag());
  return Finish(session, what, session.client().UpdateEvent(std::move(request)));
}

int Get(Session& session, const Named& named) {
  absl::StatusOr<EventRef> ref = ParseEventRef(named.event, named.type);
  if (!ref.ok()) return session.WrongUsage(ref.status());
  v1::GetEventRequest request;
  request.set_event_type(ref->type);
  request.set_tag(ref->tag);
  const std::string name = EventRefText(ref->type, ref->tag);
  const auto get = [&] { return session.client().GetEvent(request); };
  if (named.watch.watch) {
    return WatchOne<v1::Event>(session, "watch event " + name, named.watch, get,
                               [](const v1::Event&) { return false; });
  }
  absl::StatusOr<v1::Event> event = get();
  if (!event.ok()) return session.CallFailed("get event " + name, event.status());
  PrintOne(session.printer(), *event);
  return kExitDone;
}

int Delete(Session& session, const Named& named) {
  absl::StatusOr<EventRef> ref = ParseEventRef(named.event, named.type);
  if (!ref.ok()) return session.WrongUsage(ref.status());
  v1::DeleteEventRequest request;
  request.set_event_type(ref->type);
  request.set_tag(ref->tag);
  request.set_etag(named.change.etag);
  request.set_force(named.force);
  request.set_allow_missing(named.change.allow_missing);
  request.set_request_id(named.change.request_id);
  const std::string name = EventRefText(ref->type, ref->tag);
  absl::Status status = session.client().DeleteEvent(std::move(request));
  if (!status.ok()) return session.CallFailed("delete event " + name, status);
  session.Say("deleted event " + name);
  return kExitDone;
}

// The event of the file, or the one that the server has.
absl::StatusOr<v1::TestEventRequest> DescribeTest(Session& session, const TestFlags& flags) {
  v1::TestEventRequest request;
  if (!flags.file.empty()) {
    absl::StatusOr<v1::Event> event = ReadMessage<v1::Event>(flags.file, session.io().in);
    if (!event.ok()) return event.status();
    absl::Status status = NameEvent(flags, *event);
    if (!status.ok()) return status;
    *request.mutable_event() = *std::move(event);
  } else {
    absl::StatusOr<EventRef> ref = ParseEventRef(flags.event, flags.type);
    if (!ref.ok()) return ref.status();
    request.set_event_type(ref->type);
    request.set_tag(ref->tag);
  }
  request.set_env(flags.env);
  if (flags.input.empty()) return request;
  absl::Status status = SetStruct(flags.input, session.io().in, request.mutable_input());
  if (!status.ok()) return status;
  return request;
}

int Test(Session& session, const TestFlags& flags) {
  absl::StatusOr<v1::TestEventRequest> request = DescribeTest(session, flags);
  if (!request.ok()) return session.WrongUsage(request.status());
  const std::string name = request->has_event()
                               ? EventRefText(request->event().event_type(), request->event().tag())
                               : EventRefText(request->event_type(), request->tag());
  absl::StatusOr<v1::TestEventResponse> test = session.client().TestEvent(*std::move(request));
  if (!test.ok()) return session.CallFailed("test event " + name, test.status());
  PrintOne(session.printer(), *test);
  return test->state() == v1::Run::COMPLETED ? kExitDone : kExitFailed;
}

int List(Session& session, const ListFlags& flags) {
  const v1::ListEventsRequest request;
  const auto fetch = [&](const v1::ListEventsRequest& page) {
    return session.client().ListEvents(page);
  };
  const auto items = [](v1::ListEventsResponse& page) { return page.mutable_events(); };
  if (!flags.watch.watch) {
    return PrintPages<v1::Event>(session, "list events", request, flags.limit, fetch, items);
  }
  return WatchPages<v1::Event>(
      session, "watch events", flags.watch, request, fetch, items,
      [&session](const std::string& name) { session.Say("deleted event " + name); });
}

CLI::Option* AddName(CLI::App& command, Named& named) {
  command.add_option("--type", named.type, "The event's type, where EVENT is a tag alone")
      ->type_name(EnumChoices<v1::Event::Type>());
  return command.add_option("event", named.event, "The event: TYPE/TAG, or TAG with --type")
      ->type_name("EVENT");
}

std::shared_ptr<Definition> AddDefinition(CLI::App& command, Session& session) {
  auto definition = std::make_shared<Definition>(command);
  AddName(command, *definition);
  AddEventFlags(definition->flags, session.io());
  AddFileFlag(command, definition->change);
  AddDryRunFlag(command, definition->change);
  AddRequestIdFlag(command, definition->change);
  return definition;
}

void AddChanges(CLI::App& noun, Session& session) {
  CLI::App* create = noun.add_subcommand(
      "create",
      "Create an event with one target: HTTP, gRPC, Lambda, notification, database, broker or "
      "worker\n"
      "  jobctl event create ping --type ACTION --url http://127.0.0.1:8080/ping\n"
      "  jobctl event create FUNCTION/resize --queue images");
  std::shared_ptr<Definition> created = AddDefinition(*create, session);
  session.Bind(*create, [created](Session& s) { return Create(s, *created); });

  CLI::App* update = noun.add_subcommand(
      "update",
      "Change what is given, and nothing else; the target, the policy, limits and labels are "
      "replaced as a whole");
  std::shared_ptr<Definition> updated = AddDefinition(*update, session);
  AddMaskFlags(*update, updated->change);
  AddEtagFlag(*update, updated->change);
  AddAllowMissingFlag(*update, updated->change, "Create the event if it does not exist");
  session.Bind(*update, [updated](Session& s) { return Update(s, *updated); });

  CLI::App* remove = noun.add_subcommand("delete", "Delete an event");
  auto removed = std::make_shared<Named>();
  AddName(*remove, *removed)->required();
  remove->add_flag("--force", removed->force, "Even while jobs name it; their runs then fail");
  AddEtagFlag(*remove, removed->change);
  AddAllowMissingFlag(*remove, removed->change, "Do not fail if there is no such event");
  AddRequestIdFlag(*remove, removed->change);
  session.Bind(*remove, [removed](Session& s) { return Delete(s, *removed); });
}

}  // namespace

void AddEventCommands(CLI::App& app, Session& session) {
  CLI::App* noun = app.add_subcommand("event", "Events: what a run does");
  noun->require_subcommand(1);
  AddChanges(*noun, session);

  CLI::App* get = noun->add_subcommand("get", "Show an event");
  auto named = std::make_shared<Named>();
  AddName(*get, *named)->required();
  AddWatchFlags(*get, named->watch, "Print it whenever it changes");
  session.Bind(*get, [named](Session& s) { return Get(s, *named); });

  CLI::App* test =
      noun->add_subcommand("test",
                           "Execute an event once, now, without a job; exit code 1 if it failed\n"
                           "  jobctl event test ACTION/ping --input '{\"order\":17}'");
  auto tested = std::make_shared<TestFlags>();
  AddName(*test, *tested);
  test->add_option("--file", tested->file, "An event that need not exist, JSON or YAML (-: stdin)")
      ->type_name("FILE");
  test->add_option("--input", tested->input, "The input, a JSON object")->type_name("JSON|@FILE");
  test->add_option("--env", tested->env, "The environment");
  session.Bind(*test, [tested](Session& s) { return Test(s, *tested); });

  CLI::App* list = noun->add_subcommand("list", "List the events of the product");
  auto flags = std::make_shared<ListFlags>();
  AddLimitFlag(*list, flags->limit);
  AddWatchFlags(*list, flags->watch, "Go on with those that are new or change");
  list->get_option("--watch")->excludes("--limit");
  session.Bind(*list, [flags](Session& s) { return List(s, *flags); });
}

}  // namespace jobctl
