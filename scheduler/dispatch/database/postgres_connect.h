#ifndef SCHEDULER_DISPATCH_DATABASE_POSTGRES_CONNECT_H_
#define SCHEDULER_DISPATCH_DATABASE_POSTGRES_CONNECT_H_

#include <memory>

#include "scheduler/dispatch/database/database_session.h"
#include "scheduler/dispatch/database/host_addresses.h"
#include "scheduler/dispatch/database/tls_files.h"
#include <libpq-fe.h>

namespace scheduler::dispatch {

struct PgConnDeleter {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using PgConn = std::unique_ptr<PGconn, PgConnDeleter>;

// A connection, or why there is none.
struct PgConnected {
  PgConn connection;
  AttemptResult failure;
};

// Connects to one address. `host` is what the certificate has to name unless the settings say otherwise.
PgConnected ConnectPostgres(const core::SqlSettings& settings, const HostPort& host,
                            const Endpoint& endpoint, const TlsFiles& tls,
                            std::string_view password, const Deadline& deadline,
                            Interrupt* interrupt);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_POSTGRES_CONNECT_H_
