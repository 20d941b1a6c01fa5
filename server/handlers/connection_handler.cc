#include "server/handlers/connection_handler.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "scheduler/base/errors.h"
#include "server/converters/connection_converter.h"
#include "server/converters/connection_secrets.h"
#include "server/converters/request_id.h"
#include "server/converters/resource_name.h"
#include "server/handlers/allow_missing.h"
#include "server/handlers/connection_test.h"
#include "server/handlers/uid_listing.h"
#include "server/status_macros.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

// The hash by which a repeated request is known is stored, so it is not of secrets.
template <typename Request>
absl::StatusOr<engine::RequestId> ToSecretRequestId(const Request& request, const HandlerEnv& env) {
  if (request.request_id().empty()) return engine::RequestId();
  Request redacted(request);
  FingerprintSecrets(env.box(), redacted.mutable_connection());
  return ToRequestId(redacted);
}

// A whole connection, as it is to be stored.
absl::StatusOr<core::ConnectionSpec> ToSealedSpec(const v1::Connection& connection,
                                                  const HandlerEnv& env) {
  return server::ToSealedSpec(connection, env.box(), env.secret_policy(), env.default_product);
}

absl::StatusOr<engine::CreateConnection> ToCommand(const v1::CreateConnectionRequest& request,
                                                   const HandlerEnv& env) {
  if (!request.has_connection()) {
    return errors::FieldRequired("connection", "the connection to create");
  }
  engine::CreateConnection command;
  DUCTAPE_ASSIGN_OR_RETURN(command.spec, ToSealedSpec(request.connection(), env));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToSecretRequestId(request, env));
  command.validate_only = request.validate_only();
  return command;
}

// `incomplete` is why the connection could not be created if it does not exist.
absl::StatusOr<engine::UpdateConnection> ToCommand(const v1::UpdateConnectionRequest& request,
                                                   const HandlerEnv& env,
                                                   absl::Status* incomplete) {
  if (!request.has_connection()) {
    return errors::FieldRequired("connection", "the connection to update");
  }
  const v1::Connection& connection = request.connection();
  engine::UpdateConnection command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name, ToResourceName(connection.product(), connection.tag(),
                                                             env.default_product, "connection."));
  DUCTAPE_ASSIGN_OR_RETURN(ConnectionPatch patch,
                           ConnectionPatch::Make(connection, request.update_mask()));
  DUCTAPE_RETURN_IF_ERROR(CheckSecrets(patch.draft(), env.box(), env.secret_policy()));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToSecretRequestId(request, env));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.patch = [patch = std::move(patch), box = &env.box()](core::ConnectionSpec* spec) {
    const core::ConnectionSpec before = *spec;
    patch.Apply(spec);
    return SettleSecrets(patch.draft(), &before, *box, spec);
  };
  command.etag = connection.etag();
  command.validate_only = request.validate_only();
  if (request.allow_missing()) {
    SetIfMissing(ToSealedSpec(connection, env), &command.if_missing, incomplete);
  }
  return command;
}

absl::StatusOr<engine::DeleteConnection> ToCommand(const v1::DeleteConnectionRequest& request,
                                                   const HandlerEnv& env) {
  engine::DeleteConnection command;
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(request.product(), request.tag(), env.default_product));
  DUCTAPE_ASSIGN_OR_RETURN(command.request, ToRequestId(request));
  command.product = std::move(name.product);
  command.tag = std::move(name.tag);
  command.etag = request.etag();
  command.force = request.force();
  command.allow_missing = request.allow_missing();
  return command;
}

struct ConnectionListing {
  using Query = engine::ListConnections;
  using Page = engine::ConnectionPage;
  static constexpr std::string_view kMethod = "ListConnections";
  static const auto& ViewsOf(const Page& page) { return page.connections; }
  static core::Uid UidOf(const engine::ConnectionView& view) { return view.connection.uid; }
  static auto* ItemsOf(v1::ListConnectionsResponse* response) {
    return response->mutable_connections();
  }
  static void Fill(const engine::ConnectionView& view, v1::Connection* out) {
    ConnectionToProto(view, out);
  }
};

}  // namespace

ConnectionHandler::ConnectionHandler(const HandlerEnv* env)
    : UnaryService(v1::ConnectionService::service_full_name()), env_(*env) {
  CallGate* gate = env->gate;
  Serve<v1::CreateConnectionRequest, v1::Connection>(
      gate, "CreateConnection", CallKind::kMutation,
      OnPool(env, [this](auto call) { Create(std::move(call)); }));
  Serve<v1::GetConnectionRequest, v1::Connection>(
      gate, "GetConnection", CallKind::kRead,
      OnPool(env, [this](auto call) { Get(std::move(call)); }));
  Serve<v1::ListConnectionsRequest, v1::ListConnectionsResponse>(
      gate, "ListConnections", CallKind::kList, [this](auto call) { List(std::move(call)); });
  Serve<v1::UpdateConnectionRequest, v1::Connection>(
      gate, "UpdateConnection", CallKind::kMutation,
      OnPool(env, [this](auto call) { Update(std::move(call)); }));
  Serve<v1::DeleteConnectionRequest, google::protobuf::Empty>(
      gate, "DeleteConnection", CallKind::kMutation,
      OnPool(env, [this](auto call) { Delete(std::move(call)); }));
  Serve<v1::TestConnectionRequest, v1::TestConnectionResponse>(
      gate, "TestConnection", CallKind::kLongPoll,
      OnPool(env, [this](auto call) { Test(std::move(call)); }));
}

void ConnectionHandler::Test(Hold<v1::TestConnectionRequest, v1::TestConnectionResponse> call) {
  StartConnectionTest(env_, std::move(call));
}

void ConnectionHandler::Create(Hold<v1::CreateConnectionRequest> call) {
  auto command = ToCommand(call.request(), env_);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Create(*std::move(command), AnswerWith<engine::ConnectionView>(
                                                env_, std::move(call), ConnectionToProto));
}

void ConnectionHandler::Get(Hold<v1::GetConnectionRequest> call) {
  const v1::GetConnectionRequest& request = call.request();
  const auto name = ToResourceName(request.product(), request.tag(), env_.default_product);
  if (!name.ok()) return call.Fail(name.status());
  env_.engine().GetConnection(
      name->product, name->tag,
      AnswerWith<engine::ConnectionView>(env_, std::move(call), ConnectionToProto));
}

void ConnectionHandler::List(Hold<v1::ListConnectionsRequest, v1::ListConnectionsResponse> call) {
  StartUidListing<ConnectionListing>(env_, std::move(call));
}

void ConnectionHandler::Update(Hold<v1::UpdateConnectionRequest> call) {
  absl::Status incomplete;
  auto command = ToCommand(call.request(), env_, &incomplete);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Update(
      *std::move(command),
      UnlessIncomplete(std::move(incomplete), AnswerWith<engine::ConnectionView>(
                                                  env_, std::move(call), ConnectionToProto)));
}

void ConnectionHandler::Delete(Hold<v1::DeleteConnectionRequest, google::protobuf::Empty> call) {
  auto command = ToCommand(call.request(), env_);
  if (!command.ok()) return call.Fail(command.status());
  env_.engine().Delete(*std::move(command),
                       AnswerWith<engine::Done>(env_, std::move(call),
                                                [](engine::Done, google::protobuf::Empty*) {}));
}

}  // namespace server
