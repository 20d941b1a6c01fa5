#ifndef SCHEDULER_CORE_CONNECTION_DATABASE_SETTINGS_H_
#define SCHEDULER_CORE_CONNECTION_DATABASE_SETTINGS_H_

#include <cstdint>
#include <string>

#include "scheduler/core/connection/secret.h"
#include "scheduler/core/connection/tls_settings.h"

namespace scheduler::core {

// A database of PostgreSQL or MySQL (MariaDB).
struct SqlSettings {
  enum class Engine : uint8_t { kPostgresql = 1, kMysql = 2 };
  Engine engine = Engine::kPostgresql;
  std::string address;  // "host:port" or "host", with the engine's own port
  std::string database;
  std::string username;
  Secret password;              // kNone: none is given
  TlsSettings tls;              // kDefault: required, but in the clear to loopback addresses
  int32_t max_connections = 0;  // 0: limits::kDefaultSqlConnections
  bool read_only = false;       // every statement runs in a read-only transaction

  friend bool operator==(const SqlSettings&, const SqlSettings&) = default;
};

// A database of MongoDB.
struct MongoSettings {
  // "mongodb://HOST:PORT,…/?replicaSet=…" or "mongodb+srv://HOST/", without credentials.
  std::string uri;
  std::string database;
  std::string username;  // empty: no authentication
  Secret password;
  std::string auth_source;  // empty: `database`
  TlsSettings tls;          // kDefault: as the URI says
  int32_t max_connections = 0;
  bool read_only = false;  // operations that write are refused

  friend bool operator==(const MongoSettings&, const MongoSettings&) = default;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_DATABASE_SETTINGS_H_
