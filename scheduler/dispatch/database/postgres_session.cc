#include <poll.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/database/failure_classes.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/database/json_rows.h"
#include "scheduler/dispatch/database/postgres_connect.h"

namespace scheduler::dispatch {
namespace {

constexpr uint16_t kDefaultPort = 5432;
// Reads of what comes while a connection is idle.
constexpr int kMaxUnasked = 16;
// PQcancel blocks until the server closes, for ever if it is stopped: threads that ask for it are bounded,
// and what goes beyond is cancelled by the end of the connection and statement_timeout alone.
constexpr int kMaxCancels = 16;
std::atomic<int> cancels_at_work{0};

// Object ids of types, from the server's pg_type.dat; stable across versions.
enum TypeOid : Oid {
  kInferred = 0,
  kBoolOid = 16,
  kByteaOid = 17,
  kInt8Oid = 20,
  kInt2Oid = 21,
  kInt4Oid = 23,
  kOidOid = 26,
  kJsonOid = 114,
  kFloat4Oid = 700,
  kFloat8Oid = 701,
  kDateOid = 1082,
  kTimestamptzOid = 1184,
  kNumericOid = 1700,
  kUuidOid = 2950,
  kJsonbOid = 3802,
};

// The type that a value is sent as. Text and what is not declared takes the type that the statement has there.
Oid OidOf(const core::BoundValue& value) {
  using Type = core::ParameterType;
  if (!value.declared) return kInferred;
  switch (value.type) {
    case Type::kInt:
      return kInt4Oid;
    case Type::kBigint:
      return kInt8Oid;
    case Type::kFloat:
      return kFloat8Oid;
    case Type::kDecimal:
      return kNumericOid;
    case Type::kBool:
      return kBoolOid;
    case Type::kTimestamp:
      return kTimestamptzOid;
    case Type::kDate:
      return kDateOid;
    case Type::kUuid:
      return kUuidOid;
    case Type::kJson:
      return kJsonbOid;
    case Type::kBytes:
      return kByteaOid;
    case Type::kAny:
    case Type::kText:
      break;
  }
  return kInferred;
}

std::string TextOf(const core::BoundValue& value) {
  if (value.type != core::ParameterType::kBytes) return value.text;
  return "\\x" + absl::BytesToHexString(value.text);
}

std::string CellOf(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return "null";
  const std::string_view text(PQgetvalue(result, row, column), PQgetlength(result, row, column));
  switch (PQftype(result, column)) {
    case kBoolOid:
      return text == "t" ? "true" : "false";
    case kInt2Oid:
    case kInt4Oid:
    case kInt8Oid:
    case kOidOid:
    case kFloat4Oid:
    case kFloat8Oid:
    case kNumericOid:
      return JsonNumber(text);  // NaN and Infinity are strings
    case kJsonOid:
    case kJsonbOid:
      return std::string(text);
    default:
      return JsonText(text);
  }
}

class PostgresSession final : public DatabaseSession {
 public:
  PostgresSession(PgConn connection, bool read_only)
      : connection_(std::move(connection)), read_only_(read_only) {}

  bool IsUsable() override;
  AttemptResult Run(const DatabaseCall& call, Interrupt* interrupt) override;

 private:
  // One statement and what it came to. `failed` is set with `failure`.
  struct Answer {
    bool failed = false;
    AttemptResult failure;
    JsonRows rows;
    int64_t affected = 0;
  };

  Answer Send(const std::string& statement, const std::vector<core::BoundValue>& values,
              Interrupt* interrupt);
  bool Dispatch(const std::string& statement, const std::vector<core::BoundValue>& values);
  // Waits until the connection has sent everything, and then for a result; false if it broke or `interrupt`
  // came, and `answer` says so.
  bool Flush(Interrupt* interrupt, Answer* answer);
  bool AwaitResult(Interrupt* interrupt, Answer* answer);
  void Take(const PGresult* result, Answer* answer);
  void Break(Answer* answer, AttemptResult failure);
  void CancelOnServer();
  AttemptResult Lost() const;

