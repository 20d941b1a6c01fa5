#include "scheduler/dispatch/http_connection.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "scheduler/base/strings.h"
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

// How a token is asked for. The server name is that of the API's certificate, not of another
// host's.
std::shared_ptr<const HttpTransport> TokenTransport(std::shared_ptr<const HttpTransport> of_api,
                                                    bool same_host) {
  if (of_api == nullptr || of_api->server_name.empty() || same_host) return of_api;
  auto transport = std::make_shared<HttpTransport>();
  transport->ca_certificates = of_api->ca_certificates;
  transport->client_certificate = of_api->client_certificate;
  transport->client_key = base::SecretText(of_api->client_key.view());
  transport->insecure_skip_verify = of_api->insecure_skip_verify;
  transport->proxy = of_api->proxy;
  return transport;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const HttpTransport>> TransportOf(const core::HttpSettings& settings,
                                                                 AttemptConnection* connection) {
  if (settings.tls == core::TlsSettings() && settings.proxy.empty()) return nullptr;
  const core::TlsSettings& tls = settings.tls;
  auto transport = std::make_shared<HttpTransport>();
  absl::StatusOr<base::SecretText> text =
      connection->Read("tls.ca_certificates", tls.ca_certificates, SecretForm::kDocument);
  if (!text.ok()) return text.status();
  transport->ca_certificates = text->view();
  text = connection->Read("tls.client_certificate", tls.client_certificate, SecretForm::kDocument);
  if (!text.ok()) return text.status();
  transport->client_certificate = text->view();
  text = connection->Read("tls.client_key", tls.client_key, SecretForm::kDocument);
  if (!text.ok()) return text.status();
  transport->client_key = *std::move(text);
  transport->server_name = tls.server_name;
  transport->insecure_skip_verify = tls.insecure_skip_verify;
  transport->proxy = settings.proxy;
  return transport;
}

core::HttpTarget WithToken(const core::HttpTarget& target, const TokenHeader& header,
                           std::string_view token) {
  core::HttpTarget result = target;
  const std::string_view space = header.scheme.empty() ? "" : " ";
  result.headers[header.name] = StrCat(header.scheme, space, token);
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
  absl::StatusOr<std::shared_ptr<const HttpTransport>> transport = TransportOf(http, connection);
  if (!transport.ok()) return transport.status();
  result.transport = *std::move(transport);
  if (absl::Status s = Authenticate(http.auth, connection, &result); !s.ok()) return s;
  if (result.token) {
    result.token->identity = connection->Identity();
    result.token->call.transport =
        TokenTransport(result.transport, HaveSameHost(result.token->call.url, result.target.url));
  }
  return result;
}

}  // namespace scheduler::dispatch
