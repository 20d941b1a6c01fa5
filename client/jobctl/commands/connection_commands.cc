#include <memory>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/error.h"
#include "client/jobctl/commands/change_flags.h"
#include "client/jobctl/commands/commands.h"
#include "client/jobctl/commands/connection_flags.h"
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

  std::string env;  // whose settings the flags set
  MessageFlags<v1::Connection> flags;
};

// The connection that the flags and the file describe. The tag of the command line wins over the
// file's.
absl::StatusOr<Edit<v1::Connection>> Describe(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Connection>> edit =
      ReadEdit(definition.flags, definition.change, session.io());
  if (!edit.ok()) return edit.status();
  if (!definition.tag.empty()) edit->resource.set_tag(definition.tag);
  if (!edit->resource.tag().empty()) return edit;
  return absl::InvalidArgumentError("which connection? Give its TAG, or --file with a `tag`");
}

int Finish(Session& session, const std::string& what,
           const absl::StatusOr<v1::Connection>& connection) {
  if (!connection.ok()) return session.CallFailed(what, connection.status());
  PrintChanged(session.printer(), *connection);
  return kExitDone;
}

int Create(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Connection>> edit = Describe(session, definition);
  if (!edit.ok()) return session.WrongUsage(edit.status());
  v1::CreateConnectionRequest request;
  *request.mutable_connection() = std::move(edit->resource);
  FillCreate(definition.change, &request);
  const std::string what = absl::StrCat("create connection ", request.connection().tag());
  return Finish(session, what, session.client().CreateConnection(std::move(request)));
}

// Whether flags set some settings, on top of those that the connection has.
bool SetsSettingsInPart(const Definition& definition, const v1::UpdateConnectionRequest& update) {
  return absl::c_linear_search(update.update_mask().paths(), "env") &&
         !absl::c_linear_search(definition.change.clear, "env");
}

// Updates the connection on top of the settings that it has now, and only while it has them. Its secrets
// come redacted, and keep their values when they are sent back so.
absl::StatusOr<v1::Connection> UpdateWithinSettings(Session& session,
                                                    v1::UpdateConnectionRequest update) {
  v1::GetConnectionRequest get;
  get.set_tag(update.connection().tag());
  absl::StatusOr<v1::Connection> present = session.client().GetConnection(get);
  if (absl::IsNotFound(present.status()) && update.allow_missing()) {
    return session.client().UpdateConnection(std::move(update));
  }
  if (!present.ok()) return present.status();
  for (const auto& [env, settings] : update.connection().env()) {
    v1::Connection::Settings& kept = (*present->mutable_env())[env];
    if (!settings.http().headers().empty()) kept.mutable_http()->clear_headers();
    kept.MergeFrom(settings);
  }
  *update.mutable_connection()->mutable_env() = std::move(*present->mutable_env());
  // A repetition with the same request id has to be the same request, whose etag would be another.
  if (update.connection().etag().empty() && update.request_id().empty()) {
    update.mutable_connection()->set_etag(present->etag());
  }
  return session.client().UpdateConnection(std::move(update));
}

// To the server the settings are one field: so the connection is read first, and again if someone else
// changes it meanwhile.
absl::StatusOr<v1::Connection> SendUpdate(Session& session, const Definition& definition,
                                          const v1::UpdateConnectionRequest& update) {
  constexpr int kMaxRetries = 3;
  if (!SetsSettingsInPart(definition, update)) return session.client().UpdateConnection(update);
  for (int retries = 0;; ++retries) {
    absl::StatusOr<v1::Connection> connection = UpdateWithinSettings(session, update);
    const bool changed_meanwhile =
        update.connection().etag().empty() &&
        ductape::jobs::ErrorOf(connection.status()).reason == "ETAG_MISMATCH";
    if (!changed_meanwhile || retries == kMaxRetries) return connection;
  }
}

