#include "server/converters/http_auth.h"

#include <set>
#include <string_view>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/http_fields.h"
#include "server/converters/secret_converter.h"
#include "server/converters/settings_fields.h"
#include "server/converters/target_converter.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/converters/url_check.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using Source = core::Secret::Source;

constexpr auto kLine = scheduler::secrets::SecretForm::kLine;
constexpr size_t kMaxPointer = 256;

absl::Status CheckTokenUrl(const std::string& field, const std::string& url) {
  if (url.empty()) return errors::FieldRequired(field, "an absolute URL");
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, url));
  std::set<std::string> segments;
  DUCTAPE_RETURN_IF_ERROR(CheckUrl(field, url, &segments));
  if (!segments.empty()) return errors::FieldInvalid(field, "must have no segments :name");
  return absl::OkStatus();
}

absl::Status CheckScope(const std::string& field, const std::string& scope) {
  DUCTAPE_RETURN_IF_ERROR(CheckRequiredAccount(field, scope, "a scope"));
  if (Contains(scope, ' ')) return errors::FieldInvalid(field, "must have no space");
  return absl::OkStatus();
}

// RFC 6901: empty, or parts that begin with "/", in which "~" stands before 0 or 1.
bool IsPointer(std::string_view text) {
  if (text.empty() || text[0] != '/') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return true;
}

absl::Status CheckPointer(const std::string& field, const std::string& pointer) {
  DUCTAPE_RETURN_IF_ERROR(CheckAccount(field, pointer, kMaxPointer));
  return IsPointer(pointer) ? absl::OkStatus()
                            : errors::FieldInvalid(field, "must be a JSON pointer, as /data/token");
}

absl::Status CheckFieldName(const std::string& field, const std::string& name, bool json) {
  return json && !name.empty() && name[0] == '/' ? CheckPointer(field, name)
                                                 : CheckAccount(field, name, kMaxPointer);
}

absl::Status ReadFields(const std::string& field, const v1::Auth::Login& login,
                        core::LoginAuth* to) {
  const bool json = !login.form() && login.method() != v1::Auth::Login::GET;
  const std::string fields = StrCat(field, ".fields");
  DUCTAPE_ASSIGN_OR_RETURN(to->fields, ToTexts(fields, login.fields(), limits::kMaxUrlLength));
  for (const auto& [name, value] : to->fields) {
    const std::string path = StrCat(fields, "[", name, "]");
    DUCTAPE_RETURN_IF_ERROR(CheckFieldName(path, name, json));
    DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(path, value));
  }
  const std::string secret_field = StrCat(field, ".secret_field");
  if (login.secret_field().empty() == login.has_secret()) {
    return errors::FieldRequired(login.has_secret() ? secret_field : StrCat(field, ".secret"),
                                 "secret and secret_field together");
  }
  DUCTAPE_RETURN_IF_ERROR(CheckFieldName(secret_field, login.secret_field(), json));
  if (to->fields.count(login.secret_field()) > 0) {
    return errors::FieldInvalid(secret_field, "must be none of fields");
  }
  to->secret_field = login.secret_field();
  DUCTAPE_ASSIGN_OR_RETURN(to->secret, ToSecret(StrCat(field, ".secret"), login.secret(), kLine));
  return absl::OkStatus();
}