  const PgConn connection_;
  const bool read_only_;
  bool broken_ = false;
  base::Millis timeout_ = 0;  // that the server has
};

bool PostgresSession::IsUsable() {
  if (broken_ || PQstatus(connection_.get()) != CONNECTION_OK) return false;
  // What comes unasked is the server's farewell.
  pollfd fd = {PQsocket(connection_.get()), POLLIN, 0};
  // Notices may come too; a server that has no end of them is not worth waiting for.
  for (int i = 0; poll(&fd, 1, 0) > 0; ++i) {
    if (i == kMaxUnasked) return false;
    if (PQconsumeInput(connection_.get()) == 0) return false;
    if (PQstatus(connection_.get()) != CONNECTION_OK) return false;
    if ((fd.revents & (POLLHUP | POLLERR)) != 0) return false;
  }
  return true;
}

AttemptResult PostgresSession::Lost() const {
  return FailedAttempt(core::failure::kConnection, PQerrorMessage(connection_.get()));
}

void PostgresSession::Break(Answer* answer, AttemptResult failure) {
  broken_ = true;
  // The server's own words, if it had any, say more than the end of the connection.
  if (answer->failed) return;
  answer->failed = true;
  answer->failure = std::move(failure);
}

void PostgresSession::CancelOnServer() {
  if (cancels_at_work.fetch_add(1) >= kMaxCancels) {
    cancels_at_work.fetch_sub(1);
    return;
  }
  // Holds all that it needs, so that nothing of the session is used any more.
  PGcancel* const cancel = PQgetCancel(connection_.get());
  try {
    std::thread([cancel] {
      char error[256];
      if (cancel != nullptr) PQcancel(cancel, error, sizeof(error));
      PQfreeCancel(cancel);
      cancels_at_work.fetch_sub(1);
    }).detach();
  } catch (const std::system_error&) {
    // No thread is left for it.
    PQfreeCancel(cancel);
    cancels_at_work.fetch_sub(1);
  }
}

bool PostgresSession::Dispatch(const std::string& statement,
                               const std::vector<core::BoundValue>& values) {
  std::vector<std::string> texts;
  std::vector<const char*> pointers;
  std::vector<Oid> types;
  texts.reserve(values.size());
  for (const core::BoundValue& value : values) {
    texts.push_back(TextOf(value));
    pointers.push_back(value.null ? nullptr : texts.back().c_str());
    types.push_back(OidOf(value));
  }
  return PQsendQueryParams(connection_.get(), statement.c_str(), static_cast<int>(values.size()),
                           types.data(), pointers.data(), nullptr, nullptr, 0) == 1 &&
         PQsetSingleRowMode(connection_.get()) == 1;
}

bool PostgresSession::Flush(Interrupt* interrupt, Answer* answer) {
  while (true) {
    const int left = PQflush(connection_.get());
    if (left == 0) return true;
    if (left < 0) break;
    short ready = 0;
    if (interrupt->Wait(PQsocket(connection_.get()), POLLIN | POLLOUT, {}, &ready) ==
        Interrupt::Woken::kInterrupted) {
      Break(answer, CancelledAttempt());
      return false;
    }
    if ((ready & POLLIN) != 0 && PQconsumeInput(connection_.get()) == 0) break;
  }
  Break(answer, Lost());
  return false;
}

bool PostgresSession::AwaitResult(Interrupt* interrupt, Answer* answer) {
  while (PQisBusy(connection_.get())) {
    if (interrupt->Wait(PQsocket(connection_.get()), POLLIN, {}) ==
        Interrupt::Woken::kInterrupted) {
      CancelOnServer();
      Break(answer, CancelledAttempt());
      return false;
    }
    if (PQconsumeInput(connection_.get()) == 0) {
      // What came before the end may hold the server's reason.
      while (PGresult* last = PQgetResult(connection_.get())) {
        if (PQresultErrorField(last, PG_DIAG_SQLSTATE) != nullptr) Take(last, answer);
        PQclear(last);
      }
      Break(answer, Lost());
      return false;
    }
  }
  return true;
}

void PostgresSession::Take(const PGresult* result, Answer* answer) {
  switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
    case PGRES_TUPLES_OK: {
      if (!answer->rows.has_columns()) {
        std::vector<std::string> names;
        for (int i = 0; i < PQnfields(result); ++i) names.emplace_back(PQfname(result, i));
        answer->rows.SetColumns(names);
      }
      for (int row = 0; row < PQntuples(result); ++row) {
        answer->rows.AddRow(
            [&](size_t column) { return CellOf(result, row, static_cast<int>(column)); });
      }
      [[fallthrough]];
    }
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
      // PQcmdTuples is not const, and changes nothing.
      if (!absl::SimpleAtoi(PQcmdTuples(const_cast<PGresult*>(result)), &answer->affected)) {
        answer->affected = 0;
      }
      return;
    default:
      break;
  }
  const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr) return Break(answer, Lost());
  if (answer->failed) return;
  answer->failed = true;
  const char* const message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  answer->failure =
      FailedAttempt(core::ClassOfSqlState(state),
                    base::StrCat("SQLSTATE ", state, ": ", message == nullptr ? "" : message),
                    core::NumberOfSqlState(state));
}

