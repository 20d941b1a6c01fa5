#include "server/converters/grpc_settings.h"

#include <string_view>
#include <variant>

#include "scheduler/base/errors.h"
#include "server/converters/auth_converter.h"
#include "server/converters/grpc_fields.h"
#include "server/converters/secret_converter.h"
#include "server/converters/settings_fields.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

// What metadata can carry.
absl::Status CheckKindOfAuth(const std::string& field, const v1::Auth& auth) {
  if (auth.has_sigv4()) {
    return errors::FieldInvalid(
        StrCat(field, ".sigv4"),
        "signs HTTP requests: use basic, bearer, api_key, oauth2 or login for gRPC");
  }
  if (!auth.has_api_key()) return absl::OkStatus();
  const std::string path = StrCat(field, ".api_key");
  if (auth.api_key().has_query()) {
    return errors::FieldInvalid(StrCat(path, ".query"), "gRPC has no query: use header");
  }
  return auth.api_key().has_header()
             ? CheckGrpcKey(StrCat(path, ".header"), auth.api_key().header())
             : absl::OkStatus();
}

absl::StatusOr<core::HttpAuth> ToGrpcAuth(const std::string& field, const v1::Auth& auth) {
  DUCTAPE_RETURN_IF_ERROR(CheckKindOfAuth(field, auth));
  DUCTAPE_ASSIGN_OR_RETURN(core::HttpAuth result, ToAuth(field, auth));
  if (auto* login = std::get_if<core::LoginAuth>(&result)) {
    if (auth.login().header().empty()) login->header = "authorization";
    DUCTAPE_RETURN_IF_ERROR(CheckGrpcKey(StrCat(field, ".login.header"), login->header));
  }
  return result;
}

}  // namespace

absl::StatusOr<core::GrpcSettings> ToGrpcSettings(const std::string& field,
                                                  const v1::GrpcSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::GrpcSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckGrpcAddress(path("address"), settings.address()));
  result.address = settings.address();
  result.metadata = {settings.metadata().begin(), settings.metadata().end()};
  DUCTAPE_RETURN_IF_ERROR(CheckGrpcMetadata(path("metadata"), result.metadata));
  if (settings.has_auth()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.auth, ToGrpcAuth(path("auth"), settings.auth()));
  }
  DUCTAPE_RETURN_IF_ERROR(CheckNotOfAuth(path("metadata"), result.metadata, result.auth));
  DUCTAPE_ASSIGN_OR_RETURN(result.tls,
                           ToTlsSettings(path("tls"), settings.tls(), /*with_mode=*/false));
  DUCTAPE_ASSIGN_OR_RETURN(result.secrets, ToNamedSecrets(path("secrets"), settings.secrets()));
  return result;
}

void GrpcSettingsToProto(const core::GrpcSettings& settings, v1::GrpcSettings* out) {
  out->set_address(settings.address);
  out->mutable_metadata()->insert(settings.metadata.begin(), settings.metadata.end());
  if (HasAuth(settings.auth)) AuthToProto(settings.auth, out->mutable_auth());
  TlsToProto(settings.tls, out);
  NamedSecretsToProto(settings.secrets, out->mutable_secrets());
}

}  // namespace server
