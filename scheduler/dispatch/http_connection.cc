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

// What keeps a secret from being sent in a header or a URL; an absent one is empty.
std::optional<std::string> LineFaultOf(std::string_view secret) {
  if (secret.empty()) return std::nullopt;
  return secrets::FaultOf(secret, secrets::SecretForm::kLine);
}

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

// Puts the secret to where it is sent. The redactor learns what of that is secret.
void AddSecret(const core::HttpAuth& auth, std::string_view secret, core::HttpTarget* target,
               SecretRedactor* redactor) {
  if (const auto* basic = std::get_if<core::BasicAuth>(&auth)) {
    const std::string both = StrCat(basic->username, ":", secret);
    const std::string encoded = absl::Base64Escape(both);
    redactor->Add(encoded);
    target->headers["Authorization"] = StrCat("Basic ", encoded);
  } else if (std::holds_alternative<core::BearerAuth>(auth)) {
    target->headers["Authorization"] = StrCat("Bearer ", secret);
  } else if (const auto* api_key = std::get_if<core::ApiKeyAuth>(&auth)) {
    auto& fields = api_key->in_query ? target->query : target->headers;
    fields[api_key->name] = std::string(secret);
  }
}

absl::Status Authenticate(const core::HttpAuth& auth, AttemptConnection* connection,
                          core::HttpTarget* target) {
  if (!IsNeeded(auth, *target)) return absl::OkStatus();
  static const core::Secret none;
  std::string_view path;
  const core::Secret* const secret = core::SecretOf(auth, &path);
  const absl::StatusOr<base::SecretText> text =
      connection->Read(path, secret == nullptr ? none : *secret);
  if (!text.ok()) return text.status();
  if (const auto fault = LineFaultOf(text->view())) {
    return absl::UnavailableError(StrCat("the secret at ", path, " ", *fault));
  }
  AddSecret(auth, text->view(), target, &connection->redactor());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<core::HttpTarget> Connect(const core::HttpTarget& target,
                                         AttemptConnection* connection) {
  const absl::StatusOr<const core::HttpSettings*> settings = connection->As<core::HttpSettings>();
  if (!settings.ok()) return settings.status();
  const core::HttpSettings& http = **settings;
  absl::StatusOr<std::string> url = JoinUrl(http.base_url, target.url);
  if (!url.ok()) return url.status();
  core::HttpTarget result = target;
  result.url = *std::move(url);
  for (const auto& [name, value] : http.headers) {
    if (!HasHeader(target.headers, name)) result.headers[name] = value;
  }
  if (absl::Status s = Authenticate(http.auth, connection, &result); !s.ok()) return s;
  return result;
}

}  // namespace scheduler::dispatch