PostgresSession::Answer PostgresSession::Send(const std::string& statement,
                                              const std::vector<core::BoundValue>& values,
                                              Interrupt* interrupt) {
  Answer answer;
  if (!Dispatch(statement, values)) {
    Break(&answer, Lost());
    return answer;
  }
  if (!Flush(interrupt, &answer)) return answer;
  while (AwaitResult(interrupt, &answer)) {
    PGresult* const result = PQgetResult(connection_.get());
    if (result == nullptr) break;
    Take(result, &answer);
    PQclear(result);
    if (PQstatus(connection_.get()) != CONNECTION_OK) broken_ = true;
  }
  return answer;
}

AttemptResult PostgresSession::Run(const DatabaseCall& call, Interrupt* interrupt) {
  // In whole seconds and later than the attempt's own end, so that it seldom changes.
  const base::Millis timeout = (call.time_left / base::kSecond + 2) * base::kSecond;
  if (timeout != timeout_) {
    Answer set = Send(base::StrCat("SET statement_timeout = ", timeout), {}, interrupt);
    if (set.failed) return std::move(set.failure);
    timeout_ = timeout;
  }
  if (read_only_) {
    Answer begun = Send("BEGIN READ ONLY", {}, interrupt);
    if (begun.failed) return std::move(begun.failure);
  }
  Answer answer = Send(call.statement, call.values, interrupt);
  if (read_only_ && !broken_) {
    const Answer ended = Send(answer.failed ? "ROLLBACK" : "COMMIT", {}, interrupt);
    if (ended.failed) broken_ = true;
  }
  if (answer.failed) return std::move(answer.failure);
  return answer.rows.Complete(call.operation, answer.affected);
}

}  // namespace

OpenedSession OpenPostgres(const SessionBasis& basis, const core::SqlSettings& settings,
                           AttemptConnection* connection, Interrupt* interrupt) {
  const std::optional<HostPort> host = SplitAddress(settings.address, kDefaultPort);
  if (!host.has_value()) {
    return OpenedSession::Failed(
        FailedAttempt(core::failure::kValidation, "the connection's address is not \"host:port\""));
  }
  const absl::StatusOr<base::SecretText> password = connection->Read("password", settings.password);
  if (!password.ok()) return OpenedSession::Failed(UnsentAttempt(password.status()));
  const absl::StatusOr<TlsFiles> tls = TlsFiles::Make(settings.tls, basis.ca_file, connection);
  if (!tls.ok()) return OpenedSession::Failed(UnsentAttempt(tls.status()));
  const Deadline deadline{basis.clock, basis.clock->MonoNow() + basis.connect_timeout};
  Addresses addresses = FindAddresses(basis, *host, deadline, interrupt);
  if (addresses.endpoints.empty()) return OpenedSession::Failed(std::move(addresses.failure));
  PgConnected connected;
  for (const Endpoint& endpoint : addresses.endpoints) {
    connected =
        ConnectPostgres(settings, *host, endpoint, *tls, password->view(), deadline, interrupt);
    // Another address helps where this one could not be reached, and not where it said no.
    if (connected.connection != nullptr || connected.failure.error == nullptr ||
        connected.failure.error->code != core::failure::kConnection) {
      break;
    }
  }
  if (connected.connection == nullptr) return OpenedSession::Failed(std::move(connected.failure));
  return {std::make_unique<PostgresSession>(std::move(connected.connection), settings.read_only),
          {}};
}

}  // namespace scheduler::dispatch
