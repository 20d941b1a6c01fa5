#ifndef SERVER_CONFIG_H_
#define SERVER_CONFIG_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/base/log.h"
#include "scheduler/base/millis.h"
#include "server/descriptor_budget.h"
#include "server/listen_address.h"

namespace server {

using scheduler::base::Millis;

struct TlsConfig {
  std::string cert_file;
  std::string key_file;
  std::string client_ca_file;  // set: clients must have a certificate of it

  bool enabled() const { return !cert_file.empty(); }
};

// Everything that an operator can decide. What each means stands in the flags' help texts
// (config.cc); times are milliseconds.
struct ServerConfig {
  std::string data_dir;
  std::string default_product = "default";
  std::vector<ListenAddress> listen;         // at least one
  std::optional<ListenAddress> http_listen;  // unset: no HTTP side port
  std::optional<ListenAddress> admin_listen;
  TlsConfig tls;
  bool insecure_plaintext = false;

  int loops = 0;  // 0: one a core
  int64_t disk_reserve_bytes = scheduler::base::limits::kDiskReserveBytes;
  Millis history_age = scheduler::base::limits::kHistoryAge;
  int64_t history_bytes = scheduler::base::limits::kHistoryBytes;
  std::vector<std::string> egress_allow;
  std::vector<std::string> egress_deny;

  std::string secrets_key_file;
  std::string secrets_keys;  // the same as text, by the environment only; never shown
  std::vector<std::string> secret_dirs;
  std::vector<std::string> secret_env_prefixes;

  int64_t max_receive_bytes = scheduler::base::limits::kMaxReceiveBytes;
  int max_concurrent_streams = 100;
  Millis call_timeout = 60 * scheduler::base::kSecond;
  Millis connection_age = 30 * scheduler::base::kMinute;
  Millis connection_age_grace = 5 * scheduler::base::kMinute;
  Millis drain_timeout = 30 * scheduler::base::kSecond;
  scheduler::base::LogLevel log_level = scheduler::base::LogLevel::kInfo;

  // Not a setting: what the process's limit on open files comes to.
  DescriptorBudget descriptors;

  // Whether nobody beyond this machine can connect to any listener: API, admin and HTTP side port.
  bool all_local() const;
  // The same of those that speak gRPC: API and admin.
  bool grpc_local() const;
};

// What a command line came to: a configuration to run with, or something to print and an exit code
// (0 for --help and --version, 2 for what is wrong).
struct ParsedConfig {
  std::optional<ServerConfig> config;
  int exit_code = 0;
  std::string out;  // for stdout
  std::string err;  // for stderr
};

// Reads an environment variable; nothing if it is not set.
using GetEnv = std::function<std::optional<std::string>(const std::string&)>;

// `args` is without the program's name. A setting is taken from its flag, else from the environment
// variable DUCTAPE_JOBS_<NAME>, else from the TOML file that --config names, else it is the
// default.
ParsedConfig ParseConfig(const std::vector<std::string>& args, const GetEnv& get_env);

}  // namespace server

#endif  // SERVER_CONFIG_H_
