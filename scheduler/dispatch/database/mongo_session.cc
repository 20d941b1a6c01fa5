
#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/database/failure_classes.h"
#include "scheduler/core/database/mongo_uri.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/database/json_rows.h"
#include "scheduler/dispatch/database/mongo_command.h"
#include "scheduler/dispatch/database/mongo_dialer.h"
#include <mongoc/mongoc.h>

namespace scheduler::dispatch {
namespace {

// The wire version of MongoDB 4.4, from which on every command takes a comment.
constexpr int32_t kCommentsWireVersion = 9;
constexpr int32_t kAuthenticationFailed = MONGOC_ERROR_CLIENT_AUTHENTICATE;

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using UriPtr = std::unique_ptr<mongoc_uri_t, Freer<&mongoc_uri_destroy>>;
using ClientPtr = std::unique_ptr<mongoc_client_t, Freer<&mongoc_client_destroy>>;
using CursorPtr = std::unique_ptr<mongoc_cursor_t, Freer<&mongoc_cursor_destroy>>;

// A document of its own; null if it could not be made. No unique_ptr, since bson_t is aligned by attribute.
class OwnedBson {
 public:
  explicit OwnedBson(bson_t* bson) : bson_(bson) {}
  ~OwnedBson() {
    if (bson_ != nullptr) bson_destroy(bson_);
  }
  OwnedBson(const OwnedBson&) = delete;
  OwnedBson& operator=(const OwnedBson&) = delete;
  const bson_t* get() const { return bson_; }

 private:
  bson_t* const bson_;
};

class Reply {
 public:
  Reply() { bson_init(&bson_); }
  ~Reply() { bson_destroy(&bson_); }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  // For a call that initialises it.
  bson_t* Renewed() {
    bson_destroy(&bson_);
    return &bson_;
  }
  const bson_t* get() const { return &bson_; }
  int64_t Number(const char* path) const {
    bson_iter_t iter;
    bson_iter_t found;
    if (!bson_iter_init(&iter, &bson_) || !bson_iter_find_descendant(&iter, path, &found)) return 0;
    return bson_iter_as_int64(&found);
  }

 private:
  bson_t bson_;
};

class MongoSession final : public DatabaseSession {
 public:
  MongoSession(const SessionBasis& basis, const core::MongoSettings& settings, TlsFiles tls,
               bool use_tls)
      : database_(settings.database), dialer_(basis, settings.tls, std::move(tls), use_tls) {}
  // The client tells the server that its session ends, and would wait for the answer as for any other.
  ~MongoSession() override {
    closing_.Trip();
    dialer_.Renew(&closing_);
  }

  // Connects; the failure, if that does not work.
  std::optional<AttemptResult> Connect(const mongoc_uri_t* uri, Interrupt* interrupt);

  bool IsUsable() override;
  AttemptResult Run(const DatabaseCall& call, Interrupt* interrupt) override;

 private:
  AttemptResult Failed(const bson_error_t& error);
  // The answer of a command that only reads; false, with the error, if there is none.
  bool Ask(const char* command, Reply* reply, bson_error_t* error);
  // Whether the server takes commands of this user, and which one it is, if he may know.
  AttemptResult Probe();
  // Reads a cursor to its end; the reply is the cursor's then.
  AttemptResult Rows(const DatabaseCall& call, bson_t* reply);
  static AttemptResult Changes(const DatabaseCall& call, const bson_t& command, const Reply& reply);

