#ifndef SERVER_CONVERTERS_DATABASE_SETTINGS_H_
#define SERVER_CONVERTERS_DATABASE_SETTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// Settings of databases between wire and domain, with paths from `field`. Secrets are those of secret_converter.h.
namespace server {

absl::StatusOr<scheduler::core::SqlSettings> ToSqlSettings(
    const std::string& field, const ductape::jobs::v1::SqlSettings& settings);
void SqlSettingsToProto(const scheduler::core::SqlSettings& settings,
                        ductape::jobs::v1::SqlSettings* out);

absl::StatusOr<scheduler::core::MongoSettings> ToMongoSettings(
    const std::string& field, const ductape::jobs::v1::MongoSettings& settings);
void MongoSettingsToProto(const scheduler::core::MongoSettings& settings,
                          ductape::jobs::v1::MongoSettings* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_DATABASE_SETTINGS_H_
