#include <poll.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/database/json_rows.h"
#include "scheduler/dispatch/database/mysql_connect.h"
#include "scheduler/dispatch/database/mysql_values.h"

namespace scheduler::dispatch {
namespace {

constexpr uint16_t kDefaultPort = 3306;
// More than the longest text of a number: the client library makes 300 characters at most.
constexpr size_t kNumberBytes = 320;
constexpr size_t kMaxCellBytes = base::limits::kMaxOutputBytes + 1;
constexpr base::Millis kKillTimeout = 5 * base::kSecond;
constexpr unsigned int kFirstClientError = 2000;
constexpr unsigned int kLastClientError = 2999;
constexpr unsigned int kFirstConnectorError = 5000;

struct StatementDeleter {
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};
struct ResultDeleter {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};

class MysqlSession final : public DatabaseSession {
 public:
  MysqlSession(MysqlPtr mysql, MysqlLogin login, const base::Clock* clock)
      : mysql_(std::move(mysql)), login_(std::move(login)), clock_(clock) {}

  bool IsUsable() override;
  AttemptResult Run(const DatabaseCall& call, Interrupt* interrupt) override;

 private:
  // A failure, if there is one.
  using Failure = std::optional<AttemptResult>;

  void Drive(Interrupt* interrupt, const std::function<int()>& start,
             const std::function<int(int)>& resume);
  // A statement of the session's own.
  Failure Command(const std::string& text, Interrupt* interrupt);
  AttemptResult Execute(const DatabaseCall& call, Interrupt* interrupt);
  Failure Fetch(MYSQL_STMT* statement, Interrupt* interrupt, JsonRows* rows);
  // Reads the results after the first, of a procedure; one of them may say that it failed.
  Failure Drain(MYSQL_STMT* statement, Interrupt* interrupt);
  AttemptResult Failed(unsigned int error, const char* message);
  void KillOnServer();
  std::string TimeoutCommand(base::Millis timeout) const;