  const std::string database_;
  Interrupt closing_;
  MongoDialer dialer_;
  bool broken_ = false;
  bool comments_all_ = false;
  ClientPtr client_;  // last: its streams use the dialer
};

std::optional<AttemptResult> MongoSession::Connect(const mongoc_uri_t* uri, Interrupt* interrupt) {
  dialer_.Renew(interrupt);
  bson_error_t error = {};
  client_.reset(mongoc_client_new_from_uri_with_error(uri, &error));
  if (client_ == nullptr) return FailedAttempt(core::failure::kConnection, error.message);
  mongoc_client_set_error_api(client_.get(), MONGOC_ERROR_API_VERSION_2);
  mongoc_client_set_stream_initiator(client_.get(), &MongoDialer::Initiate, &dialer_);
  mongoc_server_description_t* const server =
      mongoc_client_select_server(client_.get(), /*for_writes=*/false, nullptr, &error);
  if (server == nullptr) return Failed(error);
  bson_iter_t iter;
  const bson_t* const hello = mongoc_server_description_hello_response(server);
  if (bson_iter_init_find(&iter, hello, "maxWireVersion")) {
    comments_all_ = bson_iter_as_int64(&iter) >= kCommentsWireVersion;
  }
  mongoc_server_description_destroy(server);
  return std::nullopt;
}

bool MongoSession::IsUsable() {
  if (broken_) return false;
  // Nothing comes unasked but the end.
  return dialer_.IsQuiet();
}

AttemptResult MongoSession::Failed(const bson_error_t& error) {
  const auto code = static_cast<int32_t>(error.code);
  if (error.domain == MONGOC_ERROR_SERVER || error.domain == MONGOC_ERROR_WRITE_CONCERN) {
    const std::string_view found = core::ClassOfMongoError(code);
    broken_ =
        broken_ || found == core::failure::kConnection || found == core::failure::kUnavailable;
    return FailedAttempt(found, base::StrCat("error ", code, ": ", error.message), code);
  }
  broken_ = true;
  if (error.domain == MONGOC_ERROR_CLIENT && code == kAuthenticationFailed) {
    return FailedAttempt(core::failure::kUnauthenticated, error.message, code);
  }
  if (std::optional<AttemptResult> failure = dialer_.TakeFailure()) return *std::move(failure);
  const bool local = error.domain == MONGOC_ERROR_COMMAND || error.domain == MONGOC_ERROR_BSON;
  return FailedAttempt(local ? core::failure::kValidation : core::failure::kConnection,
                       error.message);
}

AttemptResult MongoSession::Rows(const DatabaseCall& call, bson_t* reply) {
  const CursorPtr cursor(
      mongoc_cursor_new_from_command_reply_with_opts(client_.get(), reply, nullptr));
  JsonRows rows;
  rows.SetColumns({});
  int64_t count = 0;
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor.get(), &document)) {
    bson_iter_t iter;
    if (call.operation == DatabaseCall::Operation::kCount) {
      if (bson_iter_init_find(&iter, document, "n")) count = bson_iter_as_int64(&iter);
      continue;
    }
    size_t length = 0;
    char* const json = bson_as_relaxed_extended_json(document, &length);
    if (json != nullptr) rows.AddObject({json, length});
    bson_free(json);
  }
  bson_error_t error = {};
  if (mongoc_cursor_error(cursor.get(), &error)) return Failed(error);
  if (call.operation == DatabaseCall::Operation::kCount) {
    return CompletedWith(base::StrCat("{\"count\":", count, "}"), false);
  }
  return rows.Complete(call.operation, 0);
}

