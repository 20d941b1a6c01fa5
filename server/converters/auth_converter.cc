#include "server/converters/auth_converter.h"

#include <string_view>
#include <utility>
#include <variant>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/http_auth.h"
#include "server/converters/http_fields.h"
#include "server/converters/secret_converter.h"
#include "server/converters/target_converter.h"
#include "server/converters/text.h"
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

}  // namespace

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

bool HasAuth(const core::HttpAuth& auth) { return !std::holds_alternative<std::monostate>(auth); }

void AuthToProto(const core::HttpAuth& auth, v1::Auth* out) {
  if (const auto* basic = std::get_if<core::BasicAuth>(&auth)) {
    v1::Auth::Basic* added = out->mutable_basic();
    added->set_username(basic->username);
    if (basic->password.source != Source::kNone) {
      SecretToProto(basic->password, added->mutable_password());
    }
  } else if (const auto* bearer = std::get_if<core::BearerAuth>(&auth)) {
    SecretToProto(bearer->token, out->mutable_bearer()->mutable_token());
  } else if (const auto* api_key = std::get_if<core::ApiKeyAuth>(&auth)) {
    v1::Auth::ApiKey* added = out->mutable_api_key();
    if (api_key->in_query) {
      added->set_query(api_key->name);
    } else {
      added->set_header(api_key->name);
    }
    SecretToProto(api_key->key, added->mutable_key());
  } else if (const auto* oauth2 = std::get_if<core::Oauth2Auth>(&auth)) {
    ToProto(*oauth2, out);
  } else if (const auto* login = std::get_if<core::LoginAuth>(&auth)) {
    ToProto(*login, out);
  } else if (const auto* sigv4 = std::get_if<core::SigV4Auth>(&auth)) {
    ToProto(*sigv4, out);
  }
}

absl::Status CheckNotOfAuth(const std::string& field,
                            const std::map<std::string, std::string>& headers,
                            const core::HttpAuth& auth) {
  const std::string name = Lower(core::AuthHeader(auth));
  for (const auto& [header, value] : headers) {
    if (Lower(header) == name) {
      return errors::FieldInvalid(StrCat(field, "[", header, "]"),
                                  "this is what the authentication sets");
    }
  }
  return absl::OkStatus();
}

}  // namespace server
