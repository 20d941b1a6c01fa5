#ifndef TESTS_SUPPORT_NOTIFICATIONS_H_
#define TESTS_SUPPORT_NOTIFICATIONS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/core/connection/stored_connection.h"
#include "scheduler/core/target.h"
#include "scheduler/secrets/secret_source.h"
#include "tests/support/attempts.h"
#include "tests/support/child_process.h"

// Notifications and their connections, for tests.
namespace support {

// A connection whose default settings these are.
inline std::shared_ptr<const scheduler::core::StoredConnection> ConnectionOf(
    const std::string& tag, scheduler::core::Settings settings) {
  auto connection = std::make_shared<scheduler::core::StoredConnection>();
  connection->spec.product = "default";
  connection->spec.tag = tag;
  connection->spec.env[""] = std::move(settings);
  connection->uid = std::hash<std::string>()(tag);
  connection->generation = 1;
  return connection;
}

// Secrets that stand in their names, and those in files.
class NamedSecrets final : public scheduler::secrets::SecretSource {
 public:
  absl::StatusOr<scheduler::base::SecretText> Read(
      const scheduler::core::ConnectionSpec& /*connection*/, const std::string& place,
      const scheduler::core::Secret& secret) override {
    if (secret.name == "gone") return absl::UnavailableError(place + " cannot be read");
    const bool file = secret.source == scheduler::core::Secret::Source::kFile;
    return scheduler::base::SecretText(file ? ReadFile(secret.name) : secret.name);
  }
  bool IsAtHand(const scheduler::core::Secret& /*secret*/) override { return true; }
};

inline scheduler::core::Secret SecretOf(const std::string& text) {
  return {scheduler::core::Secret::Source::kEnvVar, text, {}};
}
inline scheduler::core::Secret SecretIn(const std::string& file) {
  return {scheduler::core::Secret::Source::kFile, file, {}};
}

// A run of a notification with these channels.
inline scheduler::core::ClaimedRun NotificationOf(
    std::vector<scheduler::core::NotificationTarget::Channel> channels, int64_t number = 1) {
  scheduler::core::NotificationTarget target;
  target.channels = std::move(channels);
  return ClaimedRunOf(std::move(target), number);
}

}  // namespace support

#endif  // TESTS_SUPPORT_NOTIFICATIONS_H_