absl::Status ReadHeader(const std::string& field, const v1::Auth::Login& login,
                        core::LoginAuth* to) {
  to->header = login.header().empty() ? "Authorization" : login.header();
  to->scheme = login.scheme();
  DUCTAPE_RETURN_IF_ERROR(CheckHeaderName(StrCat(field, ".header"), to->header));
  if (login.header().empty() && login.scheme().empty()) to->scheme = "Bearer";
  if (!to->scheme.empty() && !IsToken(to->scheme)) {
    return errors::FieldInvalid(StrCat(field, ".scheme"),
                                "must be a token (RFC 9110) of 1 to 256 bytes");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<core::HttpAuth> ToOauth2(const std::string& field, const v1::Auth::Oauth2& oauth2) {
  core::Oauth2Auth result;
  DUCTAPE_RETURN_IF_ERROR(CheckTokenUrl(StrCat(field, ".token_url"), oauth2.token_url()));
  result.token_url = oauth2.token_url();
  DUCTAPE_RETURN_IF_ERROR(
      CheckRequiredAccount(StrCat(field, ".client_id"), oauth2.client_id(), "the client's id"));
  result.client_id = oauth2.client_id();
  DUCTAPE_ASSIGN_OR_RETURN(result.client_secret, ToRequiredSecret(StrCat(field, ".client_secret"),
                                                                  oauth2.has_client_secret(),
                                                                  oauth2.client_secret(), kLine));
  if (oauth2.scopes_size() > limits::kMaxScopes) {
    return errors::FieldTooLarge(StrCat(field, ".scopes"), oauth2.scopes_size(),
                                 limits::kMaxScopes);
  }
  for (int i = 0; i < oauth2.scopes_size(); ++i) {
    DUCTAPE_RETURN_IF_ERROR(CheckScope(StrCat(field, ".scopes[", i, "]"), oauth2.scopes(i)));
    result.scopes.push_back(oauth2.scopes(i));
  }
  DUCTAPE_RETURN_IF_ERROR(
      CheckAccount(StrCat(field, ".audience"), oauth2.audience(), limits::kMaxUrlLength));
  result.audience = oauth2.audience();
  result.in_body = oauth2.credentials_in_body();
  return result;
}

absl::StatusOr<core::HttpAuth> ToLogin(const std::string& field, const v1::Auth::Login& login) {
  core::LoginAuth result;
  if (!v1::Auth::Login::Method_IsValid(login.method())) {
    return errors::FieldInvalid(StrCat(field, ".method"), "must be GET, POST, PUT or PATCH");
  }
  if (login.method() != v1::Auth::Login::METHOD_UNSPECIFIED) {
    result.method = static_cast<core::HttpMethod>(login.method());
  }
  DUCTAPE_RETURN_IF_ERROR(CheckTokenUrl(StrCat(field, ".url"), login.url()));
  result.url = login.url();
  DUCTAPE_ASSIGN_OR_RETURN(result.headers, ToHeaders(StrCat(field, ".headers"), login.headers()));
  result.form = login.form();
  DUCTAPE_RETURN_IF_ERROR(ReadFields(field, login, &result));
  const std::string pointer = StrCat(field, ".token_pointer");
  if (login.token_pointer().empty()) return errors::FieldRequired(pointer, "a JSON pointer");
  DUCTAPE_RETURN_IF_ERROR(CheckPointer(pointer, login.token_pointer()));
  result.token_pointer = login.token_pointer();
  DUCTAPE_RETURN_IF_ERROR(ReadHeader(field, login, &result));
  if (login.has_ttl()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.ttl, ToMillis(StrCat(field, ".ttl"), login.ttl(), base::kSecond,
                                                  limits::kMaxTokenTtl));
  }
  return result;
}

absl::StatusOr<core::HttpAuth> ToSigV4(const std::string& field, const v1::Auth::SigV4& sigv4) {
  core::SigV4Auth result;
  DUCTAPE_RETURN_IF_ERROR(CheckRequiredAccount(StrCat(field, ".access_key_id"),
                                               sigv4.access_key_id(), "the id of the key"));
  result.access_key_id = sigv4.access_key_id();
  DUCTAPE_ASSIGN_OR_RETURN(
      result.secret_access_key,
      ToRequiredSecret(StrCat(field, ".secret_access_key"), sigv4.has_secret_access_key(),
                       sigv4.secret_access_key(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.session_token,
                           ToSecret(StrCat(field, ".session_token"), sigv4.session_token(), kLine));
  DUCTAPE_RETURN_IF_ERROR(CheckAwsName(StrCat(field, ".region"), sigv4.region(), "the region"));
  DUCTAPE_RETURN_IF_ERROR(CheckAwsName(StrCat(field, ".service"), sigv4.service(), "the service"));
  result.region = sigv4.region();
  result.service = sigv4.service();
  return result;
}

void ToProto(const core::Oauth2Auth& oauth2, v1::Auth* out) {
  v1::Auth::Oauth2* added = out->mutable_oauth2();
  added->set_token_url(oauth2.token_url);
  added->set_client_id(oauth2.client_id);
  SecretToProto(oauth2.client_secret, added->mutable_client_secret());
  for (const std::string& scope : oauth2.scopes) added->add_scopes(scope);
  added->set_audience(oauth2.audience);
  added->set_credentials_in_body(oauth2.in_body);
}

void ToProto(const core::LoginAuth& login, v1::Auth* out) {
  v1::Auth::Login* added = out->mutable_login();
  added->set_method(static_cast<v1::Auth::Login::Method>(login.method));
  added->set_url(login.url);
  added->mutable_headers()->insert(login.headers.begin(), login.headers.end());
  added->mutable_fields()->insert(login.fields.begin(), login.fields.end());
  added->set_form(login.form);
  added->set_secret_field(login.secret_field);
  if (login.secret.source != Source::kNone) SecretToProto(login.secret, added->mutable_secret());
  added->set_token_pointer(login.token_pointer);
  added->set_header(login.header);
  added->set_scheme(login.scheme);
  if (login.ttl > 0) SetDuration(login.ttl, added->mutable_ttl());
}

void ToProto(const core::SigV4Auth& sigv4, v1::Auth* out) {
  v1::Auth::SigV4* added = out->mutable_sigv4();
  added->set_access_key_id(sigv4.access_key_id);
  SecretToProto(sigv4.secret_access_key, added->mutable_secret_access_key());
  if (sigv4.session_token.source != Source::kNone) {
    SecretToProto(sigv4.session_token, added->mutable_session_token());
  }
  added->set_region(sigv4.region);
  added->set_service(sigv4.service);
}

}  // namespace server
