#ifndef SCHEDULER_SECRETS_SECRET_SOURCE_H_
#define SCHEDULER_SECRETS_SECRET_SOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/core/connection/connection_spec.h"

namespace scheduler::secrets {

// Gives secrets in the clear to what must send them. Thread-safe.
class SecretSource {
 public:
  virtual ~SecretSource() = default;

  // The secret of `connection` at `place` (see core::ForEachSecret). UNAVAILABLE if it cannot be read
  // now: the message, for the run's error, says which secret and why, and never what it holds.
  virtual absl::StatusOr<base::SecretText> Read(const core::ConnectionSpec& connection,
                                                const std::string& place,
                                                const core::Secret& secret) = 0;

  // Whether Read gives this secret without waiting for a file. What is at hand now may be so no longer
  // when it is read, for those that are read often seldom.
  virtual bool IsAtHand(const core::Secret& secret) = 0;
};

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_SECRET_SOURCE_H_
