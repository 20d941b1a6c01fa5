#include "scheduler/dispatch/database/postgres_connect.h"

#include <poll.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/database/failure_classes.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

// What values are written and read by, whatever the server's defaults are.
constexpr char kServerOptions[] =
    "-c standard_conforming_strings=on -c DateStyle=ISO,YMD -c IntervalStyle=iso_8601 "
    "-c TimeZone=UTC -c bytea_output=hex -c extra_float_digits=1";
// A parameter that names nothing: libpq would take an empty one from the environment or the home directory.
constexpr char kNoFile[] = "/dev/null/none";

struct Parameters {
  std::vector<const char*> keys;
  std::vector<std::string> values;

  void Set(const char* key, std::string value) {
    if (value.empty()) return;
    keys.push_back(key);
    values.push_back(std::move(value));
  }
};

const char* TlsModeOf(const core::TlsSettings& tls, const Endpoint& endpoint) {
  using Mode = core::TlsSettings::Mode;
  if (tls.mode == Mode::kDisabled) return "disable";
  if (tls.mode == Mode::kDefault && IsLoopback(endpoint.address)) return "disable";
  return tls.insecure_skip_verify ? "require" : "verify-full";
}

void SetTls(const core::TlsSettings& tls, const Endpoint& endpoint, const TlsFiles& files,
            Parameters* parameters) {
  parameters->Set("sslmode", TlsModeOf(tls, endpoint));
  const bool verified = !tls.insecure_skip_verify && !files.ca_path.empty();
  parameters->Set("sslrootcert", verified ? files.ca_path : kNoFile);
  parameters->Set("sslcert", files.certificate.ok() ? files.certificate.path() : kNoFile);
  parameters->Set("sslkey", files.key.ok() ? files.key.path() : kNoFile);
  parameters->Set("sslcrl", kNoFile);
  parameters->Set("ssl_min_protocol_version", "TLSv1.2");
  parameters->Set("gssencmode", "disable");
}

PgConn Begin(const core::SqlSettings& settings, const HostPort& host, const Endpoint& endpoint,
             const TlsFiles& tls, std::string_view password) {
  Parameters p;
  p.Set("host", settings.tls.server_name.empty() ? host.host : settings.tls.server_name);
  p.Set("hostaddr", FormatIpAddress(endpoint.address));
  p.Set("port", std::to_string(endpoint.port));
  p.Set("dbname", settings.database.empty() ? settings.username : settings.database);
  p.Set("user", settings.username);
  p.Set("passfile", kNoFile);
  p.Set("application_name", "ductape-jobs");
  p.Set("client_encoding", "UTF8");
  p.Set("options", kServerOptions);
  p.Set("target_session_attrs", "any");
  // What bounds the wait for a server that is gone, also that of PQcancel.
  p.Set("tcp_user_timeout", "10000");
  p.Set("keepalives_idle", "30");
  SetTls(settings.tls, endpoint, tls, &p);
  std::vector<const char*> values;
  for (const std::string& value : p.values) values.push_back(value.c_str());
  // Kept apart, since it is wiped.
  base::SecretText terminated(password.size() + 1);
  std::copy(password.begin(), password.end(), terminated.data());
  terminated.data()[password.size()] = '\0';
  if (!password.empty()) {
    p.keys.push_back("password");
    values.push_back(terminated.data());
  }
  p.keys.push_back(nullptr);
  values.push_back(nullptr);
  return PgConn(PQconnectStartParams(p.keys.data(), values.data(), /*expand_dbname=*/0));
}

// libpq 15 has no field for the SQLSTATE of a refused start; by this verbosity it stands in the message.
std::string_view StateIn(std::string_view message) {
  constexpr std::string_view kMark = ":  ";
  for (size_t at = message.find(kMark); at != std::string_view::npos;
       at = message.find(kMark, at + 1)) {
    const std::string_view state = message.substr(at + kMark.size(), 5);
    const bool whole = state.size() == 5 && message.substr(at + kMark.size() + 5, 1) == ":";
    bool right = whole;
    for (const char c : state) right = right && (absl::ascii_isdigit(c) || absl::ascii_isupper(c));
    if (right) return state;
  }
  return {};
}

AttemptResult Refused(PGconn* connection) {
  const std::string_view message = PQerrorMessage(connection);
  const std::string_view state = StateIn(message);
  const std::string_view shown = message.substr(0, message.find("\nLOCATION:"));
  if (state.empty()) return FailedAttempt(core::failure::kConnection, shown);
  return FailedAttempt(core::ClassOfSqlState(state), shown, core::NumberOfSqlState(state));
}

void IgnoreNotice(void* /*context*/, const PGresult* /*notice*/) {}

}  // namespace

PgConnected ConnectPostgres(const core::SqlSettings& settings, const HostPort& host,
                            const Endpoint& endpoint, const TlsFiles& tls,
                            std::string_view password, const Deadline& deadline,
                            Interrupt* interrupt) {
  PgConn connection = Begin(settings, host, endpoint, tls, password);
  if (connection == nullptr) {
    return {nullptr, FailedAttempt(core::failure::kConnection, "no memory for a connection")};
  }
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(connection.get(), &IgnoreNotice, nullptr);
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (PQstatus(connection.get()) != CONNECTION_BAD) {
    const short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    const auto woken = interrupt->Wait(PQsocket(connection.get()), events, deadline);
    if (woken == Interrupt::Woken::kInterrupted) return {nullptr, CancelledAttempt()};
    if (woken == Interrupt::Woken::kTimeout) {
      return {nullptr, FailedAttempt(core::failure::kConnection,
                                     base::StrCat("no connection to ", FormatEndpoint(endpoint),
                                                  " in time"))};
    }
    next = PQconnectPoll(connection.get());
    if (next == PGRES_POLLING_OK) {
      PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
      PQsetnonblocking(connection.get(), 1);
      return {std::move(connection), {}};
    }
    if (next == PGRES_POLLING_FAILED) break;
  }
  return {nullptr, Refused(connection.get())};
}

}  // namespace scheduler::dispatch
