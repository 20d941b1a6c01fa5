#ifndef SCHEDULER_SECRETS_SECRET_POLICY_H_
#define SCHEDULER_SECRETS_SECRET_POLICY_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scheduler::secrets {

struct SecretPolicyOptions {
  std::vector<std::string> dirs;          // files below these directories may be named
  std::vector<std::string> env_prefixes;  // variables that begin with one of these
  // Files and directories that are never read, whatever else is said: absolute.
  std::vector<std::string> denied;
};

// Which of the server's files and environment variables connections may name: who can name one can have
// it sent to a target of theirs.
//
// Immutable, so thread-safe.
class SecretPolicy {
 public:
  explicit SecretPolicy(SecretPolicyOptions options) : options_(std::move(options)) {}

  // Why a connection may not name it, for people; nothing if it may. `path` is absolute and has no "."
  // and ".." segments. Reads no disk.
  std::optional<std::string> FileDenial(std::string_view path) const;
  std::optional<std::string> EnvVarDenial(std::string_view name) const;

  // The same for a file that is open, by where it really is: links may lead elsewhere.
  std::optional<std::string> RealFileDenial(std::string_view real_path) const;

 private:
  const SecretPolicyOptions options_;
};

// Whether `path` is an absolute path without empty, "." and ".." segments.
bool IsPlainPath(std::string_view path);

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_SECRET_POLICY_H_