  const MysqlPtr mysql_;
  const MysqlLogin login_;
  const base::Clock* const clock_;
  bool broken_ = false;
  base::Millis timeout_ = 0;  // that the server has
};

bool MysqlSession::IsUsable() {
  if (broken_) return false;
  // Nothing comes unasked but the end.
  pollfd fd = {mysql_get_socket(mysql_.get()), POLLIN, 0};
  return poll(&fd, 1, 0) == 0;
}

void MysqlSession::Drive(Interrupt* interrupt, const std::function<int()>& start,
                         const std::function<int(int)>& resume) {
  DriveMysql(mysql_.get(), {}, interrupt, start, resume, [this] {
    broken_ = true;
    KillOnServer();
  });
}

void MysqlSession::KillOnServer() {
  Interrupt none;
  const Deadline deadline{clock_, clock_->MonoNow() + kKillTimeout};
  const MysqlConnected second = ConnectMysql(login_, deadline, &none);
  if (second.mysql == nullptr) return;
  const std::string kill = base::StrCat("KILL QUERY ", mysql_thread_id(mysql_.get()));
  int result = 0;
  DriveMysql(
      second.mysql.get(), deadline, &none,
      [&] { return mysql_real_query_start(&result, second.mysql.get(), kill.data(), kill.size()); },
      [&](int came) { return mysql_real_query_cont(&result, second.mysql.get(), came); });
}

AttemptResult MysqlSession::Failed(unsigned int error, const char* message) {
  if ((error >= kFirstClientError && error <= kLastClientError) || error >= kFirstConnectorError) {
    broken_ = true;
  }
  return MysqlFailure(error, message);
}

MysqlSession::Failure MysqlSession::Command(const std::string& text, Interrupt* interrupt) {
  int result = 0;
  MYSQL* const m = mysql_.get();
  Drive(
      interrupt, [&] { return mysql_real_query_start(&result, m, text.data(), text.size()); },
      [&](int came) { return mysql_real_query_cont(&result, m, came); });
  if (result == 0) return std::nullopt;
  return Failed(mysql_errno(m), mysql_error(m));
}

std::string MysqlSession::TimeoutCommand(base::Millis timeout) const {
  const bool mariadb = absl::StrContains(mysql_get_server_info(mysql_.get()), "MariaDB");
  if (mariadb) {
    return base::StrCat("SET SESSION max_statement_time = ", timeout / base::kSecond);
  }
  return base::StrCat("SET SESSION max_execution_time = ", timeout);
}

// The text of a cell of the row at hand, which is `length` bytes long; a number may be longer than that.
std::string CellText(MYSQL_STMT* statement, size_t column, size_t length) {
  std::string text(std::clamp<size_t>(length, kNumberBytes, kMaxCellBytes), '\0');
  MYSQL_BIND bind = {};
  unsigned long written = 0;
  my_bool null = 0;
  bind.buffer_type = MYSQL_TYPE_STRING;
  bind.buffer = text.data();
  bind.buffer_length = text.size();
  bind.length = &written;
  bind.is_null = &null;
  mysql_stmt_fetch_column(statement, &bind, static_cast<unsigned int>(column), 0);
  text.resize(std::min<size_t>(text.size(), written));
  return text;
}

MysqlSession::Failure MysqlSession::Fetch(MYSQL_STMT* statement, Interrupt* interrupt,
                                          JsonRows* rows) {
  const std::unique_ptr<MYSQL_RES, ResultDeleter> metadata(mysql_stmt_result_metadata(statement));
  if (metadata == nullptr) return std::nullopt;
  const unsigned int count = mysql_num_fields(metadata.get());
  const MYSQL_FIELD* const fields = mysql_fetch_fields(metadata.get());
  std::vector<std::string> names;
  for (unsigned int i = 0; i < count; ++i) names.emplace_back(fields[i].name);
  rows->SetColumns(names);
  // Cells are asked for one by one: how long they are is known only then. Of numbers the library says how
  // long the text was that fitted, so that there has to be room for all of it.
  std::vector<MYSQL_BIND> binds(count);
  std::vector<std::array<char, kNumberBytes>> numbers(count);
  std::vector<unsigned long> lengths(count);
  std::vector<my_bool> nulls(count);
  for (unsigned int i = 0; i < count; ++i) {
    binds[i].buffer_type = MYSQL_TYPE_STRING;
    binds[i].buffer = numbers[i].data();
    binds[i].buffer_length = numbers[i].size();
    binds[i].length = &lengths[i];
    binds[i].is_null = &nulls[i];
  }
  mysql_stmt_bind_result(statement, binds.data());
  const auto cell = [&](size_t column) -> std::string {
    if (nulls[column]) return "null";
    return MysqlCell(fields[column], CellText(statement, column, lengths[column]));
  };
  while (true) {
    int result = 0;
    Drive(
        interrupt, [&] { return mysql_stmt_fetch_start(&result, statement); },
        [&](int came) { return mysql_stmt_fetch_cont(&result, statement, came); });
    if (result == MYSQL_NO_DATA) return std::nullopt;
    if (result != 0 && result != MYSQL_DATA_TRUNCATED) {
      return Failed(mysql_stmt_errno(statement), mysql_stmt_error(statement));
    }
    rows->AddRow(cell);
  }
}

MysqlSession::Failure MysqlSession::Drain(MYSQL_STMT* statement, Interrupt* interrupt) {
  while (mysql_stmt_more_results(statement)) {
    int result = 0;
    Drive(
        interrupt, [&] { return mysql_stmt_next_result_start(&result, statement); },
        [&](int came) { return mysql_stmt_next_result_cont(&result, statement, came); });
    if (result > 0) return Failed(mysql_stmt_errno(statement), mysql_stmt_error(statement));
    if (result < 0) break;  // there is none
    if (mysql_stmt_field_count(statement) == 0) continue;
    JsonRows dropped;
    if (Failure failure = Fetch(statement, interrupt, &dropped)) return failure;
  }
  return std::nullopt;
}

AttemptResult MysqlSession::Execute(const DatabaseCall& call, Interrupt* interrupt) {
  std::unique_ptr<MYSQL_STMT, StatementDeleter> owned(mysql_stmt_init(mysql_.get()));
  MYSQL_STMT* const statement = owned.get();
  if (statement == nullptr) return Failed(mysql_errno(mysql_.get()), mysql_error(mysql_.get()));
  const auto failed = [&] {
    return Failed(mysql_stmt_errno(statement), mysql_stmt_error(statement));
  };
  int result = 0;
  Drive(
      interrupt,
      [&] {
        return mysql_stmt_prepare_start(&result, statement, call.statement.data(),
                                        call.statement.size());
      },
      [&](int came) { return mysql_stmt_prepare_cont(&result, statement, came); });
  if (result != 0) return failed();
  if (mysql_stmt_param_count(statement) != call.values.size()) {
    return FailedAttempt(core::failure::kValidation,
                         "the server finds other parameters in the statement than were given");
  }
  MysqlValues values(call.values);
  if (!call.values.empty() && mysql_stmt_bind_param(statement, values.binds()) != 0) {
    return failed();
  }
  Drive(
      interrupt, [&] { return mysql_stmt_execute_start(&result, statement); },
      [&](int came) { return mysql_stmt_execute_cont(&result, statement, came); });
  if (result != 0) return failed();
  JsonRows rows;
  if (mysql_stmt_field_count(statement) > 0) {
    if (Failure failure = Fetch(statement, interrupt, &rows)) return *std::move(failure);
  }
  // All bits are set where the server does not say: it gave rows then (INSERT … RETURNING).
  const auto said = static_cast<int64_t>(mysql_stmt_affected_rows(statement));
  const int64_t affected = said < 0 ? rows.row_count() : said;
  if (Failure failure = Drain(statement, interrupt)) return *std::move(failure);
  my_bool ignored = 0;
  MYSQL_STMT* const closing = owned.release();
  Drive(
      interrupt, [&] { return mysql_stmt_close_start(&ignored, closing); },
      [&](int came) { return mysql_stmt_close_cont(&ignored, closing, came); });
  return rows.Complete(call.operation, affected);
}

AttemptResult MysqlSession::Run(const DatabaseCall& call, Interrupt* interrupt) {
  // In whole seconds and later than the attempt's own end, so that it seldom changes.
  const base::Millis timeout = (call.time_left / base::kSecond + 2) * base::kSecond;
  if (timeout != timeout_) {
    if (Failure failure = Command(TimeoutCommand(timeout), interrupt)) return *std::move(failure);
    timeout_ = timeout;
  }
  const bool read_only = login_.settings.read_only;
  if (read_only) {
    if (Failure failure = Command("START TRANSACTION READ ONLY", interrupt)) {
      return *std::move(failure);
    }
  }
  AttemptResult result = Execute(call, interrupt);
  if (read_only && !broken_ && Command(result.completed ? "COMMIT" : "ROLLBACK", interrupt)) {
    broken_ = true;
  }
  return result;
}

OpenedSession Refused(std::string_view why) {
  return OpenedSession::Failed(FailedAttempt(core::failure::kValidation, why));
}

}  // namespace

OpenedSession OpenMysql(const SessionBasis& basis, const core::SqlSettings& settings,
                        AttemptConnection* connection, Interrupt* interrupt) {
  const std::optional<HostPort> host = SplitAddress(settings.address, kDefaultPort);
  if (!host.has_value()) return Refused("the connection's address is not \"host:port\"");
  absl::StatusOr<base::SecretText> password = connection->Read("password", settings.password);
  if (!password.ok()) return OpenedSession::Failed(UnsentAttempt(password.status()));
  absl::StatusOr<TlsFiles> tls = TlsFiles::Make(settings.tls, basis.ca_file, connection);
  if (!tls.ok()) return OpenedSession::Failed(UnsentAttempt(tls.status()));
  const Deadline deadline{basis.clock, basis.clock->MonoNow() + basis.connect_timeout};
  Addresses addresses = FindAddresses(basis, *host, deadline, interrupt);
  if (addresses.endpoints.empty()) return OpenedSession::Failed(std::move(addresses.failure));
  MysqlLogin login{settings, *host, addresses.endpoints[0], *std::move(tls), *std::move(password)};
  MysqlConnected connected;
  for (const Endpoint& endpoint : addresses.endpoints) {
    login.endpoint = endpoint;
    connected = ConnectMysql(login, deadline, interrupt);
    // Another address helps where this one could not be reached, and not where it said no.
    if (connected.mysql != nullptr || interrupt->tripped() ||
        connected.failure.error->code != core::failure::kConnection) {
      break;
    }
  }
  if (connected.mysql == nullptr) return OpenedSession::Failed(std::move(connected.failure));
  return {std::make_unique<MysqlSession>(std::move(connected.mysql), std::move(login), basis.clock),
          {}};
}

}  // namespace scheduler::dispatch
