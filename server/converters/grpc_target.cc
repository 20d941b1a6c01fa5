#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/reserved_headers.h"
#include "scheduler/dispatch/template/check_template.h"
#include "server/converters/json.h"
#include "server/converters/target_converter.h"
#include "server/converters/url_check.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using scheduler::dispatch::CheckTemplate;
using scheduler::dispatch::Landing;

constexpr size_t kMaxMetadataValue = 8 * 1024;
constexpr size_t kMaxMethodLength = 512;
constexpr std::string_view kTlsScheme = "grpcs://";

bool IsIdentifier(std::string_view text) {
  if (text.empty() || absl::ascii_isdigit(text[0])) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && c != '_') return false;
  }
  return true;
}

// "package.Service/Method".
bool IsMethod(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, '/');
  if (parts.size() != 2 || !IsIdentifier(parts[1])) return false;
  for (const std::string_view name : Split(parts[0], '.')) {
    if (!IsIdentifier(name)) return false;
  }
  return true;
}

absl::Status CheckMethod(const std::string& field, const std::string& method) {
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, method));
  if (method.empty()) return errors::FieldRequired(field, "a method as package.Service/Method");
  if (method.size() > kMaxMethodLength) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(method.size()), kMaxMethodLength);
  }
  if (!IsMethod(method)) return errors::FieldInvalid(field, "must be as package.Service/Method");
  return absl::OkStatus();
}

absl::Status CheckAddress(const std::string& field, const std::string& address) {
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

absl::Status CheckMetadata(const std::string& field,
                           const std::map<std::string, std::string>& metadata) {
  if (metadata.size() > limits::kMaxHeaders) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(metadata.size()), limits::kMaxHeaders);
  }
  for (const auto& [key, value] : metadata) {
    DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, key));
    if (!IsMetadataKey(key)) {
      return errors::FieldInvalid(field, "keys must be of [a-z0-9._-] and not end with -bin");
    }
    const std::string path = StrCat(field, "[", key, "]");
    DUCTAPE_RETURN_IF_ERROR(CheckTemplate(path, value, Landing::kHeader));
    if (core::IsReservedMetadata(key)) {
      return errors::FieldInvalid(path, "this key is set by the server and cannot be given");
    }
    if (value.size() > kMaxMetadataValue) {
      return errors::FieldTooLarge(path, static_cast<int64_t>(value.size()), kMaxMetadataValue);
    }
    if (!IsPrintable(value)) return errors::FieldInvalid(path, "must be printable ASCII");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<core::GrpcTarget> ToGrpcTarget(std::string_view field,
                                              const v1::GrpcTarget& target) {
  const auto path = [field](std::string_view member) { return StrCat(field, ".", member); };
  core::GrpcTarget result;
  DUCTAPE_RETURN_IF_ERROR(CheckMethod(path("method"), target.method()));
  result.method = target.method();
  if (target.has_message()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.message_json,
                             ToJson(path("message"), target.message(), limits::kMaxInputBytes));
    DUCTAPE_RETURN_IF_ERROR(CheckTemplate(path("message"), result.message_json, Landing::kJson));
  }
  result.metadata = {target.metadata().begin(), target.metadata().end()};
  DUCTAPE_RETURN_IF_ERROR(CheckMetadata(path("metadata"), result.metadata));
  DUCTAPE_RETURN_IF_ERROR(CheckAddress(path("address"), target.address()));
  result.address = target.address();
  return result;
}

}  // namespace server
