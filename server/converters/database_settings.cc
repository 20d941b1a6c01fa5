#include "server/converters/database_settings.h"

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/database/mongo_uri.h"
#include "server/converters/secret_converter.h"
#include "server/converters/settings_fields.h"
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

constexpr auto kLine = scheduler::secrets::SecretForm::kLine;

constexpr std::string_view kMongoScheme = "mongodb://";
constexpr size_t kMaxMongoDatabase = 64;

absl::Status CheckMongoUri(const std::string& field, const std::string& uri) {
  DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, uri));
  if (uri.empty()) return errors::FieldRequired(field, "mongodb://HOST:PORT");
  DUCTAPE_RETURN_IF_ERROR(CheckText(field, uri, limits::kMaxUrlLength));
  if (!uri.starts_with(kMongoScheme)) {
    return errors::FieldInvalid(field, "must begin with mongodb://");
  }
  if (Contains(uri, '@')) {
    return errors::FieldInvalid(field, "must have no user and password: they have fields");
  }
  if (const absl::Status status = core::CheckMongoUriOptions(uri); !status.ok()) {
    return errors::FieldInvalid(field, scheduler::base::FromAbsl(status.message()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<core::SqlSettings> ToSqlSettings(const std::string& field,
                                                const v1::SqlSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::SqlSettings result;
  if (settings.engine() == v1::SqlSettings::ENGINE_UNSPECIFIED) {
    return errors::FieldRequired(path("engine"), "POSTGRESQL or MYSQL");
  }
  if (!v1::SqlSettings::Engine_IsValid(settings.engine())) {
    return errors::FieldInvalid(path("engine"), "must be POSTGRESQL or MYSQL");
  }
  result.engine = static_cast<core::SqlSettings::Engine>(settings.engine());
  DUCTAPE_RETURN_IF_ERROR(CheckServerAddress(path("address"), settings.address()));
  DUCTAPE_RETURN_IF_ERROR(
      CheckRequiredAccount(path("database"), settings.database(), "the database"));
  DUCTAPE_RETURN_IF_ERROR(CheckRequiredAccount(path("username"), settings.username(), "the user"));
  DUCTAPE_ASSIGN_OR_RETURN(result.password, ToSecret(path("password"), settings.password(), kLine));
  DUCTAPE_ASSIGN_OR_RETURN(result.tls, ToTlsSettings(path("tls"), settings.tls(), true));
  DUCTAPE_RETURN_IF_ERROR(CheckMaxConnections(path("max_connections"), settings.max_connections()));
  result.address = settings.address();
  result.database = settings.database();
  result.username = settings.username();
  result.max_connections = settings.max_connections();
  result.read_only = settings.read_only();
  return result;
}

void SqlSettingsToProto(const core::SqlSettings& settings, v1::SqlSettings* out) {
  out->set_engine(static_cast<v1::SqlSettings::Engine>(settings.engine));
  out->set_address(settings.address);
  out->set_database(settings.database);
  out->set_username(settings.username);
  PutSecret(settings.password, out, &v1::SqlSettings::mutable_password);
  TlsToProto(settings.tls, out);
  out->set_max_connections(settings.max_connections);
  out->set_read_only(settings.read_only);
}

absl::StatusOr<core::MongoSettings> ToMongoSettings(const std::string& field,
                                                    const v1::MongoSettings& settings) {
  const auto path = [&field](std::string_view member) { return StrCat(field, ".", member); };
  core::MongoSettings result;
  DUCTAPE_RETURN_IF_ERROR(CheckMongoUri(path("uri"), settings.uri()));
  DUCTAPE_RETURN_IF_ERROR(CheckRequiredAccount(path("database"), settings.database(),
                                               "the database", kMaxMongoDatabase));
  DUCTAPE_RETURN_IF_ERROR(
      CheckUserAndPassword(field, settings.username(), settings.has_password()));
  DUCTAPE_ASSIGN_OR_RETURN(result.password, ToSecret(path("password"), settings.password(), kLine));
  DUCTAPE_RETURN_IF_ERROR(
      CheckAccount(path("auth_source"), settings.auth_source(), kMaxMongoDatabase));
  DUCTAPE_ASSIGN_OR_RETURN(result.tls, ToTlsSettings(path("tls"), settings.tls(), true));
  DUCTAPE_RETURN_IF_ERROR(CheckMaxConnections(path("max_connections"), settings.max_connections()));
  result.uri = settings.uri();
  result.database = settings.database();
  result.username = settings.username();
  result.auth_source = settings.auth_source();
  result.max_connections = settings.max_connections();
  result.read_only = settings.read_only();
  return result;
}

void MongoSettingsToProto(const core::MongoSettings& settings, v1::MongoSettings* out) {
  out->set_uri(settings.uri);
  out->set_database(settings.database);
  out->set_username(settings.username);
  PutSecret(settings.password, out, &v1::MongoSettings::mutable_password);
  out->set_auth_source(settings.auth_source);
  TlsToProto(settings.tls, out);
  out->set_max_connections(settings.max_connections);
  out->set_read_only(settings.read_only);
}

}  // namespace server
