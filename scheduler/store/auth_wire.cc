#include "scheduler/store/auth_wire.h"

#include "scheduler/base/errors.h"
#include "scheduler/store/pairs_wire.h"
#include "scheduler/store/secret_wire.h"

namespace scheduler::store::wire {
namespace {

absl::Status Corrupt(const char* what) { return base::errors::StoreCorrupt("connection", what); }

void WriteKind(const core::Oauth2Auth& from, pb::HttpAuth* auth) {
  pb::HttpAuth::Oauth2* to = auth->mutable_oauth2();
  to->set_token_url(from.token_url);
  to->set_client_id(from.client_id);
  WriteSecret(from.client_secret, to->mutable_client_secret());
  for (const std::string& scope : from.scopes) to->add_scopes(scope);
  to->set_audience(from.audience);
  to->set_in_body(from.in_body);
}

core::Oauth2Auth ReadOauth2(const pb::HttpAuth::Oauth2& from) {
  core::Oauth2Auth to;
  to.token_url = from.token_url();
  to.client_id = from.client_id();
  to.client_secret = ReadSecret(from.client_secret());
  to.scopes.assign(from.scopes().begin(), from.scopes().end());
  to.audience = from.audience();
  to.in_body = from.in_body();
  return to;
}

void WriteKind(const core::LoginAuth& from, pb::HttpAuth* auth) {
  pb::HttpAuth::Login* to = auth->mutable_login();
  to->set_method(static_cast<int>(from.method));
  to->set_url(from.url);
  WriteMap(from.headers, to->mutable_headers());
  WriteMap(from.fields, to->mutable_fields());
  to->set_form(from.form);
  to->set_secret_field(from.secret_field);
  WriteSecretTo(from.secret, [to] { return to->mutable_secret(); });
  to->set_token_pointer(from.token_pointer);
  to->set_header(from.header);
  to->set_scheme(from.scheme);
  to->set_ttl(from.ttl);
}

absl::Status ReadLogin(const pb::HttpAuth::Login& from, core::LoginAuth* to) {
  to->method =
      from.method() == 0 ? core::HttpMethod::kPost : static_cast<core::HttpMethod>(from.method());
  if (to->method < core::HttpMethod::kGet || to->method > core::HttpMethod::kHead) {
    return Corrupt("unknown method of a login");
  }
  to->url = from.url();
  to->headers = ReadMap(from.headers());
  to->fields = ReadMap(from.fields());
  to->form = from.form();
  to->secret_field = from.secret_field();
  to->secret = ReadSecret(from.secret());
  to->token_pointer = from.token_pointer();
  to->header = from.header();
  to->scheme = from.scheme();
  to->ttl = from.ttl();
  return absl::OkStatus();
}

void WriteKind(const core::SigV4Auth& from, pb::HttpAuth* auth) {
  pb::HttpAuth::SigV4* to = auth->mutable_sigv4();
  to->set_access_key_id(from.access_key_id);
  WriteSecret(from.secret_access_key, to->mutable_secret_access_key());
  WriteSecretTo(from.session_token, [to] { return to->mutable_session_token(); });
  to->set_region(from.region);
  to->set_service(from.service);
}

core::SigV4Auth ReadSigV4(const pb::HttpAuth::SigV4& from) {
  return {from.access_key_id(), ReadSecret(from.secret_access_key()),
          ReadSecret(from.session_token()), from.region(), from.service()};
}

}  // namespace

void Write(const core::HttpAuth& from, pb::HttpAuth* to) {
  if (const auto* basic = std::get_if<core::BasicAuth>(&from)) {
    pb::HttpAuth::Basic* out = to->mutable_basic();
    out->set_username(basic->username);
    WriteSecret(basic->password, out->mutable_password());
  } else if (const auto* bearer = std::get_if<core::BearerAuth>(&from)) {
    WriteSecret(bearer->token, to->mutable_bearer()->mutable_token());
  } else if (const auto* api_key = std::get_if<core::ApiKeyAuth>(&from)) {
    pb::HttpAuth::ApiKey* out = to->mutable_api_key();
    if (api_key->in_query) {
      out->set_query(api_key->name);
    } else {
      out->set_header(api_key->name);
    }
    WriteSecret(api_key->key, out->mutable_key());
  } else if (const auto* oauth2 = std::get_if<core::Oauth2Auth>(&from)) {
    WriteKind(*oauth2, to);
  } else if (const auto* login = std::get_if<core::LoginAuth>(&from)) {
    WriteKind(*login, to);
  } else if (const auto* sigv4 = std::get_if<core::SigV4Auth>(&from)) {
    WriteKind(*sigv4, to);
  }
}

absl::Status Read(const pb::HttpAuth& from, core::HttpAuth* to) {
  switch (from.kind_case()) {
    case pb::HttpAuth::kBasic:
      *to = core::BasicAuth{from.basic().username(), ReadSecret(from.basic().password())};
      return absl::OkStatus();
    case pb::HttpAuth::kBearer:
      *to = core::BearerAuth{ReadSecret(from.bearer().token())};
      return absl::OkStatus();
    case pb::HttpAuth::kApiKey: {
      const bool in_query = from.api_key().place_case() == pb::HttpAuth::ApiKey::kQuery;
      *to = core::ApiKeyAuth{in_query, in_query ? from.api_key().query() : from.api_key().header(),
                             ReadSecret(from.api_key().key())};
      return absl::OkStatus();
    }
    case pb::HttpAuth::kOauth2:
      *to = ReadOauth2(from.oauth2());
      return absl::OkStatus();
    case pb::HttpAuth::kLogin:
      return ReadLogin(from.login(), &to->emplace<core::LoginAuth>());
    case pb::HttpAuth::kSigv4:
      *to = ReadSigV4(from.sigv4());
      return absl::OkStatus();
    case pb::HttpAuth::KIND_NOT_SET:
      break;
  }
  return Corrupt("an authentication of no kind");
}

}  // namespace scheduler::store::wire
