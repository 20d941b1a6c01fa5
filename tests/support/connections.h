#ifndef TESTS_SUPPORT_CONNECTIONS_H_
#define TESTS_SUPPORT_CONNECTIONS_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "scheduler/core/connection/stored_connection.h"
#include "scheduler/secrets/secret_source.h"

namespace support {

// The connection `tag`, with `settings` for every environment. Other settings are another generation.
inline std::shared_ptr<const scheduler::core::StoredConnection> ConnectionOf(
    const std::string& tag, scheduler::core::Settings settings, int64_t generation = 1) {
  auto connection = std::make_shared<scheduler::core::StoredConnection>();
  connection->spec.product = "default";
  connection->spec.tag = tag;
  connection->spec.env[""] = std::move(settings);
  connection->uid = std::hash<std::string>()(tag) | 1;
  connection->generation = generation;
  return connection;
}

// A secret that PlainSecrets gives as `text`.
inline scheduler::core::Secret PlainSecret(const std::string& text) {
  return {scheduler::core::Secret::Source::kEnvVar, text, {}};
}

// Secrets whose name is what they hold. "gone" cannot be read.
class PlainSecrets final : public scheduler::secrets::SecretSource {
 public:
  absl::StatusOr<scheduler::base::SecretText> Read(
      const scheduler::core::ConnectionSpec& /*connection*/, const std::string& /*place*/,
      const scheduler::core::Secret& secret) override {
    if (secret.name == "gone") return absl::UnavailableError("cannot be read");
    return scheduler::base::SecretText(secret.name);
  }
  bool IsAtHand(const scheduler::core::Secret& secret) override {
    return secret.source != scheduler::core::Secret::Source::kFile;
  }
};

}  // namespace support

#endif  // TESTS_SUPPORT_CONNECTIONS_H_