AttemptResult MongoSession::Changes(const DatabaseCall& call, const bson_t& command,
                                    const Reply& reply) {
  const char* const error_paths[] = {"writeErrors.0.code", "writeConcernError.code"};
  const char* const text_paths[] = {"writeErrors.0.errmsg", "writeConcernError.errmsg"};
  for (int i = 0; i < 2; ++i) {
    const auto code = static_cast<int32_t>(reply.Number(error_paths[i]));
    if (code == 0) continue;
    bson_iter_t iter;
    bson_iter_t found;
    std::string text;
    if (bson_iter_init(&iter, reply.get()) &&
        bson_iter_find_descendant(&iter, text_paths[i], &found) && BSON_ITER_HOLDS_UTF8(&found)) {
      text = bson_iter_utf8(&found, nullptr);
    }
    return FailedAttempt(core::ClassOfMongoError(code), base::StrCat("error ", code, ": ", text),
                         code);
  }
  using Operation = DatabaseCall::Operation;
  if (call.operation == Operation::kUpdate) {
    return CompletedWith(base::StrCat("{\"affected\":", reply.Number("nModified"),
                                      ",\"matched\":", reply.Number("n"), "}"),
                         false);
  }
  if (call.operation == Operation::kRemove) {
    return CompletedWith(base::StrCat("{\"affected\":", reply.Number("n"), "}"), false);
  }
  std::string ids;
  bson_iter_t iter;
  bson_iter_t documents;
  if (bson_iter_init_find(&iter, &command, "documents") && bson_iter_recurse(&iter, &documents)) {
    while (bson_iter_next(&documents) && ids.size() < base::limits::kMaxOutputBytes) {
      bson_iter_t id;
      if (!bson_iter_recurse(&documents, &id) || !bson_iter_find(&id, "_id")) continue;
      bson_t one;
      bson_init(&one);
      bson_append_iter(&one, "i", -1, &id);
      char* const json = bson_as_relaxed_extended_json(&one, nullptr);
      const std::string_view text = json == nullptr ? "" : json;
      // { "i" : … }
      const size_t colon = text.find(':');
      if (colon != std::string_view::npos) {
        base::StrAppend(&ids, ids.empty() ? "" : ",",
                        text.substr(colon + 2, text.size() - colon - 4));
      }
      bson_free(json);
      bson_destroy(&one);
    }
  }
  const bool cut = ids.size() > base::limits::kMaxOutputBytes - 64;
  return CompletedWith(base::StrCat("{\"affected\":", reply.Number("n"), ",\"ids\":[",
                                    cut ? std::string() : ids, "]}"),
                       cut);
}

bool MongoSession::Ask(const char* command, Reply* reply, bson_error_t* error) {
  bson_t bson;
  bson_init(&bson);
  bson_append_int32(&bson, command, -1, 1);
  const bool answered = mongoc_client_read_command_with_opts(
      client_.get(), database_.c_str(), &bson, nullptr, nullptr, reply->Renewed(), error);
  bson_destroy(&bson);
  return answered;
}

AttemptResult MongoSession::Probe() {
  bson_error_t error = {};
  Reply reply;
  if (!Ask("ping", &reply, &error)) return Failed(error);
  bson_iter_t version;
  if (Ask("buildInfo", &reply, &error) && bson_iter_init_find(&version, reply.get(), "version") &&
      BSON_ITER_HOLDS_UTF8(&version)) {
    return CompletedAttempt(base::StrCat("MongoDB ", bson_iter_utf8(&version, nullptr)));
  }
  return CompletedAttempt("MongoDB");
}

AttemptResult MongoSession::Run(const DatabaseCall& call, Interrupt* interrupt) {
  dialer_.Renew(interrupt);
  if (call.probe) return Probe();
  const MongoCommand command = MakeMongoCommand(call, comments_all_, [] {
    bson_oid_t id;
    char text[25];
    bson_oid_init(&id, nullptr);
    bson_oid_to_string(&id, text);
    return std::string(text);
  });
  bson_error_t error = {};
  const OwnedBson bson(bson_new_from_json(reinterpret_cast<const uint8_t*>(command.json.data()),
                                          static_cast<ssize_t>(command.json.size()), &error));
  if (bson.get() == nullptr) {
    return FailedAttempt(core::failure::kValidation,
                         base::StrCat("the document is not Extended JSON: ", error.message));
  }
  const char* const database = database_.c_str();
  if (command.cursor) {
    bson_t reply;
    if (mongoc_client_read_command_with_opts(client_.get(), database, bson.get(), nullptr, nullptr,
                                             &reply, &error)) {
      return Rows(call, &reply);  // the cursor destroys it
    }
    bson_destroy(&reply);
    return Failed(error);
  }
  Reply reply;
  const bool sent = mongoc_client_write_command_with_opts(client_.get(), database, bson.get(),
                                                          nullptr, reply.Renewed(), &error);
  // An answer with errors of single documents counts as one that failed: these say more.
  if (!sent && reply.Number("writeErrors.0.code") == 0) return Failed(error);
  return Changes(call, *bson.get(), reply);
}

