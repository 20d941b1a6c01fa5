#ifndef SCHEDULER_DISPATCH_HTTP_CONNECTION_H_
#define SCHEDULER_DISPATCH_HTTP_CONNECTION_H_

#include "absl/status/statusor.h"
#include "scheduler/core/model.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/secret_redactor.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// A target with what its connection adds: the whole URL, the headers of both, and the secret where it is
// sent. What comes back is to be redacted.
struct ConnectedTarget {
  core::HttpTarget target;
  SecretRedactor redactor;
};

// `target`, which names a connection, with the settings of `run`'s connection for its environment. What
// the target says itself wins. `secrets` may be null where no secret can be read.
//
// The message of an error is for the run's:
//   NOT_FOUND         the connection does not exist
//   INVALID_ARGUMENT  it has no settings for the environment, or the URL does not go with them
//   UNAVAILABLE       the secret cannot be read
absl::StatusOr<ConnectedTarget> Connect(const core::HttpTarget& target, const core::ClaimedRun& run,
                                        secrets::SecretSource* secrets);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_CONNECTION_H_