int Update(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Connection>> edit = Describe(session, definition);
  if (!edit.ok()) return session.WrongUsage(edit.status());
  v1::UpdateConnectionRequest request;
  *request.mutable_connection() = std::move(edit->resource);
  absl::Status status =
      FillUpdate(edit->fields, definition.change, &request, request.mutable_connection());
  if (!status.ok()) return session.WrongUsage(status);
  const std::string what = absl::StrCat("update connection ", request.connection().tag());
  return Finish(session, what, SendUpdate(session, definition, request));
}

int Get(Session& session, const Named& named) {
  v1::GetConnectionRequest request;
  request.set_tag(named.tag);
  const auto get = [&] { return session.client().GetConnection(request); };
  if (named.watch.watch) {
    return WatchOne<v1::Connection>(session, absl::StrCat("watch connection ", named.tag),
                                    named.watch, get, [](const v1::Connection&) { return false; });
  }
  absl::StatusOr<v1::Connection> connection = get();
  if (!connection.ok()) {
    return session.CallFailed(absl::StrCat("get connection ", named.tag), connection.status());
  }
  PrintOne(session.printer(), *connection);
  return kExitDone;
}

int Delete(Session& session, const Named& named) {
  v1::DeleteConnectionRequest request;
  request.set_tag(named.tag);
  request.set_etag(named.change.etag);
  request.set_force(named.force);
  request.set_allow_missing(named.change.allow_missing);
  request.set_request_id(named.change.request_id);
  absl::Status status = session.client().DeleteConnection(std::move(request));
  if (!status.ok()) {
    return session.CallFailed(absl::StrCat("delete connection ", named.tag), status);
  }
  session.Say(absl::StrCat("deleted connection ", named.tag));
  return kExitDone;
}

// The connection that the flags and the file describe, or the one that the server has.
absl::StatusOr<v1::TestConnectionRequest> DescribeTest(Session& session,
                                                       const Definition& definition) {
  absl::StatusOr<Edit<v1::Connection>> edit =
      ReadEdit(definition.flags, definition.change, session.io());
  if (!edit.ok()) return edit.status();
  v1::TestConnectionRequest request;
  request.set_env(definition.env);
  const bool described = !definition.change.file.empty() || !edit->fields.empty();
  if (described) {
    v1::Connection* const connection = request.mutable_connection();
    *connection = std::move(edit->resource);
    if (!definition.tag.empty()) connection->set_tag(definition.tag);
    // It has to be called something in what is said of it.
    if (connection->tag().empty()) connection->set_tag("untitled");
  } else if (definition.tag.empty()) {
    return absl::InvalidArgumentError("which connection? Give its TAG, or the settings to test");
  } else {
    request.set_tag(definition.tag);
  }
  return request;
}

int Test(Session& session, const Definition& definition) {
  absl::StatusOr<v1::TestConnectionRequest> request = DescribeTest(session, definition);
  if (!request.ok()) return session.WrongUsage(request.status());
  const std::string what = absl::StrCat(
      "test connection ", request->has_connection() ? request->connection().tag() : request->tag());
  absl::StatusOr<v1::TestConnectionResponse> test =
      session.client().TestConnection(*std::move(request));
  if (!test.ok()) return session.CallFailed(what, test.status());
  PrintOne(session.printer(), *test);
  return test->state() == v1::Run::COMPLETED ? kExitDone : kExitFailed;
}

int List(Session& session, const ListFlags& flags) {
  const v1::ListConnectionsRequest request;
  const auto fetch = [&](const v1::ListConnectionsRequest& page) {
    return session.client().ListConnections(page);
  };
  const auto items = [](v1::ListConnectionsResponse& page) { return page.mutable_connections(); };
  if (!flags.watch.watch) {
    return PrintPages<v1::Connection>(session, "list connections", request, flags.limit, fetch,
                                      items);
  }
  return WatchPages<v1::Connection>(
      session, "watch connections", flags.watch, request, fetch, items,
      [&session](const std::string& name) { session.Say("deleted connection " + name); });
}

CLI::Option* AddTag(CLI::App& command, Named& named) {
  return command.add_option("tag", named.tag, "The connection's tag")->type_name("CONNECTION");
}