OpenedSession Refused(std::string_view why) {
  return OpenedSession::Failed(FailedAttempt(core::failure::kValidation, why));
}

// Where the user is known, and by what it shows that it is that: the settings', else what the URI says.
void SetAuthentication(const core::MongoSettings& settings, mongoc_uri_t* uri) {
  if (!settings.auth_source.empty()) {
    mongoc_uri_set_auth_source(uri, settings.auth_source.c_str());
  } else if (core::MongoUriOption(settings.uri, "authsource").empty()) {
    mongoc_uri_set_auth_source(uri, settings.database.c_str());
  }
  const std::string mechanism = core::MongoUriOption(settings.uri, "authmechanism");
  if (!mechanism.empty()) mongoc_uri_set_auth_mechanism(uri, mechanism.c_str());
}

// The URI with all that the settings add; null, with the error, if it cannot be.
UriPtr UriOf(const core::MongoSettings& settings, std::string_view password,
             base::Millis connect_timeout, bson_error_t* error) {
  // The mechanism needs the user, whom the URI does not have.
  const std::string text = core::WithoutMongoUriOption(settings.uri, "authmechanism");
  UriPtr uri(mongoc_uri_new_with_error(text.c_str(), error));
  if (uri == nullptr) return uri;
  const auto timeout = static_cast<int32_t>(connect_timeout);
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_CONNECTTIMEOUTMS, timeout);
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_SERVERSELECTIONTIMEOUTMS, timeout);
  // What ends an attempt is its own time.
  mongoc_uri_set_option_as_int32(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS,
                                 static_cast<int32_t>(2 * base::limits::kMaxAttemptTimeout));
  mongoc_uri_set_appname(uri.get(), "ductape-jobs");
  if (settings.username.empty()) return uri;
  // Terminated, and wiped.
  base::SecretText terminated(password.size() + 1);
  std::copy(password.begin(), password.end(), terminated.data());
  terminated.data()[password.size()] = '\0';
  mongoc_uri_set_username(uri.get(), settings.username.c_str());
  mongoc_uri_set_password(uri.get(), terminated.data());
  SetAuthentication(settings, uri.get());
  return uri;
}

}  // namespace

OpenedSession OpenMongo(const SessionBasis& basis, const core::MongoSettings& settings,
                        AttemptConnection* connection, Interrupt* interrupt) {
  static std::once_flag once;
  std::call_once(once, [] {
    mongoc_log_set_handler(nullptr, nullptr);
    mongoc_init();
  });
  // Again: what is stored may be older than the list.
  if (absl::Status status = core::CheckMongoUriOptions(settings.uri); !status.ok()) {
    return Refused(base::StrCat("the connection's uri: ", base::FromAbsl(status.message())));
  }
  absl::StatusOr<base::SecretText> password = connection->Read("password", settings.password);
  if (!password.ok()) return OpenedSession::Failed(UnsentAttempt(password.status()));
  absl::StatusOr<TlsFiles> tls = TlsFiles::Make(settings.tls, basis.ca_file, connection);
  if (!tls.ok()) return OpenedSession::Failed(UnsentAttempt(tls.status()));
  bson_error_t error = {};
  const UriPtr uri = UriOf(settings, password->view(), basis.connect_timeout, &error);
  if (uri == nullptr) return Refused(base::StrCat("the connection's uri: ", error.message));
  using Mode = core::TlsSettings::Mode;
  const bool use_tls = settings.tls.mode == Mode::kRequired ||
                       (settings.tls.mode == Mode::kDefault && mongoc_uri_get_tls(uri.get()));
  auto session = std::make_unique<MongoSession>(basis, settings, *std::move(tls), use_tls);
  if (std::optional<AttemptResult> failure = session->Connect(uri.get(), interrupt)) {
    return OpenedSession::Failed(*std::move(failure));
  }
  return {std::move(session), {}};
}

}  // namespace scheduler::dispatch
