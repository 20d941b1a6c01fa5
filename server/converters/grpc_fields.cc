#include "server/converters/grpc_fields.h"

#include <string_view>

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/reserved_headers.h"
#include "scheduler/dispatch/template/check_template.h"
#include "server/converters/target_converter.h"
#include "server/converters/url_check.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
using scheduler::dispatch::CheckTemplate;

constexpr size_t kMaxMetadataValue = 8 * 1024;
constexpr std::string_view kTlsScheme = "grpcs://";

bool IsMetadataKey(std::string_view key) {
  if (key.empty() || key.size() > 256) return false;
  for (const char c : key) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && !Contains("._-", c)) {
      return false;
    }
  }
  return !key.ends_with("-bin");
}

bool IsPrintable(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

}  // namespace

absl::Status CheckGrpcAddress(const std::string& field, const std::string& address) {
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, address));
  if (address.empty()) return errors::FieldRequired(field, "host:port or grpcs://host:port");
  if (address.size() > limits::kMaxUrlLength) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(address.size()),
                                 limits::kMaxUrlLength);
  }
  std::string_view endpoint = address;
  if (endpoint.starts_with(kTlsScheme)) endpoint.remove_prefix(kTlsScheme.size());
  if (!IsHostAndPort(endpoint)) {
    return errors::FieldInvalid(field, "must be host:port or grpcs://host:port");
  }
  return absl::OkStatus();
}

absl::Status CheckGrpcKey(const std::string& field, const std::string& key) {
  if (!IsMetadataKey(key)) {
    return errors::FieldInvalid(field, "keys must be of [a-z0-9._-] and not end with -bin");
  }
  if (core::IsReservedMetadata(key)) {
    return errors::FieldInvalid(StrCat(field, "[", key, "]"),
                                "this key is set by the server and cannot be given");
  }
  return absl::OkStatus();
}

absl::Status CheckGrpcMetadata(const std::string& field,
                               const std::map<std::string, std::string>& metadata,
                               Templates templates) {
  if (metadata.size() > limits::kMaxHeaders) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(metadata.size()), limits::kMaxHeaders);
  }
  for (const auto& [key, value] : metadata) {
    DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, key));
    DUCTAPE_RETURN_IF_ERROR(CheckGrpcKey(field, key));
    const std::string path = StrCat(field, "[", key, "]");
    DUCTAPE_RETURN_IF_ERROR(templates.has_value()
                                ? CheckTemplate(path, value, templates->landing, templates->secrets)
                                : CheckNoTemplate(path, value));
    if (value.size() > kMaxMetadataValue) {
      return errors::FieldTooLarge(path, static_cast<int64_t>(value.size()), kMaxMetadataValue);
    }
    if (!IsPrintable(value)) return errors::FieldInvalid(path, "must be printable ASCII");
  }
  return absl::OkStatus();
}

}  // namespace server
