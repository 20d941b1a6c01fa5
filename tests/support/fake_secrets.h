#ifndef TESTS_SUPPORT_FAKE_SECRETS_H_
#define TESTS_SUPPORT_FAKE_SECRETS_H_

#include <string>

#include "scheduler/secrets/secret_source.h"

namespace tests {

// A secret that comes from the environment variable `name`.
inline scheduler::core::Secret SecretNamed(const std::string& name) {
  return {scheduler::core::Secret::Source::kEnvVar, name, {}};
}

// Secrets without a server: each is "<name>-secret", but for one that is called "gone" and cannot be read.
// Those in files are never at hand.
class FakeSecrets final : public scheduler::secrets::SecretSource {
 public:
  absl::StatusOr<scheduler::base::SecretText> Read(
      const scheduler::core::ConnectionSpec& /*connection*/, const std::string& place,
      const scheduler::core::Secret& secret) override {
    places += place + ";";
    if (secret.name == "gone") return absl::UnavailableError("cannot be read");
    return scheduler::base::SecretText(secret.name + "-secret");
  }
  bool IsAtHand(const scheduler::core::Secret& secret) override {
    return secret.source != scheduler::core::Secret::Source::kFile;
  }

  std::string places;  // that were read, each with a semicolon
};

}  // namespace tests

#endif  // TESTS_SUPPORT_FAKE_SECRETS_H_
