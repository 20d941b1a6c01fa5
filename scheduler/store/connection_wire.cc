#include "scheduler/store/connection_wire.h"

#include "scheduler/base/errors.h"
#include "scheduler/store/pairs_wire.h"

namespace scheduler::store::wire {
namespace {

namespace pb = ductape::jobs::store::v1;

void WriteSecret(const core::Secret& from, pb::Secret* to) {
  switch (from.source) {
    case core::Secret::Source::kNone:
      break;
    case core::Secret::Source::kStored:
      to->mutable_sealed()->set_key_id(from.sealed.key_id);
      to->mutable_sealed()->set_nonce(from.sealed.nonce);
      to->mutable_sealed()->set_ciphertext(from.sealed.ciphertext);
      break;
    case core::Secret::Source::kFile:
      to->set_file(from.name);
      break;
    case core::Secret::Source::kEnvVar:
      to->set_env_var(from.name);
      break;
  }
}

core::Secret ReadSecret(const pb::Secret& from) {
  using Source = core::Secret::Source;
  switch (from.source_case()) {
    case pb::Secret::kSealed:
      return {Source::kStored,
              "",
              {from.sealed().key_id(), from.sealed().nonce(), from.sealed().ciphertext()}};
    case pb::Secret::kFile:
      return {Source::kFile, from.file(), {}};
    case pb::Secret::kEnvVar:
      return {Source::kEnvVar, from.env_var(), {}};
    case pb::Secret::SOURCE_NOT_SET:
      break;
  }
  return {};
}

void WriteAuth(const core::HttpAuth& from, pb::HttpSettings* to) {
  if (const auto* basic = std::get_if<core::BasicAuth>(&from)) {
    pb::HttpAuth::Basic* out = to->mutable_auth()->mutable_basic();
    out->set_username(basic->username);
    WriteSecret(basic->password, out->mutable_password());
  } else if (const auto* bearer = std::get_if<core::BearerAuth>(&from)) {
    WriteSecret(bearer->token, to->mutable_auth()->mutable_bearer()->mutable_token());
  } else if (const auto* api_key = std::get_if<core::ApiKeyAuth>(&from)) {
    pb::HttpAuth::ApiKey* out = to->mutable_auth()->mutable_api_key();
    if (api_key->in_query) {
      out->set_query(api_key->name);
    } else {
      out->set_header(api_key->name);
    }
    WriteSecret(api_key->key, out->mutable_key());
  }
}

absl::Status ReadAuth(const pb::HttpAuth& from, core::HttpAuth* to) {
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
    case pb::HttpAuth::KIND_NOT_SET:
      break;
  }
  return base::errors::StoreCorrupt("connection", "an authentication of no kind");
}

}  // namespace

void Write(const core::ConnectionSpec& from, pb::Connection* to) {
  to->set_product(from.product);
  to->set_tag(from.tag);
  to->set_name(from.name);
  for (const auto& [env, settings] : from.env) {
    const auto& http = std::get<core::HttpSettings>(settings);
    pb::ConnectionSettings* out = to->add_settings();
    out->set_env(env);
    out->mutable_http()->set_base_url(http.base_url);
    WriteMap(http.headers, out->mutable_http()->mutable_headers());
    WriteAuth(http.auth, out->mutable_http());
  }
  WriteMap(from.labels, to->mutable_labels());
}

absl::Status Read(const pb::Connection& from, core::ConnectionSpec* to) {
  to->product = from.product();
  to->tag = from.tag();
  to->name = from.name();
  for (const pb::ConnectionSettings& settings : from.settings()) {
    if (!settings.has_http()) {
      return base::errors::StoreCorrupt("connection", "settings of no kind");
    }
    core::HttpSettings http;
    http.base_url = settings.http().base_url();
    http.headers = ReadMap(settings.http().headers());
    if (settings.http().has_auth()) {
      absl::Status status = ReadAuth(settings.http().auth(), &http.auth);
      if (!status.ok()) return status;
    }
    to->env[settings.env()] = std::move(http);
  }
  to->labels = ReadMap(from.labels());
  return absl::OkStatus();
}

}  // namespace scheduler::store::wire
