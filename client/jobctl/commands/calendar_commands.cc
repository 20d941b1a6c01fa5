#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/calendar_flags.h"
#include "client/jobctl/commands/change_flags.h"
#include "client/jobctl/commands/commands.h"
#include "client/jobctl/commands/edit.h"
#include "client/jobctl/commands/paging.h"
#include "client/jobctl/commands/watching.h"
#include "client/jobctl/exit_code.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

struct Named {
  std::string tag;
  bool force = false;
  ChangeFlags change;
  WatchFlags watch;
};

struct ListFlags {
  int64_t limit = 0;
  WatchFlags watch;
};

struct Definition : Named {
  explicit Definition(CLI::App& command) : flags(command) {}

  MessageFlags<v1::Calendar> flags;
};

// The calendar that the flags and the file describe. The tag of the command line wins over the
// file's.
absl::StatusOr<Edit<v1::Calendar>> Describe(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Calendar>> edit =
      ReadEdit(definition.flags, definition.change, session.io());
  if (!edit.ok()) return edit.status();
  if (!definition.tag.empty()) edit->resource.set_tag(definition.tag);
  if (!edit->resource.tag().empty()) return edit;
  return absl::InvalidArgumentError("which calendar? Give its TAG, or --file with a `tag`");
}

int Finish(Session& session, const std::string& what,
           const absl::StatusOr<v1::Calendar>& calendar) {
  if (!calendar.ok()) return session.CallFailed(what, calendar.status());
  PrintChanged(session.printer(), *calendar);
  return kExitDone;
}

int Create(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Calendar>> edit = Describe(session, definition);
  if (!edit.ok()) return session.WrongUsage(edit.status());
  v1::CreateCalendarRequest request;
  *request.mutable_calendar() = std::move(edit->resource);
  FillCreate(definition.change, &request);
  const std::string what = absl::StrCat("create calendar ", request.calendar().tag());
  return Finish(session, what, session.client().CreateCalendar(std::move(request)));
}

int Update(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Calendar>> edit = Describe(session, definition);
  if (!edit.ok()) return session.WrongUsage(edit.status());
  v1::UpdateCalendarRequest request;
  *request.mutable_calendar() = std::move(edit->resource);
  absl::Status status =
      FillUpdate(edit->fields, definition.change, &request, request.mutable_calendar());
  if (!status.ok()) return session.WrongUsage(status);
  const std::string what = absl::StrCat("update calendar ", request.calendar().tag());
  return Finish(session, what, session.client().UpdateCalendar(std::move(request)));
}

int Get(Session& session, const Named& named) {
  v1::GetCalendarRequest request;
  request.set_tag(named.tag);
  const auto get = [&] { return session.client().GetCalendar(request); };
  if (named.watch.watch) {
    return WatchOne<v1::Calendar>(session, absl::StrCat("watch calendar ", named.tag), named.watch,
                                  get, [](const v1::Calendar&) { return false; });
  }
  absl::StatusOr<v1::Calendar> calendar = get();
  if (!calendar.ok()) {
    return session.CallFailed(absl::StrCat("get calendar ", named.tag), calendar.status());
  }
  PrintOne(session.printer(), *calendar);
  return kExitDone;
}

int Delete(Session& session, const Named& named) {
  v1::DeleteCalendarRequest request;
  request.set_tag(named.tag);
  request.set_etag(named.change.etag);
  request.set_force(named.force);
  request.set_allow_missing(named.change.allow_missing);
  request.set_request_id(named.change.request_id);
  absl::Status status = session.client().DeleteCalendar(std::move(request));
  if (!status.ok()) return session.CallFailed(absl::StrCat("delete calendar ", named.tag), status);
  session.Say(absl::StrCat("deleted calendar ", named.tag));
  return kExitDone;
}

