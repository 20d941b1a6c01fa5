#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_EXECUTOR_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_EXECUTOR_H_

#include <map>
#include <memory>
#include <string_view>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_flights.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/task_threads.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// Delivers runs to message brokers: one message an attempt. Each kind of broker has a driver, which keeps the
// connections; this finds the connection, fills in the templates, and keeps the time.
//
//   what the broker says                              result
//   its acknowledgement                               completed; where the message is as output
//   a refusal                                         failed with its class (docs/events/brokers.md)
//   nothing in time                                   failed TIMEOUT
//   refused, reset, name or TLS failed                failed CONNECTION
//   address denied                                    failed EGRESS_DENIED
//   a message that this kind of broker cannot take    failed VALIDATION
//   its connection does not exist                     failed CONNECTION_NOT_FOUND
//   the connection's secret cannot be read            failed SECRET_UNAVAILABLE
//
// A probe (core::ClaimedRun::probe) publishes nothing: its account is tried on a connection of its own.
//
// A cancel before the message was sent withdraws it; after it the attempt ends as cancelled at once and the
// broker may keep the message, as it may after a TIMEOUT.
class BrokerExecutor final : public Executor {
 public:
  // The pointers outlive the executor; the clock must run by itself. `secrets` null: no secret can be read.
  BrokerExecutor(const BrokerOptions& options, const EgressPolicy* egress, const base::Clock* clock,
                 secrets::SecretSource* secrets);
  ~BrokerExecutor() override;

  // Connections of `kind` (core::KindOf) are served by this driver. Before the first Execute. The
  // constructor registers those of Redis, NATS, RabbitMQ, Kafka and SQS; that of Pub/Sub is
  // registered by whoever has gRPC (pubsub/pubsub_driver.h).
  void Register(std::string_view kind, std::unique_ptr<BrokerDriver> driver);

  std::string_view name() const override { return "broker"; }
  void Execute(core::ClaimedRun run, Done done) override;
  void Cancel(const core::RunRef& run) override { flights_.Cancel(run); }
  size_t max_in_flight() const override { return options_.max_in_flight; }
  void Shutdown() override;

 private:
  // Files with secrets that are not at hand are read here.
  static constexpr size_t kFileReaders = 4;

  // Fills the flight and hands it to its driver, unless it ends before.
  void Send(AttemptConnection connection, const core::BrokerTarget& target,
            const core::ClaimedRun& run, const BrokerFlightPtr& flight);
  // What `driver` is to get for the run. The codes are UnsentAttempt's.
  absl::StatusOr<BrokerMessage> MessageOf(const core::BrokerTarget& target,
                                          const core::ClaimedRun& run, const BrokerDriver& driver,
                                          AttemptConnection* connection) const;

  const BrokerOptions options_;
  const base::Clock* const clock_;
  secrets::SecretSource* const secrets_;
  BrokerFlights flights_;
  std::map<std::string_view, std::unique_ptr<BrokerDriver>> drivers_;
  TaskThreads file_readers_{kFileReaders};
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_EXECUTOR_H_
