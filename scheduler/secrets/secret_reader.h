#ifndef SCHEDULER_SECRETS_SECRET_READER_H_
#define SCHEDULER_SECRETS_SECRET_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/secrets/secret_box.h"
#include "scheduler/secrets/secret_policy.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::secrets {

// Reads secrets from where they are: opens stored ones, reads files (again after
// limits::kSecretFileAge) and environment variables, as far as the policy lets it.
class SecretReader final : public SecretSource {
 public:
  // Reads an environment variable; nothing if it is not set.
  using GetEnv = std::function<std::optional<std::string>(const std::string&)>;

  // All of these outlive the reader.
  SecretReader(const SecretBox* box, const SecretPolicy* policy, const base::Clock* clock,
               GetEnv get_env);

  absl::StatusOr<base::SecretText> Read(const core::ConnectionSpec& connection,
                                        const std::string& place,
                                        const core::Secret& secret) override;
  bool IsAtHand(const core::Secret& secret) override;

 private:
  // Files whose content is held; beyond it all are forgotten, after those that are too old.
  static constexpr size_t kMaxFiles = 1000;

  // What a file held when it was last read, or why it could not be.
  using Content = std::shared_ptr<const absl::StatusOr<base::SecretText>>;
  struct Held {
    int64_t until_nanos = 0;
    Content content;
  };

  absl::StatusOr<base::SecretText> ReadFile(const std::string& path);
  absl::StatusOr<base::SecretText> ReadFileNow(const std::string& path) const;
  absl::StatusOr<base::SecretText> ReadEnvVar(const std::string& name) const;
  Content FindHeld(const std::string& path);
  void Hold(const std::string& path, Content content);

  const SecretBox& box_;
  const SecretPolicy& policy_;
  const base::Clock& clock_;
  const GetEnv get_env_;
  base::Mutex mu_;
  absl::flat_hash_map<std::string, Held> held_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_SECRET_READER_H_
