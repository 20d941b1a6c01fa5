#include <algorithm>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/database/database_session.h"

namespace scheduler::dispatch {

OpenedSession OpenSession(const SessionBasis& basis, AttemptConnection* connection,
                          Interrupt* interrupt) {
  if (const auto* sql = std::get_if<core::SqlSettings>(&connection->settings())) {
    if (sql->engine == core::SqlSettings::Engine::kPostgresql) {
      return OpenPostgres(basis, *sql, connection, interrupt);
    }
    return OpenMysql(basis, *sql, connection, interrupt);
  }
  if (const auto* mongo = std::get_if<core::MongoSettings>(&connection->settings())) {
    return OpenMongo(basis, *mongo, connection, interrupt);
  }
  return OpenedSession::Failed(
      FailedAttempt(core::failure::kValidation, "the connection is not one of a database"));
}

size_t MaxConnectionsOf(const core::Settings& settings) {
  int32_t most = 0;
  if (const auto* sql = std::get_if<core::SqlSettings>(&settings)) most = sql->max_connections;
  if (const auto* mongo = std::get_if<core::MongoSettings>(&settings)) {
    most = mongo->max_connections;
  }
  if (most <= 0) return base::limits::kDefaultSqlConnections;
  return std::min(most, base::limits::kMaxSqlConnections);
}

}  // namespace scheduler::dispatch
