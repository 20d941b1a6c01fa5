#ifndef SERVER_SERVER_SECRETS_H_
#define SERVER_SERVER_SECRETS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "scheduler/base/clock.h"
#include "scheduler/catalog/connection_table.h"
#include "scheduler/secrets/aead_box.h"
#include "scheduler/secrets/secret_policy.h"
#include "scheduler/secrets/secret_reader.h"
#include "server/config.h"

namespace server {

// The parts that deal with the secrets of connections, as the configuration has them.
class ServerSecrets {
 public:
  // Reads the keys. INVALID_ARGUMENT, for the operator, if they cannot be read. `clock` outlives it.
  static absl::StatusOr<std::unique_ptr<ServerSecrets>> Open(const ServerConfig& config,
                                                             const scheduler::base::Clock* clock);

  const scheduler::secrets::AeadBox& box() const { return box_; }
  const scheduler::secrets::SecretPolicy& policy() const { return policy_; }
  scheduler::secrets::SecretReader* reader() { return &reader_; }

  // Logs how many stored secrets need a key that is missing or no longer the active one.
  void LogKeys(const scheduler::catalog::ConnectionTable& connections) const;

 private:
  ServerSecrets(scheduler::secrets::KeyRing ring, scheduler::secrets::SecretPolicyOptions options,
                const scheduler::base::Clock* clock);

  const scheduler::secrets::AeadBox box_;
  const scheduler::secrets::SecretPolicy policy_;
  scheduler::secrets::SecretReader reader_;
};

}  // namespace server

#endif  // SERVER_SERVER_SECRETS_H_
