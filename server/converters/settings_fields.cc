#include "server/converters/settings_fields.h"

#include <set>

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/secret_converter.h"
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

constexpr int kMaxServers = 32;
constexpr int32_t kMaxConnections = 100;
constexpr size_t kMaxAwsName = 64;
constexpr auto kDocument = scheduler::secrets::SecretForm::kDocument;

// A host alone is one to which a port can be added.
bool IsServerAddress(std::string_view address) {
  return IsHostAndPort(address) || IsHostAndPort(StrCat(address, ":1"));
}

absl::Status ReadCertificates(const std::string& field, const v1::TlsSettings& tls,
                              core::TlsSettings* out) {
  if (tls.has_client_certificate() != tls.has_client_key()) {
    return errors::FieldRequired(
        StrCat(field, tls.has_client_key() ? ".client_certificate" : ".client_key"),
        "certificate and key together");
  }
  DUCTAPE_ASSIGN_OR_RETURN(out->ca_certificates, ToSecret(StrCat(field, ".ca_certificates"),
                                                          tls.ca_certificates(), kDocument));
  DUCTAPE_ASSIGN_OR_RETURN(out->client_certificate, ToSecret(StrCat(field, ".client_certificate"),
                                                             tls.client_certificate(), kDocument));
  DUCTAPE_ASSIGN_OR_RETURN(out->client_key,
                           ToSecret(StrCat(field, ".client_key"), tls.client_key(), kDocument));
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckServerAddress(const std::string& field, const std::string& address) {
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, address));
  if (address.empty()) return errors::FieldRequired(field, "host:port or host");
  if (address.size() > limits::kMaxUrlLength) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(address.size()),
                                 limits::kMaxUrlLength);
  }
  if (!IsServerAddress(address)) return errors::FieldInvalid(field, "must be host:port or host");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ToServerAddresses(
    const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& addresses) {
  if (addresses.empty()) return errors::FieldRequired(field, "at least one host:port");
  if (addresses.size() > kMaxServers) {
    return errors::FieldTooLarge(field, addresses.size(), kMaxServers);
  }
  for (int i = 0; i < addresses.size(); ++i) {
    DUCTAPE_RETURN_IF_ERROR(CheckServerAddress(StrCat(field, "[", i, "]"), addresses[i]));
  }
  return std::vector<std::string>(addresses.begin(), addresses.end());
}

absl::Status CheckAccount(const std::string& field, const std::string& name, size_t max_length) {
  DUCTAPE_RETURN_IF_ERROR(CheckText(field, name, max_length));
  return CheckNoTemplate(field, name);
}

absl::Status CheckRequiredAccount(const std::string& field, const std::string& name,
                                  std::string_view what, size_t max_length) {
  if (name.empty()) return errors::FieldRequired(field, what);
  return CheckAccount(field, name, max_length);
}

absl::Status CheckAwsName(const std::string& field, const std::string& name,
                          std::string_view what) {
  if (name.empty()) return errors::FieldRequired(field, what);
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-') {
      return errors::FieldInvalid(field, "must have letters, digits and hyphens");
    }
  }
  if (name.size() <= kMaxAwsName) return absl::OkStatus();
  return errors::FieldTooLarge(field, static_cast<int64_t>(name.size()), kMaxAwsName);
}

absl::Status CheckUserAndPassword(const std::string& field, const std::string& username,
                                  bool has_password) {
  DUCTAPE_RETURN_IF_ERROR(CheckAccount(StrCat(field, ".username"), username));
  if (username.empty() == !has_password) return absl::OkStatus();
  return errors::FieldRequired(StrCat(field, has_password ? ".username" : ".password"),
                               "user and password together");
}

absl::Status CheckEndpoint(const std::string& field, const std::string& url) {
  if (url.empty()) return absl::OkStatus();
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, url));
  std::set<std::string> segments;
  DUCTAPE_RETURN_IF_ERROR(CheckUrl(field, url, &segments));
  if (!segments.empty() || Contains(url, '?')) {
    return errors::FieldInvalid(field, "must have no query and no segments :name");
  }
  return absl::OkStatus();
}

absl::Status CheckMaxConnections(const std::string& field, int32_t number) {
  if (number >= 0 && number <= kMaxConnections) return absl::OkStatus();
  return errors::FieldOutOfRange(field, StrCat(number), StrCat("0 to ", kMaxConnections));
}

absl::StatusOr<core::TlsSettings> ToTlsSettings(const std::string& field,
                                                const v1::TlsSettings& tls, bool with_mode) {
  core::TlsSettings result;
  const std::string mode = StrCat(field, ".mode");
  if (!v1::TlsSettings::Mode_IsValid(tls.mode())) {
    return errors::FieldInvalid(mode, "must be DISABLED or REQUIRED");
  }
  if (!with_mode && tls.mode() != v1::TlsSettings::MODE_UNSPECIFIED) {
    return errors::FieldInvalid(mode, "must be unset: another field says whether there is TLS");
  }
  result.mode = static_cast<core::TlsSettings::Mode>(tls.mode());
  DUCTAPE_RETURN_IF_ERROR(ReadCertificates(field, tls, &result));
  DUCTAPE_RETURN_IF_ERROR(CheckAccount(StrCat(field, ".server_name"), tls.server_name()));
  result.server_name = tls.server_name();
  result.insecure_skip_verify = tls.insecure_skip_verify();
  return result;
}

void TlsSettingsToProto(const core::TlsSettings& tls, v1::TlsSettings* out) {
  out->set_mode(static_cast<v1::TlsSettings::Mode>(tls.mode));
  PutSecret(tls.ca_certificates, out, &v1::TlsSettings::mutable_ca_certificates);
  PutSecret(tls.client_certificate, out, &v1::TlsSettings::mutable_client_certificate);
  PutSecret(tls.client_key, out, &v1::TlsSettings::mutable_client_key);
  out->set_server_name(tls.server_name);
  out->set_insecure_skip_verify(tls.insecure_skip_verify);
}

}  // namespace server
