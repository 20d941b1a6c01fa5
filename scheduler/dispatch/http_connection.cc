#include "scheduler/dispatch/http_connection.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/http_url.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::SecretText;
using base::StrCat;
using Headers = std::map<std::string, std::string>;

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
void AddSecret(const core::HttpAuth& auth, std::string_view secret, ConnectedTarget* out) {
  out->redactor.Add(secret);
  if (const auto* basic = std::get_if<core::BasicAuth>(&auth)) {
    const std::string both = StrCat(basic->username, ":", secret);
    const std::string encoded = absl::Base64Escape(both);
    out->redactor.Add(encoded);
    out->target.headers["Authorization"] = StrCat("Basic ", encoded);
  } else if (std::holds_alternative<core::BearerAuth>(auth)) {
    out->target.headers["Authorization"] = StrCat("Bearer ", secret);
  } else if (const auto* api_key = std::get_if<core::ApiKeyAuth>(&auth)) {
    auto& fields = api_key->in_query ? out->target.query : out->target.headers;
    fields[api_key->name] = std::string(secret);
  }
}

absl::Status Authenticate(const core::ConnectionSpec& connection, std::string_view env,
                          const core::HttpAuth& auth, secrets::SecretSource* secrets,
                          ConnectedTarget* out) {
  if (!IsNeeded(auth, out->target)) return absl::OkStatus();
  std::string place;
  const core::Secret* const secret = core::SecretOf(env, auth, &place);
  if (secret == nullptr || secret->source == core::Secret::Source::kNone) {
    AddSecret(auth, "", out);
    return absl::OkStatus();
  }
  if (secrets == nullptr) return absl::UnavailableError("no secret can be read here");
  const absl::StatusOr<SecretText> text = secrets->Read(connection, place, *secret);
  if (!text.ok()) return text.status();
  AddSecret(auth, text->view(), out);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ConnectedTarget> Connect(const core::HttpTarget& target, const core::ClaimedRun& run,
                                        secrets::SecretSource* secrets) {
  if (run.connection == nullptr) {
    return absl::NotFoundError(
        StrCat("the event names connection \"", target.connection, "\", which does not exist"));
  }
  const core::ConnectionSpec& connection = run.connection->spec;
  std::string_view env;
  const core::Settings* const settings = core::SettingsFor(connection, run.env, &env);
  if (settings == nullptr) {
    return absl::InvalidArgumentError(StrCat("connection \"", connection.tag,
                                             "\" has no settings for environment \"", run.env,
                                             "\" and no default ones"));
  }
  const auto& http = std::get<core::HttpSettings>(*settings);
  absl::StatusOr<std::string> url = JoinUrl(http.base_url, target.url);
  if (!url.ok()) return url.status();
  ConnectedTarget result{target, {}};
  result.target.url = *std::move(url);
  for (const auto& [name, value] : http.headers) {
    if (!HasHeader(target.headers, name)) result.target.headers[name] = value;
  }
  if (absl::Status s = Authenticate(connection, env, http.auth, secrets, &result); !s.ok()) {
    return s;
  }
  return result;
}

}  // namespace scheduler::dispatch
