#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_PREPARATION_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_PREPARATION_H_

#include <memory>

#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/broker/broker_message.h"
#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {

// The account that the connection's settings and secrets stand for, without the secrets that templates name:
// these are none of the broker's. UNAVAILABLE if a secret cannot be read.
absl::StatusOr<std::shared_ptr<const BrokerAccount>> AccountOf(AttemptConnection* connection);

// The message of a run to `target`: destination, key, body and properties with their templates filled in. An
// empty body is the run's input, {} if it has none. A body that begins as JSON (with { or [) is rendered as
// JSON. Secrets are read as `options` says; in the destination there are none. INVALID_ARGUMENT, for the run's
// error, for what a template cannot fill in and what comes out too large or with control characters; and the
// codes of RenderOptions::read_secret.
absl::StatusOr<BrokerMessage> PrepareMessage(const core::BrokerTarget& target,
                                             const core::ClaimedRun& run, base::Millis wall_time,
                                             std::shared_ptr<const BrokerAccount> account,
                                             RenderOptions options = {});

// What stands for a message where `run` is a probe.
BrokerMessage PrepareProbe(const core::ClaimedRun& run, base::Millis wall_time,
                           std::shared_ptr<const BrokerAccount> account);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_PREPARATION_H_
