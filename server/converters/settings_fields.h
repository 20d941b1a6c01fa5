#ifndef SERVER_CONVERTERS_SETTINGS_FIELDS_H_
#define SERVER_CONVERTERS_SETTINGS_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "scheduler/core/connection/tls_settings.h"

// What settings of several kinds have in common, checked where it enters. Errors: FIELD_REQUIRED,
// FIELD_INVALID, FIELD_TOO_LARGE, FIELD_OUT_OF_RANGE, TEMPLATE_NOT_SUPPORTED, with `field` as their path.
namespace server {

// "host:port" or "host".
absl::Status CheckServerAddress(const std::string& field, const std::string& address);

// 1 to 32 of them.
absl::StatusOr<std::vector<std::string>> ToServerAddresses(
    const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& addresses);

// The name of a user, database or account; `what` says of what, where it must be there.
absl::Status CheckAccount(const std::string& field, const std::string& name,
                          size_t max_length = 256);
absl::Status CheckRequiredAccount(const std::string& field, const std::string& name,
                                  std::string_view what, size_t max_length = 256);

// The name of a region or service of AWS: letters, digits and hyphens, at most 64; `what` says of what.
absl::Status CheckAwsName(const std::string& field, const std::string& name, std::string_view what);

// A user has a password, and a password a user.
absl::Status CheckUserAndPassword(const std::string& field, const std::string& username,
                                  bool has_password);

// Empty, or an absolute URL without query that is used in the place of a provider's own.
absl::Status CheckEndpoint(const std::string& field, const std::string& url);

// 0 to 100.
absl::Status CheckMaxConnections(const std::string& field, int32_t number);

// `with_mode`: whether its mode may be set.
absl::StatusOr<scheduler::core::TlsSettings> ToTlsSettings(
    const std::string& field, const ductape::jobs::v1::TlsSettings& tls, bool with_mode);

// Leaves `out` alone if nothing is set.
template <typename Settings>
void TlsToProto(const scheduler::core::TlsSettings& tls, Settings* out);
void TlsSettingsToProto(const scheduler::core::TlsSettings& tls,
                        ductape::jobs::v1::TlsSettings* out);

template <typename Settings>
void TlsToProto(const scheduler::core::TlsSettings& tls, Settings* out) {
  if (!(tls == scheduler::core::TlsSettings())) TlsSettingsToProto(tls, out->mutable_tls());
}

}  // namespace server

#endif  // SERVER_CONVERTERS_SETTINGS_FIELDS_H_
