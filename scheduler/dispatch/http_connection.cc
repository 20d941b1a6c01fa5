#include "scheduler/dispatch/http_connection.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/connection_tls.h"
#include "scheduler/dispatch/http_url.h"
#include "scheduler/dispatch/text.h"
#include "scheduler/secrets/secret_rules.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using Headers = std::map<std::string, std::string>;

using secrets::SecretForm;

bool HasHeader(const Headers& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [name](const auto& header) { return EqualsIgnoreCase(header.first, name); });
}

// Whether the authentication adds something that the target does not say itself.
bool IsNeeded(const core::HttpAuth& auth, const core::HttpTarget& target) {
  if (const auto* api_key = std::get_if<core::ApiKeyAuth>(&auth); api_key && api_key->in_query) {
    return target.query.count(api_key->name) == 0 && !HasParameter(target.url, api_key->name);
  }
  const std::string_view header = core::AuthHeader(auth);
  return !header.empty() && !HasHeader(target.headers, header);
}

// What is to be done with `secret`, the one of the authentication. The redactor learns what of that is secret.
absl::Status Add(const core::BasicAuth& basic, std::string_view secret,
                 AttemptConnection* connection, ConnectedTarget* to) {
  const std::string both = StrCat(basic.username, ":", secret);
  const std::string encoded = absl::Base64Escape(both);
  connection->redactor().Add(encoded);
  to->target.headers["Authorization"] = StrCat("Basic ", encoded);
  return absl::OkStatus();
}

absl::Status Add(const core::BearerAuth& /*bearer*/, std::string_view secret,
                 AttemptConnection* /*connection*/, ConnectedTarget* to) {
  to->target.headers["Authorization"] = StrCat("Bearer ", secret);
  return absl::OkStatus();
}

absl::Status Add(const core::ApiKeyAuth& api_key, std::string_view secret,
                 AttemptConnection* /*connection*/, ConnectedTarget* to) {
  auto& fields = api_key.in_query ? to->target.query : to->target.headers;
  fields[api_key.name] = std::string(secret);
  return absl::OkStatus();
}

absl::Status Add(const core::Oauth2Auth& oauth2, std::string_view secret,
                 AttemptConnection* connection, ConnectedTarget* to) {
  to->token = RequestFor(oauth2, secret, &connection->redactor());
  to->token_header = {"Authorization", "Bearer"};
  return absl::OkStatus();
}

absl::Status Add(const core::LoginAuth& login, std::string_view secret,
                 AttemptConnection* /*connection*/, ConnectedTarget* to) {
  absl::StatusOr<TokenRequest> request = RequestFor(login, secret);
  if (!request.ok()) return request.status();
  to->token = *std::move(request);
  to->token_header = {login.header, login.scheme};
  return absl::OkStatus();
}

absl::Status Add(const core::SigV4Auth& sigv4, std::string_view secret,
                 AttemptConnection* connection, ConnectedTarget* to) {
  absl::StatusOr<base::SecretText> session =
      connection->Read("auth.sigv4.session_token", sigv4.session_token, SecretForm::kLine);
  if (!session.ok()) return session.status();
  auto key = std::make_shared<AwsKey>();
  key->access_key_id = sigv4.access_key_id;
  key->secret_access_key = base::SecretText(secret);
  key->session_token = *std::move(session);
  key->region = sigv4.region;
  key->service = sigv4.service;
  to->key = std::move(key);
  return absl::OkStatus();
}

absl::Status Add(std::monostate /*none*/, std::string_view /*secret*/,
                 AttemptConnection* /*connection*/, ConnectedTarget* /*to*/) {
  return absl::OkStatus();
}

absl::Status Authenticate(const core::HttpAuth& auth, AttemptConnection* connection,
                          ConnectedTarget* to) {
  if (!IsNeeded(auth, to->target)) return absl::OkStatus();
  static const core::Secret none;
  std::string_view path;
  const core::Secret* const secret = core::SecretOf(auth, &path);
  const absl::StatusOr<base::SecretText> text =
      connection->Read(path, secret == nullptr ? none : *secret, SecretForm::kLine);
  if (!text.ok()) return text.status();
  return std::visit([&](const auto& kind) { return Add(kind, text->view(), connection, to); },
                    auth);
}

// Adds the certificates, and the secret where it is sent.
absl::Status AddAccount(const core::HttpSettings& http, AttemptConnection* connection,
                        ConnectedTarget* to) {
  absl::StatusOr<std::shared_ptr<const HttpTransport>> transport = TransportOf(http, connection);
  if (!transport.ok()) return transport.status();
  to->transport = *std::move(transport);
  if (absl::Status s = Authenticate(http.auth, connection, to); !s.ok()) return s;
  if (to->token) {
    to->token->identity = connection->Identity();
    to->token->call.transport =
        TokenTransport(to->transport, HaveSameHost(to->token->call.url, to->target.url));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const HttpTransport>> TransportOf(const core::HttpSettings& settings,
                                                                 AttemptConnection* connection) {
  if (settings.tls == core::TlsSettings() && settings.proxy.empty()) return nullptr;
  absl::StatusOr<std::shared_ptr<HttpTransport>> transport = ReadTls(settings.tls, connection);
  if (!transport.ok()) return transport.status();
  (*transport)->proxy = settings.proxy;
  return *std::move(transport);
}

core::HttpTarget WithToken(const core::HttpTarget& target, const TokenHeader& header,
                           std::string_view token) {
  core::HttpTarget result = target;
  result.headers[header.name] = header.ValueOf(token);
  return result;
}

absl::StatusOr<ConnectedTarget> Connect(const core::HttpTarget& target,
                                        AttemptConnection* connection) {
  const absl::StatusOr<const core::HttpSettings*> settings = connection->As<core::HttpSettings>();
  if (!settings.ok()) return settings.status();
  const core::HttpSettings& http = **settings;
  absl::StatusOr<std::string> url = JoinUrl(http.base_url, target.url);
  if (!url.ok()) return url.status();
  ConnectedTarget result;
  result.target = target;
  result.target.url = *std::move(url);
  for (const auto& [name, value] : http.headers) {
    if (!HasHeader(target.headers, name)) result.target.headers[name] = value;
  }
  if (absl::Status s = AddAccount(http, connection, &result); !s.ok()) return s;
  return result;
}

absl::StatusOr<ConnectedTarget> ConnectForToken(AttemptConnection* connection) {
  const absl::StatusOr<const core::HttpSettings*> settings = connection->As<core::HttpSettings>();
  if (!settings.ok()) return settings.status();
  ConnectedTarget result;
  if (absl::Status s = AddAccount(**settings, connection, &result); !s.ok()) return s;
  if (result.token) return result;
  return absl::InvalidArgumentError(
      "the connection has no base_url: only one that has, or that gets a token, can be tested");
}

}  // namespace scheduler::dispatch
