#ifndef SCHEDULER_DISPATCH_BROKER_NATS_CREDENTIALS_H_
#define SCHEDULER_DISPATCH_BROKER_NATS_CREDENTIALS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/base/secret_text.h"

namespace scheduler::dispatch {

// A user of NATS who is known by a key: what a .creds file holds.
struct NatsCredentials {
  std::string jwt;
  base::SecretText seed;  // of the Ed25519 key, 32 bytes

  // The signature of a server's nonce, base64url without padding.
  std::string Sign(std::string_view nonce) const;
};

// Reads the text of a .creds file: a JWT and a seed ("SU…", base32), each after a line that begins with
// "-----BEGIN". INVALID_ARGUMENT, without what it holds, if it has not got both.
absl::StatusOr<NatsCredentials> ReadNatsCredentials(std::string_view text);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_NATS_CREDENTIALS_H_
