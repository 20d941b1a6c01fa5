#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/dispatch/template/check_template.h"
#include "server/converters/grpc_fields.h"
#include "server/converters/json.h"
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
using scheduler::dispatch::CheckTemplate;
using scheduler::dispatch::Landing;
using scheduler::dispatch::Secrets;

constexpr size_t kMaxMethodLength = 512;

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

// A connection says where the target listens, else the target itself.
absl::Status CheckAddress(const std::string& field, const v1::GrpcTarget& target) {
  if (target.connection().empty()) {
    if (target.address().empty()) {
      return errors::FieldRequired(field, "host:port or grpcs://host:port, or connection");
    }
    return CheckGrpcAddress(field, target.address());
  }
  if (target.address().empty()) return absl::OkStatus();
  return errors::FieldInvalid(field, "must be empty: the connection has the address");
}

}  // namespace

absl::StatusOr<core::GrpcTarget> ToGrpcTarget(std::string_view field,
                                              const v1::GrpcTarget& target) {
  const auto path = [field](std::string_view member) { return StrCat(field, ".", member); };
  core::GrpcTarget result;
  if (!target.connection().empty()) {
    DUCTAPE_RETURN_IF_ERROR(CheckTag(path("connection"), target.connection()));
    result.connection = target.connection();
  }
  const Secrets secrets = result.connection.empty() ? Secrets::kNone : Secrets::kByName;
  DUCTAPE_RETURN_IF_ERROR(CheckMethod(path("method"), target.method()));
  result.method = target.method();
  if (target.has_message()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.message_json,
                             ToJson(path("message"), target.message(), limits::kMaxInputBytes));
    DUCTAPE_RETURN_IF_ERROR(
        CheckTemplate(path("message"), result.message_json, Landing::kJson, secrets));
  }
  result.metadata = {target.metadata().begin(), target.metadata().end()};
  DUCTAPE_RETURN_IF_ERROR(CheckGrpcMetadata(path("metadata"), result.metadata,
                                            TemplateRule(Landing::kHeader, secrets)));
  DUCTAPE_RETURN_IF_ERROR(CheckAddress(path("address"), target));
  result.address = target.address();
  return result;
}

}  // namespace server