// What describes a connection: its tag, flags and a file.
std::shared_ptr<Definition> AddDescription(CLI::App& command, Session& session,
                                           const std::string& env_help) {
  auto definition = std::make_shared<Definition>(command);
  AddTag(command, *definition);
  command.add_option("--env", definition->env, env_help)->type_name("ENV");
  AddConnectionFlags(definition->flags, session.io(), &definition->env);
  AddFileFlag(command, definition->change);
  return definition;
}

std::shared_ptr<Definition> AddDefinition(CLI::App& command, Session& session) {
  auto definition = AddDescription(
      command, session,
      "The environment whose settings the flags set (default: the default settings)");
  AddDryRunFlag(command, definition->change);
  AddRequestIdFlag(command, definition->change);
  return definition;
}

void AddChanges(CLI::App& noun, Session& session) {
  CLI::App* create = noun.add_subcommand(
      "create",
      "Create a connection with the settings of one environment; --file takes several\n"
      "  jobctl connection create billing --base-url https://billing.example.com/v2 --bearer "
      "@token\n"
      "  jobctl connection create crm --base-url https://crm.example.com --basic jobs --password "
      "file:/run/secrets/crm");
  std::shared_ptr<Definition> created = AddDefinition(*create, session);
  session.Bind(*create, [created](Session& s) { return Create(s, *created); });

  CLI::App* update = noun.add_subcommand(
      "update",
      "Change what is given, and nothing else: the other settings of --env, the other environments "
      "and secrets that are not given stay. Headers and labels are replaced as a whole");
  std::shared_ptr<Definition> updated = AddDefinition(*update, session);
  AddMaskFlags(*update, updated->change);
  AddEtagFlag(*update, updated->change);
  AddAllowMissingFlag(*update, updated->change, "Create the connection if it does not exist");
  session.Bind(*update, [updated](Session& s) { return Update(s, *updated); });

  CLI::App* remove = noun.add_subcommand("delete", "Delete a connection and its secrets");
  auto removed = std::make_shared<Named>();
  AddTag(*remove, *removed)->required();
  remove->add_flag("--force", removed->force, "Even while events name it; their runs then fail");
  AddEtagFlag(*remove, removed->change);
  AddAllowMissingFlag(*remove, removed->change, "Do not fail if there is no such connection");
  AddRequestIdFlag(*remove, removed->change);
  session.Bind(*remove, [removed](Session& s) { return Delete(s, *removed); });
}

}  // namespace

void AddConnectionCommands(CLI::App& app, Session& session) {
  CLI::App* noun = app.add_subcommand(
      "connection", "Connections: accounts and base addresses that events use, with their secrets");
  noun->require_subcommand(1);
  AddChanges(*noun, session);

  CLI::App* get = noun->add_subcommand("get", "Show a connection; secrets are never shown");
  auto named = std::make_shared<Named>();
  AddTag(*get, *named)->required();
  AddWatchFlags(*get, named->watch, "Print it whenever it changes");
  session.Bind(*get, [named](Session& s) { return Get(s, *named); });

  CLI::App* test = noun->add_subcommand(
      "test",
      "Try a connection now, or with flags of create one that need not exist; exit code 1 if it "
      "failed\n"
      "  jobctl connection test billing --env staging\n"
      "  jobctl connection test --base-url https://billing.example.com/v2 --bearer @token");
  auto tested = AddDescription(*test, session,
                               "The environment whose settings are tried, and that the flags set");
  session.Bind(*test, [tested](Session& s) { return Test(s, *tested); });

  CLI::App* list = noun->add_subcommand("list", "List the connections of the product");
  auto flags = std::make_shared<ListFlags>();
  AddLimitFlag(*list, flags->limit);
  AddWatchFlags(*list, flags->watch, "Go on with those that are new or change");
  list->get_option("--watch")->excludes("--limit");
  session.Bind(*list, [flags](Session& s) { return List(s, *flags); });
}

}  // namespace jobctl
