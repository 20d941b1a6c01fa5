#ifndef SCHEDULER_DISPATCH_DATABASE_MYSQL_CONNECT_H_
#define SCHEDULER_DISPATCH_DATABASE_MYSQL_CONNECT_H_

#include <mysql.h>

#include <functional>
#include <memory>

#include "scheduler/base/secret_text.h"
#include "scheduler/dispatch/database/database_session.h"
#include "scheduler/dispatch/database/host_addresses.h"
#include "scheduler/dispatch/database/tls_files.h"

namespace scheduler::dispatch {

struct MysqlDeleter {
  void operator()(MYSQL* mysql) const { mysql_close(mysql); }
};
using MysqlPtr = std::unique_ptr<MYSQL, MysqlDeleter>;

// With what a session logs in, kept for the second connection that kills its statement.
struct MysqlLogin {
  core::SqlSettings settings;
  HostPort host;
  Endpoint endpoint;  // of the host; the one that is dialled
  TlsFiles tls;
  base::SecretText password;
};

// Carries a call of the client library's non-blocking interface to its end: `start` begins it, `resume` takes
// the events that came, both return those that are waited for, 0 at the end. When `interrupt` or the deadline
// comes, the call ends as one that timed out. `stopped`, if there is one, is called at the first of these.
void DriveMysql(MYSQL* mysql, const Deadline& deadline, Interrupt* interrupt,
                const std::function<int()>& start, const std::function<int(int)>& resume,
                const std::function<void()>& stopped = nullptr);

// A connection, or why there is none.
struct MysqlConnected {
  MysqlPtr mysql;
  AttemptResult failure;
};
MysqlConnected ConnectMysql(const MysqlLogin& login, const Deadline& deadline,
                            Interrupt* interrupt);

// Failed with the class of an error number of MySQL.
AttemptResult MysqlFailure(unsigned int error, const char* message);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_MYSQL_CONNECT_H_
