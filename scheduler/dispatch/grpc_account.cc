#include "scheduler/dispatch/grpc_account.h"

#include <map>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/connection_tls.h"
#include "scheduler/dispatch/grpc_credentials.h"
#include "scheduler/dispatch/grpc_target.h"
#include "scheduler/dispatch/http_url.h"
#include "scheduler/secrets/secret_rules.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;

constexpr char kAuthorization[] = "authorization";

// Puts the authentication of a connection into metadata.
class Authenticator {
 public:
  // The redactor learns the forms in which `secret` is sent.
  Authenticator(std::string_view secret, SecretRedactor* redactor, core::GrpcTarget* target,
                ConnectedGrpcTarget* to)
      : secret_(secret), redactor_(redactor), target_(target), to_(to) {}

  absl::Status operator()(std::monostate /*none*/) const { return absl::OkStatus(); }
  absl::Status operator()(const core::BasicAuth& basic) const {
    const std::string encoded = absl::Base64Escape(StrCat(basic.username, ":", secret_));
    redactor_->Add(encoded);
    return Put(kAuthorization, StrCat("Basic ", encoded));
  }
  absl::Status operator()(const core::BearerAuth& /*bearer*/) const {
    return Put(kAuthorization, StrCat("Bearer ", secret_));
  }
  absl::Status operator()(const core::ApiKeyAuth& api_key) const {
    if (api_key.in_query) return absl::InvalidArgumentError("gRPC has no query for an API key");
    return Put(api_key.name, std::string(secret_));
  }
  absl::Status operator()(const core::Oauth2Auth& oauth2) const {
    to_->token = RequestFor(oauth2, secret_, redactor_);
    to_->token_header = {kAuthorization, "Bearer"};
    return absl::OkStatus();
  }
  absl::Status operator()(const core::LoginAuth& login) const {
    absl::StatusOr<TokenRequest> request = RequestFor(login, secret_);
    if (!request.ok()) return request.status();
    to_->token = *std::move(request);
    to_->token_header = {login.header, login.scheme};
    return absl::OkStatus();
  }
  absl::Status operator()(const core::SigV4Auth& /*sigv4*/) const {
    return absl::InvalidArgumentError("gRPC calls cannot be signed for AWS");
  }

 private:
  absl::Status Put(const std::string& key, const std::string& value) const {
    target_->metadata[key] = value;
    to_->peer.metadata[key] = value;
    return absl::OkStatus();
  }

  const std::string_view secret_;
  SecretRedactor* const redactor_;
  core::GrpcTarget* const target_;
  ConnectedGrpcTarget* const to_;
};

// The key of metadata that `auth` sets; empty if it sets none.
std::string AuthKey(const core::HttpAuth& auth) {
  return absl::AsciiStrToLower(base::ToAbsl(core::AuthHeader(auth)));
}

absl::Status Authenticate(const core::HttpAuth& auth, AttemptConnection* connection,
                          core::GrpcTarget* target, ConnectedGrpcTarget* to) {
  const std::string key = AuthKey(auth);
  if (target->metadata.count(key) > 0) return absl::OkStatus();
  static const core::Secret none;
  std::string_view path;
  const core::Secret* const secret = core::SecretOf(auth, &path);
  const absl::StatusOr<base::SecretText> text =
      connection->Read(path, secret == nullptr ? none : *secret, secrets::SecretForm::kLine);
  if (!text.ok()) return text.status();
  return std::visit(Authenticator(text->view(), &connection->redactor(), target, to), auth);
}

}  // namespace

absl::StatusOr<ConnectedGrpcTarget> Connect(const core::GrpcTarget& target,
                                            AttemptConnection* connection) {
  const absl::StatusOr<const core::GrpcSettings*> settings = connection->As<core::GrpcSettings>();
  if (!settings.ok()) return settings.status();
  const core::GrpcSettings& grpc = **settings;
  const absl::StatusOr<GrpcAddress> address = ParseGrpcAddress(grpc.address);
  if (!address.ok()) return address.status();
  auto merged = std::make_shared<core::GrpcTarget>(target);
  merged->address = grpc.address;
  merged->metadata.insert(grpc.metadata.begin(), grpc.metadata.end());
  ConnectedGrpcTarget result;
  result.peer.metadata = grpc.metadata;
  if (!(grpc.tls == core::TlsSettings())) {
    absl::StatusOr<std::shared_ptr<HttpTransport>> tls = ReadTls(grpc.tls, connection);
    if (!tls.ok()) return tls.status();
    result.peer.tls = *std::move(tls);
  }
  const absl::Status status = Authenticate(grpc.auth, connection, merged.get(), &result);
  if (!status.ok()) return status;
  if (result.token) {
    result.token->identity = connection->Identity();
    result.token->call.transport = TokenTransport(
        result.peer.tls,
        HaveSameHost(result.token->call.url, StrCat("https://", address->Authority())));
  }
  result.peer.identity = StrCat(connection->Identity(), "/", FingerprintOf(result.peer));
  // What the event says itself makes no channel of its own, since it may be another text for each run.
  const auto own = target.metadata.find(AuthKey(grpc.auth));
  if (own != target.metadata.end()) result.peer.metadata[own->first] = own->second;
  result.target = std::move(merged);
  return result;
}

ConnectedGrpcTarget WithToken(const ConnectedGrpcTarget& connected, std::string_view token) {
  const std::string value = connected.token_header.ValueOf(token);
  auto target = std::make_shared<core::GrpcTarget>(*connected.target);
  target->metadata[connected.token_header.name] = value;
  ConnectedGrpcTarget result;
  result.peer = connected.peer;
  result.peer.metadata[connected.token_header.name] = value;
  result.target = std::move(target);
  return result;
}

}  // namespace scheduler::dispatch
