#include "server/config.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <thread>

#include "ductape/version.h"
#include "server/config_file.h"
#include "server/converters/text.h"
#include "server/strings.h"
#include <CLI/CLI.hpp>

namespace server {
namespace {

using scheduler::base::LogLevel;

constexpr char kEnvPrefix[] = "DUCTAPE_JOBS_";

// "data-dir" -> "DUCTAPE_JOBS_DATA_DIR".
std::string EnvName(const std::string& flag) {
  std::string name = kEnvPrefix;
  for (const char c : flag) name.push_back(c == '-' ? '_' : absl::ascii_toupper(c));
  return name;
}

// Settings as text, before they are checked together.
struct RawConfig {
  ServerConfig config;
  std::vector<std::string> listen = {"127.0.0.1:7420"};
  std::string http_listen = "127.0.0.1:7421";
  std::string admin_listen;
};

CLI::Validator Duration() {
  return CLI::AsNumberWithUnit(std::map<std::string, Millis>{{"ms", 1},
                                                             {"s", scheduler::base::kSecond},
                                                             {"m", scheduler::base::kMinute},
                                                             {"h", scheduler::base::kHour},
                                                             {"d", scheduler::base::kDay}},
                               CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME");
}

CLI::Validator Size() { return CLI::AsSizeValue(/*kb_is_1000=*/false); }

void AddListeners(CLI::App* app, RawConfig* raw) {
  app->add_option("--listen", raw->listen,
                  "Where the API listens: host:port, [v6]:port or unix:/path; may be given more "
                  "than once. Port 0 takes a free one")
      ->delimiter(',')
      ->capture_default_str();
  app->add_option("--http-listen", raw->http_listen,
                  "Where /metrics, /livez, /readyz and /startupz are served, without TLS; off: "
                  "nowhere")
      ->capture_default_str();
  app->add_option("--admin-listen", raw->admin_listen,
                  "A second gRPC listener with channelz, health and reflection; needed for "
                  "channelz if any other listener can be reached from beyond this machine");
  app->add_option("--tls-cert", raw->config.tls.cert_file,
                  "PEM file with the server's certificate and its chain; read again when it "
                  "changes. With it all TCP listeners of the API speak TLS");
  app->add_option("--tls-key", raw->config.tls.key_file, "PEM file with the certificate's key");
  app->add_option("--tls-client-ca", raw->config.tls.client_ca_file,
                  "PEM file with the authorities whose certificates clients must have (mTLS)");
  app->add_flag("--insecure-plaintext", raw->config.insecure_plaintext,
                "Allow listeners without TLS beyond loopback: the HTTP side port always is one, "
                "gRPC only behind a mesh or a proxy");
}

void AddStorage(CLI::App* app, ServerConfig* config) {
  app->add_option("--data-dir", config->data_dir,
                  "The directory of the store; made if it does not exist. Required");
  app->add_option("--default-product", config->default_product,
                  "The product that calls mean when they name none")
      ->capture_default_str();
  app->add_option("--disk-reserve", config->disk_reserve_bytes,
                  "Changes are refused while less than this is free on the disk")
      ->transform(Size())
      ->check(CLI::Range(int64_t{0}, INT64_MAX))
      ->default_str("256MiB");
  app->add_option("--history-age", config->history_age, "How long records of ended runs are kept")
      ->transform(Duration())
      ->check(CLI::Range(Millis{1000}, 36'600 * scheduler::base::kDay))
      ->default_str("30d");
  app->add_option("--history-bytes", config->history_bytes,
                  "How much disk they take at most; the oldest go first")
      ->transform(Size())
      ->check(CLI::Range(int64_t{1024 * 1024}, INT64_MAX))
      ->default_str("20GiB");
}

void AddSecrets(CLI::App* app, ServerConfig* config) {
  app->add_option(
      "--secrets-key-file", config->secrets_key_file,
      "File with the keys that secrets of connections are stored under, one a line: an id, "
      "a space and 32 bytes in base64. The first is used for new secrets, the others open "
      "older ones. Or the same lines in the environment variable "
      "DUCTAPE_JOBS_SECRETS_KEYS, separated by semicolons");
  app->add_option(
         "--secret-dir", config->secret_dirs,
         "Directory in which secrets of connections may name files; may be given more than "
         "once. By default they may name none")
      ->delimiter(',');
  app->add_option("--secret-env-prefix", config->secret_env_prefixes,
                  "What environment variables begin with that secrets of connections may name; may "
                  "be given more than once. By default they may name none")
      ->delimiter(',');
}

void AddRuntime(CLI::App* app, ServerConfig* config) {
  app->add_option("--loops", config->loops, "Threads that decide; 0: one a core")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  app->add_option("--egress-allow", config->egress_allow,
                  "Networks that targets may have although the policy denies them, as it does "
                  "loopback if any listener can be reached from beyond this machine: CIDR, or "
                  "CIDR:port")
      ->delimiter(',');
  app->add_option("--egress-deny", config->egress_deny, "Networks that no target may have")
      ->delimiter(',');
  app->add_option("--drain-timeout", config->drain_timeout,
                  "How long calls, streams and attempts may go on after SIGTERM")
      ->transform(Duration())
      ->check(CLI::Range(Millis{0}, scheduler::base::kHour))
      ->default_str("30s");
  static const std::map<std::string, LogLevel> levels = {{"debug", LogLevel::kDebug},
                                                         {"info", LogLevel::kInfo},
                                                         {"warning", LogLevel::kWarning},
                                                         {"error", LogLevel::kError}};
  app->add_option("--log-level", config->log_level, "debug logs every call")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case))
      ->default_str("info");
}

void AddBounds(CLI::App* app, ServerConfig* config) {
  app->add_option("--max-receive-bytes", config->max_receive_bytes,
                  "The largest request that is taken")
      ->transform(Size())
      ->check(CLI::Range(int64_t{64 * 1024}, int64_t{64 * 1024 * 1024}))
      ->default_str("1MiB");
  app->add_option("--max-concurrent-streams", config->max_concurrent_streams,
                  "Calls at a time on one connection")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app->add_option("--call-timeout", config->call_timeout, "The longest that a call may take")
      ->transform(Duration())
      ->check(CLI::Range(Millis{100}, scheduler::base::kHour))
      ->default_str("60s");
  app->add_option("--connection-age", config->connection_age,
                  "Connections are asked to be made anew after this, so that load spreads")
      ->transform(Duration())
      ->check(CLI::Range(scheduler::base::kSecond, 366 * scheduler::base::kDay))
      ->default_str("30m");
  app->add_option("--connection-age-grace", config->connection_age_grace,
                  "How long calls on such a connection may go on")
      ->transform(Duration())
      ->check(CLI::Range(scheduler::base::kSecond, scheduler::base::kDay))
      ->default_str("5m");
}

bool Given(const std::vector<std::string>& args, const std::string& flag) {
  return std::any_of(args.begin(), args.end(), [&flag](const std::string& arg) {
    return arg == flag || arg.starts_with(flag + "=");
  });
}

// The arguments and, as further ones, what the environment sets and they do not.
std::vector<std::string> WithEnvironment(const CLI::App& app, const std::vector<std::string>& args,
                                         const GetEnv& get_env) {
  std::vector<std::string> all = args;
  for (const CLI::Option* option : app.get_options()) {
    const std::string flag = option->get_name();
    if (!flag.starts_with("--") || flag == "--help" || flag == "--version") continue;
    const auto value = get_env(EnvName(flag.substr(2)));
    if (value.has_value() && !Given(args, flag)) all.push_back(StrCat(flag, "=", *value));
  }
  return all;
}

absl::Status ResolveAddresses(const RawConfig& raw, ServerConfig* config) {
  for (const std::string& text : raw.listen) {
    auto address = ParseListenAddress(text);
    if (!address.ok()) return address.status();
    config->listen.push_back(*std::move(address));
  }
  if (raw.http_listen != "off") {
    auto address = ParseListenAddress(raw.http_listen);
    if (!address.ok()) return address.status();
    if (address->is_unix()) return absl::InvalidArgumentError("--http-listen takes host:port");
    config->http_listen = *std::move(address);
  }
  if (!raw.admin_listen.empty()) {
    auto address = ParseListenAddress(raw.admin_listen);
    if (!address.ok()) return address.status();
    config->admin_listen = *std::move(address);
  }
  return absl::OkStatus();
}

std::vector<ListenAddress> GrpcListeners(const ServerConfig& config) {
  std::vector<ListenAddress> addresses = config.listen;
  if (config.admin_listen.has_value()) addresses.push_back(*config.admin_listen);
  return addresses;
}

// What can be reached from beyond this machine speaks TLS, or somebody has said that it need not.
absl::Status CheckPlaintext(const ServerConfig& config) {
  if (config.insecure_plaintext) return absl::OkStatus();
  if (config.http_listen.has_value() && !config.http_listen->is_local()) {
    return absl::InvalidArgumentError(
        StrCat("--http-listen ", config.http_listen->ToString(),
               " can be reached from beyond this machine and has no TLS: give "
               "--insecure-plaintext if only probes and scrapers get there"));
  }
  if (config.tls.enabled()) return absl::OkStatus();
  for (const ListenAddress& address : GrpcListeners(config)) {
    if (address.is_local()) continue;
    return absl::InvalidArgumentError(
        StrCat(address.ToString(),
               " can be reached from beyond this machine: give --tls-cert and --tls-key (and "
               "--tls-client-ca), or --insecure-plaintext if a proxy in front does it"));
  }
  return absl::OkStatus();
}

absl::Status CheckTls(const ServerConfig& config) {
  const TlsConfig& tls = config.tls;
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    return absl::InvalidArgumentError("--tls-cert and --tls-key go together");
  }
  if (!tls.client_ca_file.empty() && !tls.enabled()) {
    return absl::InvalidArgumentError("--tls-client-ca needs --tls-cert and --tls-key");
  }
  return CheckPlaintext(config);
}

absl::Status CheckSecrets(const ServerConfig& config) {
  if (!config.secrets_key_file.empty() && !config.secrets_keys.empty()) {
    return absl::InvalidArgumentError(
        "--secrets-key-file and DUCTAPE_JOBS_SECRETS_KEYS exclude each other");
  }
  for (const std::string& dir : config.secret_dirs) {
    if (dir.empty() || dir[0] != '/') {
      return absl::InvalidArgumentError(StrCat("--secret-dir ", dir, " is no absolute path"));
    }
  }
  for (const std::string& prefix : config.secret_env_prefixes) {
    if (prefix.empty()) return absl::InvalidArgumentError("--secret-env-prefix takes a prefix");
  }
  return absl::OkStatus();
}

absl::Status Resolve(const RawConfig& raw, ServerConfig* config) {
  if (config->data_dir.empty()) return absl::InvalidArgumentError("--data-dir is required");
  if (!IsTag(config->default_product, scheduler::base::limits::kMaxTagLength)) {
    return absl::InvalidArgumentError(
        "--default-product has 1 to 128 characters of [A-Za-z0-9._:-], the first a letter or "
        "digit");
  }
  if (absl::Status status = ResolveAddresses(raw, config); !status.ok()) return status;
  if (config->loops == 0) {
    config->loops = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
  if (absl::Status status = CheckSecrets(*config); !status.ok()) return status;
  return CheckTls(*config);
}

}  // namespace

bool ServerConfig::grpc_local() const {
  const std::vector<ListenAddress> addresses = GrpcListeners(*this);
  return std::all_of(addresses.begin(), addresses.end(),
                     [](const ListenAddress& address) { return address.is_local(); });
}

bool ServerConfig::all_local() const {
  return grpc_local() && (!http_listen.has_value() || http_listen->is_local());
}

ParsedConfig ParseConfig(const std::vector<std::string>& args, const GetEnv& get_env) {
  RawConfig raw;
  CLI::App app(
      "A job scheduling service: keeps jobs, fires each at its time, delivers it at least "
      "once and records every run.",
      "ductape-jobsd");
  app.set_version_flag("--version", std::string("ductape-jobsd ") + ductape::kVersion);
  app.set_config("--config", "", "A TOML file with settings, named as the flags without --");
  app.config_formatter(std::make_shared<ConfigFile>(
      &app, [&get_env](const std::string& name) { return get_env(EnvName(name)).has_value(); }));
  app.footer(
      "Each setting can also be given as environment variable: DUCTAPE_JOBS_DATA_DIR for "
      "--data-dir. Flags win over the environment, the environment over the file.");
  AddStorage(&app, &raw.config);
  AddListeners(&app, &raw);
  AddSecrets(&app, &raw.config);
  AddRuntime(&app, &raw.config);
  AddBounds(&app, &raw.config);
  raw.config.secrets_keys = get_env(EnvName("secrets-keys")).value_or("");

  ParsedConfig parsed;
  try {
    std::vector<std::string> all = WithEnvironment(app, args, get_env);
    std::reverse(all.begin(), all.end());  // as CLI11 takes them
    app.parse(all);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    parsed.exit_code = app.exit(error, out, err) == 0 ? 0 : 2;
    parsed.out = out.str();
    parsed.err = err.str();
    return parsed;
  }
  if (absl::Status status = Resolve(raw, &raw.config); !status.ok()) {
    parsed.exit_code = 2;
    parsed.err = StrCat(FromAbsl(status.message()), "\nRun with --help for more information.\n");
    return parsed;
  }
  parsed.config = std::move(raw.config);
  return parsed;
}

}  // namespace server