int List(Session& session, const ListFlags& flags) {
  const v1::ListCalendarsRequest request;
  const auto fetch = [&](const v1::ListCalendarsRequest& page) {
    return session.client().ListCalendars(page);
  };
  const auto items = [](v1::ListCalendarsResponse& page) { return page.mutable_calendars(); };
  if (!flags.watch.watch) {
    return PrintPages<v1::Calendar>(session, "list calendars", request, flags.limit, fetch, items);
  }
  return WatchPages<v1::Calendar>(
      session, "watch calendars", flags.watch, request, fetch, items,
      [&session](const std::string& name) { session.Say("deleted calendar " + name); });
}

CLI::Option* AddTag(CLI::App& command, Named& named) {
  return command.add_option("tag", named.tag, "The calendar's tag")->type_name("CALENDAR");
}

std::shared_ptr<Definition> AddDefinition(CLI::App& command, Session& session) {
  auto definition = std::make_shared<Definition>(command);
  AddTag(command, *definition);
  AddCalendarFlags(definition->flags, session.io());
  AddFileFlag(command, definition->change);
  AddDryRunFlag(command, definition->change);
  AddRequestIdFlag(command, definition->change);
  return definition;
}

void AddChanges(CLI::App& noun, Session& session) {
  CLI::App* create = noun.add_subcommand(
      "create",
      "Create a calendar: the times of all its flags together\n"
      "  jobctl calendar create holidays --yearly 12-25 --yearly 12-26 --date 2027-03-26\n"
      "  jobctl calendar create nights --hours 'MON-FRI 22:00-24:00' --hours 'MON-FRI "
      "00:00-06:00'\n"
      "  jobctl calendar create school --time-zone Europe/Berlin --icalendar @holidays.ics");
  std::shared_ptr<Definition> created = AddDefinition(*create, session);
  session.Bind(*create, [created](Session& s) { return Create(s, *created); });

  CLI::App* update = noun.add_subcommand(
      "update",
      "Change what is given, and nothing else; lists and labels are replaced as a whole. The jobs "
      "that exclude it are planned anew");
  std::shared_ptr<Definition> updated = AddDefinition(*update, session);
  AddMaskFlags(*update, updated->change);
  AddEtagFlag(*update, updated->change);
  AddAllowMissingFlag(*update, updated->change, "Create the calendar if it does not exist");
  session.Bind(*update, [updated](Session& s) { return Update(s, *updated); });

  CLI::App* remove = noun.add_subcommand("delete", "Delete a calendar");
  auto removed = std::make_shared<Named>();
  AddTag(*remove, *removed)->required();
  remove->add_flag("--force", removed->force,
                   "Even while jobs exclude it; its times are not excluded then");
  AddEtagFlag(*remove, removed->change);
  AddAllowMissingFlag(*remove, removed->change, "Do not fail if there is no such calendar");
  AddRequestIdFlag(*remove, removed->change);
  session.Bind(*remove, [removed](Session& s) { return Delete(s, *removed); });
}

}  // namespace

void AddCalendarCommands(CLI::App& app, Session& session) {
  CLI::App* noun = app.add_subcommand("calendar", "Calendars: times in which jobs are not due");
  noun->require_subcommand(1);
  AddChanges(*noun, session);

  CLI::App* get = noun->add_subcommand("get", "Show a calendar");
  auto named = std::make_shared<Named>();
  AddTag(*get, *named)->required();
  AddWatchFlags(*get, named->watch, "Print it whenever it changes");
  session.Bind(*get, [named](Session& s) { return Get(s, *named); });

  CLI::App* list = noun->add_subcommand("list", "List the calendars of the product");
  auto flags = std::make_shared<ListFlags>();
  AddLimitFlag(*list, flags->limit);
  AddWatchFlags(*list, flags->watch, "Go on with those that are new or change");
  list->get_option("--watch")->excludes("--limit");
  session.Bind(*list, [flags](Session& s) { return List(s, *flags); });
}

}  // namespace jobctl
