#include "server/converters/http_settings.h"

#include <set>
#include <string_view>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/http_auth.h"
#include "server/converters/http_fields.h"
#include "server/converters/secret_converter.h"
#include "server/converters/settings_fields.h"
#include "server/converters/target_converter.h"
#include "server/converters/text.h"
#include "server/converters/url_check.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using Source = core::Secret::Source;

constexpr auto kLine = scheduler::secrets::SecretForm::kLine;

absl::Status CheckBaseUrl(const std::string& field, const std::string& url) {
  if (url.empty()) return absl::OkStatus();
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, url));
  std::set<std::string> segments;
  DUCTAPE_RETURN_IF_ERROR(CheckUrl(field, url, &segments));
  if (!segments.empty() || Contains(url, '?')) {
    return errors::FieldInvalid(field, "must have no query and no segments :name");
  }
  return absl::OkStatus();
}

absl::StatusOr<core::HttpAuth> ToBasic(const std::string& field, const v1::Auth::Basic& basic) {
  const std::string path = StrCat(field, ".username");
  if (basic.username().empty()) return errors::FieldRequired(path, "the user name");
  DUCTAPE_RETURN_IF_ERROR(CheckText(path, basic.username(), limits::kMaxNameLength));
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(path, basic.username()));
  if (Contains(basic.username(), ':')) return errors::FieldInvalid(path, "must have no :");
  DUCTAPE_ASSIGN_OR_RETURN(core::Secret password,
                           ToSecret(StrCat(field, ".password"), basic.password(), kLine));
  return core::BasicAuth{basic.username(), std::move(password)};
}

absl::StatusOr<core::HttpAuth> ToApiKey(const std::string& field, const v1::Auth::ApiKey& api_key) {
  core::ApiKeyAuth result;
  switch (api_key.place_case()) {
    case v1::Auth::ApiKey::kHeader:
      DUCTAPE_RETURN_IF_ERROR(CheckHeaderName(StrCat(field, ".header"), api_key.header()));
      result.name = api_key.header();
      break;
    case v1::Auth::ApiKey::kQuery: {
      const std::string path = StrCat(field, ".query");
      if (api_key.query().empty() || api_key.query().size() > 256) {
        return errors::FieldInvalid(path, "must have 1 to 256 bytes");
      }
      DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(path, api_key.query()));
      result.in_query = true;
      result.name = api_key.query();
      break;
    }
    case v1::Auth::ApiKey::PLACE_NOT_SET:
      return errors::FieldRequired(StrCat(field, ".header"), "one of header and query");
  }
  DUCTAPE_ASSIGN_OR_RETURN(
      result.key, ToRequiredSecret(StrCat(field, ".key"), api_key.has_key(), api_key.key(), kLine));
  return result;
}

absl::StatusOr<core::HttpAuth> ToAuth(const std::string& field, const v1::Auth& auth) {
  switch (auth.kind_case()) {
    case v1::Auth::kBasic:
      return ToBasic(StrCat(field, ".basic"), auth.basic());
    case v1::Auth::kBearer: {
      DUCTAPE_ASSIGN_OR_RETURN(core::Secret token, ToRequiredSecret(StrCat(field, ".bearer.token"),
                                                                    auth.bearer().has_token(),
                                                                    auth.bearer().token(), kLine));
      return core::BearerAuth{std::move(token)};
    }
    case v1::Auth::kApiKey:
      return ToApiKey(StrCat(field, ".api_key"), auth.api_key());
    case v1::Auth::kOauth2:
      return ToOauth2(StrCat(field, ".oauth2"), auth.oauth2());
    case v1::Auth::kLogin:
      return ToLogin(StrCat(field, ".login"), auth.login());
    case v1::Auth::kSigv4:
      return ToSigV4(StrCat(field, ".sigv4"), auth.sigv4());
    case v1::Auth::KIND_NOT_SET:
      break;
  }
  return errors::FieldRequired(field, "one of basic, bearer, api_key, oauth2, login and sigv4");
}

