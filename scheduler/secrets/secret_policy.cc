#include "scheduler/secrets/secret_policy.h"

#include <stdlib.h>

#include <algorithm>
#include <memory>

namespace scheduler::secrets {
namespace {

// What no connection gets: the server's own settings, its keys among them.
constexpr std::string_view kOwnPrefix = "DUCTAPE_JOBS_";
// Where the kernel shows the environment and memory of processes.
constexpr std::string_view kKernelDirs[] = {"/proc", "/sys"};
constexpr char kOfServer[] = "it belongs to the server itself";

bool IsBelow(std::string_view path, std::string_view dir) {
  while (dir.size() > 1 && dir.back() == '/') dir.remove_suffix(1);
  if (dir == "/" || path == dir) return true;
  return path.size() > dir.size() && path.substr(0, dir.size()) == dir && path[dir.size()] == '/';
}

bool IsBelowAny(std::string_view path, const std::vector<std::string>& dirs) {
  return std::any_of(dirs.begin(), dirs.end(),
                     [path](const std::string& dir) { return IsBelow(path, dir); });
}

// With links resolved; as they are where that is not possible.
std::vector<std::string> Real(const std::vector<std::string>& paths) {
  std::vector<std::string> real;
  for (const std::string& path : paths) {
    const std::unique_ptr<char, decltype(&free)> found(realpath(path.c_str(), nullptr), &free);
    real.push_back(found == nullptr ? path : found.get());
  }
  return real;
}

std::optional<std::string> Denial(std::string_view path, const std::vector<std::string>& dirs,
                                  const std::vector<std::string>& denied) {
  const bool kernel = std::any_of(std::begin(kKernelDirs), std::end(kKernelDirs),
                                  [path](std::string_view dir) { return IsBelow(path, dir); });
  if (kernel || IsBelowAny(path, denied)) return kOfServer;
  if (IsBelowAny(path, dirs)) return std::nullopt;
  if (dirs.empty()) return "the server gives no directory for them (--secret-dir)";
  return "it lies below none of the directories that --secret-dir names";
}

}  // namespace

bool IsPlainPath(std::string_view path) {
  if (path.size() < 2 || path.front() != '/') return false;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment.empty() || segment == "." || segment == "..") return false;
    path.remove_prefix(segment.size());
  }
  return true;
}

std::optional<std::string> SecretPolicy::FileDenial(std::string_view path) const {
  return Denial(path, options_.dirs, options_.denied);
}

std::optional<std::string> SecretPolicy::RealFileDenial(std::string_view real_path) const {
  if (real_path.empty()) return "nobody knows where it is";
  return Denial(real_path, Real(options_.dirs), Real(options_.denied));
}

std::optional<std::string> SecretPolicy::EnvVarDenial(std::string_view name) const {
  if (name.substr(0, kOwnPrefix.size()) == kOwnPrefix) return kOfServer;
  const std::vector<std::string>& prefixes = options_.env_prefixes;
  const bool named = std::any_of(
      prefixes.begin(), prefixes.end(),
      [name](const std::string& prefix) { return name.substr(0, prefix.size()) == prefix; });
  if (named) return std::nullopt;
  if (prefixes.empty()) return "the server gives no prefix of variables (--secret-env-prefix)";
  return "it begins with none of the prefixes that --secret-env-prefix names";
}

}  // namespace scheduler::secrets
