#ifndef SCHEDULER_DISPATCH_DATABASE_DATABASE_SESSION_H_
#define SCHEDULER_DISPATCH_DATABASE_DATABASE_SESSION_H_

#include <memory>
#include <string>
#include <utility>

#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/database/database_call.h"
#include "scheduler/dispatch/database/interrupt.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/host_resolver.h"

namespace scheduler::dispatch {

// A connection to a database. Used by one thread at a time.
class DatabaseSession {
 public:
  virtual ~DatabaseSession() = default;

  // Whether another attempt may use it: false when the last one left it in doubt, or the server closed it.
  virtual bool IsUsable() = 0;

  // Sends the call and waits for the answer, or for `interrupt`: then the server is told to stop, the session
  // is usable no more, and what is returned means nothing.
  virtual AttemptResult Run(const DatabaseCall& call, Interrupt* interrupt) = 0;
};

// A session, or why there is none.
struct OpenedSession {
  std::unique_ptr<DatabaseSession> session;
  AttemptResult failure;

  static OpenedSession Failed(AttemptResult why) { return {nullptr, std::move(why)}; }
};

// What sessions are opened with. All of it outlives the session.
struct SessionBasis {
  const EgressPolicy* egress = nullptr;
  const base::Clock* clock = nullptr;
  HostResolver* resolver = nullptr;
  base::Millis connect_timeout = 0;
  std::string ca_file;  // empty: the system's
};

// Each resolves the host once, asks the egress policy about its addresses and dials those alone. Files with
// secrets may be waited for. Failures are those of an attempt.
OpenedSession OpenPostgres(const SessionBasis& basis, const core::SqlSettings& settings,
                           AttemptConnection* connection, Interrupt* interrupt);
OpenedSession OpenMysql(const SessionBasis& basis, const core::SqlSettings& settings,
                        AttemptConnection* connection, Interrupt* interrupt);
OpenedSession OpenMongo(const SessionBasis& basis, const core::MongoSettings& settings,
                        AttemptConnection* connection, Interrupt* interrupt);

// By the kind of the connection's settings.
OpenedSession OpenSession(const SessionBasis& basis, AttemptConnection* connection,
                          Interrupt* interrupt);

// The most connections that its settings allow.
size_t MaxConnectionsOf(const core::Settings& settings);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_DATABASE_SESSION_H_