// "http://HOST:PORT"; the port is not left out, since proxies have none that is usual.
absl::Status CheckProxy(const std::string& field, const std::string& proxy) {
  constexpr std::string_view kScheme = "http://";
  if (proxy.empty()) return absl::OkStatus();
  const std::string_view text = proxy;
  if (text.size() <= limits::kMaxUrlLength && text.substr(0, kScheme.size()) == kScheme &&
      IsHostAndPort(text.substr(kScheme.size()))) {
    return absl::OkStatus();
  }
  return errors::FieldInvalid(field, "must be http://HOST:PORT");
}

// What the authentication sends is not to be in doubt.
absl::Status CheckOneHeader(const std::string& field, const core::HttpSettings& settings) {
  const std::string name = Lower(core::AuthHeader(settings.auth));
  for (const auto& [header, value] : settings.headers) {
    if (Lower(header) == name) {
      return errors::FieldInvalid(StrCat(field, ".headers[", header, "]"),
                                  "this header is what the authentication sets");
    }
  }
  return absl::OkStatus();
}

void AuthToProto(const core::HttpAuth& auth, v1::HttpSettings* out) {
  if (const auto* basic = std::get_if<core::BasicAuth>(&auth)) {
    v1::Auth::Basic* added = out->mutable_auth()->mutable_basic();
    added->set_username(basic->username);
    if (basic->password.source != Source::kNone) {
      SecretToProto(basic->password, added->mutable_password());
    }
  } else if (const auto* bearer = std::get_if<core::BearerAuth>(&auth)) {
    SecretToProto(bearer->token, out->mutable_auth()->mutable_bearer()->mutable_token());
  } else if (const auto* api_key = std::get_if<core::ApiKeyAuth>(&auth)) {
    v1::Auth::ApiKey* added = out->mutable_auth()->mutable_api_key();
    if (api_key->in_query) {
      added->set_query(api_key->name);
    } else {
      added->set_header(api_key->name);
    }
    SecretToProto(api_key->key, added->mutable_key());
  } else if (const auto* oauth2 = std::get_if<core::Oauth2Auth>(&auth)) {
    ToProto(*oauth2, out->mutable_auth());
  } else if (const auto* login = std::get_if<core::LoginAuth>(&auth)) {
    ToProto(*login, out->mutable_auth());
  } else if (const auto* sigv4 = std::get_if<core::SigV4Auth>(&auth)) {
    ToProto(*sigv4, out->mutable_auth());
  }
}

}  // namespace

absl::StatusOr<core::HttpSettings> ToHttpSettings(const std::string& field,
                                                  const v1::HttpSettings& settings) {
  core::HttpSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckBaseUrl(StrCat(field, ".base_url"), settings.base_url()));
  result.base_url = settings.base_url();
  DUCTAPE_ASSIGN_OR_RETURN(result.headers,
                           ToHeaders(StrCat(field, ".headers"), settings.headers()));
  if (settings.has_auth()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.auth, ToAuth(StrCat(field, ".auth"), settings.auth()));
  }
  DUCTAPE_RETURN_IF_ERROR(CheckOneHeader(field, result));
  DUCTAPE_ASSIGN_OR_RETURN(
      result.tls, ToTlsSettings(StrCat(field, ".tls"), settings.tls(), /*with_mode=*/false));
  DUCTAPE_RETURN_IF_ERROR(CheckProxy(StrCat(field, ".proxy"), settings.proxy()));
  result.proxy = settings.proxy();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets,
                           ToNamedSecrets(StrCat(field, ".secrets"), settings.secrets()));
  return result;
}

void HttpSettingsToProto(const core::HttpSettings& settings, v1::HttpSettings* out) {
  out->set_base_url(settings.base_url);
  out->mutable_headers()->insert(settings.headers.begin(), settings.headers.end());
  AuthToProto(settings.auth, out);
  TlsToProto(settings.tls, out);
  out->set_proxy(settings.proxy);
  for (const auto& [name, secret] : settings.secrets) {
    SecretToProto(secret, &(*out->mutable_secrets())[name]);
  }
}

}  // namespace server
