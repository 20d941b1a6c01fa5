#include "server/server_secrets.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include "scheduler/base/log.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace secrets = scheduler::secrets;

namespace {

std::optional<std::string> ReadEnv(const std::string& name) {
  const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

void WarnIfPublic(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 || (about.st_mode & S_IROTH) == 0) return;
  base::Log(base::LogLevel::kWarning, "everybody on this machine can read the file of keys",
            {{"file", path}});
}

absl::StatusOr<secrets::KeyRing> ReadKeys(const ServerConfig& config) {
  if (!config.secrets_key_file.empty()) {
    WarnIfPublic(config.secrets_key_file);
    auto ring = secrets::KeyRing::Load(config.secrets_key_file);
    if (ring.ok()) return ring;
    return absl::InvalidArgumentError(
        StrCat("--secrets-key-file ", FromAbsl(ring.status().message())));
  }
  if (config.secrets_keys.empty()) return secrets::KeyRing();
  auto ring = secrets::KeyRing::Parse(config.secrets_keys);
  if (ring.ok()) return ring;
  return absl::InvalidArgumentError(
      StrCat("DUCTAPE_JOBS_SECRETS_KEYS, ", FromAbsl(ring.status().message())));
}

secrets::SecretPolicyOptions ToPolicyOptions(const ServerConfig& config) {
  secrets::SecretPolicyOptions options;
  options.dirs = config.secret_dirs;
  options.env_prefixes = config.secret_env_prefixes;
  for (const std::string& path : {config.data_dir, config.secrets_key_file, config.tls.key_file}) {
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    if (!path.empty() && !error) options.denied.push_back(absolute.lexically_normal().string());
  }
  return options;
}

}  // namespace

ServerSecrets::ServerSecrets(secrets::KeyRing ring, secrets::SecretPolicyOptions options,
                             const base::Clock* clock)
    : box_(std::move(ring)),
      policy_(std::move(options)),
      reader_(&box_, &policy_, clock, ReadEnv) {}

absl::StatusOr<std::unique_ptr<ServerSecrets>> ServerSecrets::Open(const ServerConfig& config,
                                                                   const base::Clock* clock) {
  DUCTAPE_ASSIGN_OR_RETURN(secrets::KeyRing ring, ReadKeys(config));
  return std::unique_ptr<ServerSecrets>(
      new ServerSecrets(std::move(ring), ToPolicyOptions(config), clock));
}

void ServerSecrets::LogKeys(const scheduler::catalog::ConnectionTable& connections) const {
  std::map<std::string, int64_t> used;
  connections.ForEach([&used](const core::StoredConnection& connection) {
    core::ForEachSecret(connection.spec, [&used](const std::string&, const core::Secret& secret) {
      if (secret.source == core::Secret::Source::kStored) ++used[secret.sealed.key_id];
    });
  });
  for (const auto& [id, count] : used) {
    if (id == box_.active_key()) continue;
    const bool missing = box_.ring().Find(id) == nullptr;
    base::Log(missing ? base::LogLevel::kError : base::LogLevel::kInfo,
              missing ? "stored secrets need a key that this server lacks"
                      : "stored secrets need a key that is not the active one",
              {{"key_id", id}, {"count", StrCat(count)}});
  }
}

}  // namespace server
