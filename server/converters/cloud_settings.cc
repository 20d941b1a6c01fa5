#include "server/converters/cloud_settings.h"

#include <algorithm>

#include "scheduler/base/errors.h"
#include "server/converters/secret_converter.h"
#include "server/converters/settings_fields.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

constexpr auto kLine = scheduler::secrets::SecretForm::kLine;
constexpr auto kDocument = scheduler::secrets::SecretForm::kDocument;

// https://cloud.google.com/resource-manager/docs/creating-managing-projects
constexpr size_t kMinProject = 6;
constexpr size_t kMaxProject = 30;

absl::Status CheckProject(const std::string& field, const std::string& project) {
  if (project.empty()) return errors::FieldRequired(field, "the project's id");
  DUCTAPE_RETURN_IF_ERROR(CheckAccount(field, project));
  const bool right = project.size() >= kMinProject && project.size() <= kMaxProject &&
                     absl::ascii_islower(static_cast<unsigned char>(project.front())) &&
                     project.back() != '-' &&
                     std::all_of(project.begin(), project.end(), [](char c) {
                       const auto byte = static_cast<unsigned char>(c);
                       return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-';
                     });
  if (right) return absl::OkStatus();
  return errors::FieldInvalid(
      field, "must be 6 to 30 lower-case letters, digits and hyphens, and begin with a letter");
}

}  // namespace

absl::StatusOr<core::PubsubSettings> ToPubsubSettings(const std::string& field,
                                                      const v1::PubsubSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::PubsubSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckProject(path("project"), settings.project()));
  if (!settings.endpoint().empty()) {
    DUCTAPE_RETURN_IF_ERROR(CheckServerAddress(path("endpoint"), settings.endpoint()));
    // Its token would go over the line in the clear.
    if (settings.has_service_account()) {
      return errors::FieldInvalid(path("service_account"), "must be unset with an endpoint");
    }
  } else if (!settings.has_service_account()) {
    return errors::FieldRequired(path("service_account"), "the JSON key file");
  }
  DUCTAPE_ASSIGN_OR_RETURN(result.service_account, ToSecret(path("service_account"),
                                                            settings.service_account(), kDocument));
  result.project = settings.project();
  result.endpoint = settings.endpoint();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void PubsubSettingsToProto(const core::PubsubSettings& settings, v1::PubsubSettings* out) {
  out->set_project(settings.project);
  PutSecret(settings.service_account, out, &v1::PubsubSettings::mutable_service_account);
  out->set_endpoint(settings.endpoint);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

absl::StatusOr<core::AwsSettings> ToAwsSettings(const std::string& field,
                                                const v1::AwsSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::AwsSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckAwsName(path("region"), settings.region(), "the region"));
  DUCTAPE_RETURN_IF_ERROR(
      CheckRequiredAccount(path("access_key_id"), settings.access_key_id(), "the id of the key"));
  DUCTAPE_ASSIGN_OR_RETURN(
      result.secret_access_key,
      ToRequiredSecret(path("secret_access_key"), settings.has_secret_access_key(),
                       settings.secret_access_key(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.session_token,
                           ToSecret(path("session_token"), settings.session_token(), kLine));
  DUCTAPE_RETURN_IF_ERROR(CheckEndpoint(path("endpoint"), settings.endpoint()));
  result.region = settings.region();
  result.access_key_id = settings.access_key_id();
  result.endpoint = settings.endpoint();
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void AwsSettingsToProto(const core::AwsSettings& settings, v1::AwsSettings* out) {
  out->set_region(settings.region);
  out->set_access_key_id(settings.access_key_id);
  SecretToProto(settings.secret_access_key, out->mutable_secret_access_key());
  PutSecret(settings.session_token, out, &v1::AwsSettings::mutable_session_token);
  out->set_endpoint(settings.endpoint);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

}  // namespace server
