#include "scheduler/dispatch/database/mysql_connect.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/core/database/failure_classes.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

// Exported by the client library (3.x), and in none of its headers: `callback` gets 0 for what is read and 1 for
// what is written. It is called for all connections, on the thread that uses them.
extern "C" int ma_pvio_register_callback(my_bool add,
                                         void (*callback)(int writes, MYSQL* mysql,
                                                          const unsigned char* bytes, size_t size));

namespace scheduler::dispatch {
namespace {

using Mode = core::TlsSettings::Mode;

bool UsesTls(const MysqlLogin& login) {
  const Mode mode = login.settings.tls.mode;
  return mode == Mode::kRequired || (mode == Mode::kDefault && !IsLoopback(login.endpoint.address));
}

// The library checks a certificate, before it logs in, against the host that it was given to dial: an address,
// so that it resolves nothing. What it sends in the clear is shown to a callback; at the first, the request for
// TLS, the host is known, and is exchanged for the name that the certificate must have. Were the callback not
// called, the name would still be the address, and the check would fail.
thread_local const std::string* name_to_verify = nullptr;

void ExchangeHost(int writes, MYSQL* mysql, const unsigned char* /*bytes*/, size_t /*size*/) {
  if (writes == 0 || name_to_verify == nullptr || mysql->host == nullptr) return;
  // The library frees it.
  free(mysql->host);
  mysql->host = strdup(name_to_verify->c_str());
  name_to_verify = nullptr;
}

// For the certificate of the connection that this thread makes.
class VerifiedName {
 public:
  explicit VerifiedName(const MysqlLogin& login)
      : name_(login.settings.tls.server_name.empty() ? login.host.host
                                                     : login.settings.tls.server_name) {
    static std::once_flag once;
    std::call_once(once, [] { ma_pvio_register_callback(1, &ExchangeHost); });
    name_to_verify = UsesTls(login) ? &name_ : nullptr;
  }
  ~VerifiedName() { name_to_verify = nullptr; }
  VerifiedName(const VerifiedName&) = delete;
  VerifiedName& operator=(const VerifiedName&) = delete;

 private:
  const std::string name_;
};

// What a server could ask for besides: the password in the clear, or a dialog at a terminal.
constexpr char kAuthentications[] =
    "mysql_native_password,client_ed25519,sha256_password,caching_sha2_password";
// The longest row that is taken, in bytes; the servers' own default.
constexpr unsigned long kMaxPacket = 16 << 20;

MysqlPtr Prepare(const MysqlLogin& login, const Deadline& deadline) {
  MysqlPtr mysql(mysql_init(nullptr));
  if (mysql == nullptr) return mysql;
  MYSQL* const m = mysql.get();
  const unsigned int off = 0;
  const unsigned int tcp = MYSQL_PROTOCOL_TCP;
  mysql_options(m, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_options(m, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options(m, MYSQL_OPT_LOCAL_INFILE, &off);
  mysql_options(m, MYSQL_OPT_PROTOCOL, &tcp);
  // The library waits in a TLS handshake by itself, which neither deadline nor interrupt reach: without this, for
  // ever. In seconds.
  const auto timeout = static_cast<unsigned int>(
      std::clamp<base::Millis>(deadline.Left(), 0, base::kMinute) / base::kSecond + 1);
  mysql_options(m, MYSQL_OPT_CONNECT_TIMEOUT, &timeout);
  mysql_options(m, MARIADB_OPT_RESTRICTED_AUTH, kAuthentications);
  mysql_options(m, MYSQL_OPT_MAX_ALLOWED_PACKET, &kMaxPacket);
  mysql_options(m, MYSQL_INIT_COMMAND, "SET time_zone = '+00:00'");
  mysql_options4(m, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "ductape-jobs");
  if (!UsesTls(login)) return mysql;
  const my_bool yes = 1;
  const my_bool verify = login.settings.tls.insecure_skip_verify ? 0 : 1;
  const TlsFiles& tls = login.tls;
  const auto path = [](const std::string& text) { return text.empty() ? nullptr : text.c_str(); };
  const std::string key = tls.key.path();
  const std::string certificate = tls.certificate.path();
  mysql_ssl_set(m, path(key), path(certificate), verify ? path(tls.ca_path) : nullptr, nullptr,
                nullptr);
  mysql_options(m, MYSQL_OPT_SSL_ENFORCE, &yes);
  mysql_options(m, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  // Wrong for an encrypted key; the terminal would be asked without one.
  mysql_options(m, MARIADB_OPT_TLS_PASSPHRASE, "");
  mysql_options(m, MARIADB_OPT_TLS_VERSION, "TLSv1.2,TLSv1.3");
  return mysql;
}

}  // namespace

AttemptResult MysqlFailure(unsigned int error, const char* message) {
  return FailedAttempt(core::ClassOfMysqlError(error), base::StrCat("error ", error, ": ", message),
                       static_cast<int32_t>(error));
}

void DriveMysql(MYSQL* mysql, const Deadline& deadline, Interrupt* interrupt,
                const std::function<int()>& start, const std::function<int(int)>& resume,
                const std::function<void()>& stopped) {
  bool stop = false;
  for (int wanted = start(); wanted != 0;) {
    short events = 0;
    if ((wanted & MYSQL_WAIT_READ) != 0) events |= POLLIN;
    if ((wanted & MYSQL_WAIT_WRITE) != 0) events |= POLLOUT;
    if ((wanted & MYSQL_WAIT_EXCEPT) != 0) events |= POLLPRI;
    short ready = 0;
    const int fd = mysql_get_socket(mysql);
    if (!stop && interrupt->Wait(fd, events, deadline, &ready) != Interrupt::Woken::kReady) {
      stop = true;
      if (stopped != nullptr) stopped();
      shutdown(fd, SHUT_RDWR);
    }
    int came = 0;
    if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0) came |= MYSQL_WAIT_READ;
    if ((ready & (POLLOUT | POLLHUP | POLLERR)) != 0) came |= MYSQL_WAIT_WRITE;
    if ((ready & POLLPRI) != 0) came |= MYSQL_WAIT_EXCEPT;
    came &= wanted;
    wanted = resume(stop || came == 0 ? MYSQL_WAIT_TIMEOUT : came);
  }
}

MysqlConnected ConnectMysql(const MysqlLogin& login, const Deadline& deadline,
                            Interrupt* interrupt) {
  MysqlPtr mysql = Prepare(login, deadline);
  if (mysql == nullptr) {
    return {nullptr, FailedAttempt(core::failure::kConnection, "no memory for a connection")};
  }
  MYSQL* const m = mysql.get();
  // Terminated, and wiped.
  base::SecretText password(login.password.size() + 1);
  std::copy(login.password.view().begin(), login.password.view().end(), password.data());
  password.data()[login.password.size()] = '\0';
  const std::string host = FormatIpAddress(login.endpoint.address);
  const VerifiedName name(login);
  const core::SqlSettings& settings = login.settings;
  MYSQL* connected = nullptr;
  DriveMysql(
      m, deadline, interrupt,
      [&] {
        return mysql_real_connect_start(
            &connected, m, host.c_str(), settings.username.c_str(), password.data(),
            settings.database.empty() ? nullptr : settings.database.c_str(), login.endpoint.port,
            nullptr, 0);
      },
      [&](int came) { return mysql_real_connect_cont(&connected, m, came); });
  if (connected == nullptr) return {nullptr, MysqlFailure(mysql_errno(m), mysql_error(m))};
  return {std::move(mysql), {}};
}

}  // namespace scheduler::dispatch
