#include "scheduler/dispatch/broker/broker_executor.h"

#include <string>
#include <utility>
#include <variant>

#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/broker/broker_preparation.h"
#include "scheduler/dispatch/broker/kafka_driver.h"
#include "scheduler/dispatch/broker/nats_driver.h"
#include "scheduler/dispatch/broker/rabbitmq_driver.h"
#include "scheduler/dispatch/broker/redis_driver.h"
#include "scheduler/dispatch/broker/sqs_driver.h"
#include "scheduler/dispatch/template/connection_secrets.h"

namespace scheduler::dispatch {

BrokerExecutor::BrokerExecutor(const BrokerOptions& options, const EgressPolicy* egress,
                               const base::Clock* clock, secrets::SecretSource* secrets)
    : options_(options), clock_(clock), secrets_(secrets), flights_(clock) {
  Register("aws", NewSqsDriver(options, egress, clock));
  Register("kafka", NewKafkaDriver(options, egress, clock));
  Register("nats", NewNatsDriver(options, egress, clock));
  Register("rabbitmq", NewRabbitmqDriver(options, egress, clock));
  Register("redis", NewRedisDriver(options, egress, clock));
}

BrokerExecutor::~BrokerExecutor() { Shutdown(); }

void BrokerExecutor::Register(std::string_view kind, std::unique_ptr<BrokerDriver> driver) {
  drivers_[kind] = std::move(driver);
}

void BrokerExecutor::Execute(core::ClaimedRun run, Done done) {
  const auto* target =
      run.event == nullptr ? nullptr : std::get_if<core::BrokerTarget>(&run.event->target);
  if (target == nullptr) {
    return done(FailedAttempt(core::failure::kValidation, "the event has no broker target"));
  }
  absl::StatusOr<AttemptConnection> found =
      AttemptConnection::Find(run, target->connection, secrets_);
  if (!found.ok()) return done(UnsentAttempt(found.status()));
  // Before a file is read, so that the attempt's time and a cancel count meanwhile.
  const core::RunRef id{run.key, run.token};
  auto flight = std::make_shared<BrokerFlight>(
      id, run.attempt_timeout, [this, id] { flights_.Remove(id); }, std::move(done));
  if (!flights_.Add(flight)) {
    flight->Finish(CancelledAttempt());
    return;
  }
  if (found->AllAtHand()) return Send(*std::move(found), *target, run, flight);
  // Shared, since a task is copied on its way.
  struct Waiting {
    AttemptConnection connection;
    core::ClaimedRun run;
  };
  auto waiting = std::make_shared<Waiting>(Waiting{*std::move(found), std::move(run)});
  const bool posted = file_readers_.Post([this, target, waiting, flight] {
    if (!flight->ended()) Send(std::move(waiting->connection), *target, waiting->run, flight);
  });
  if (!posted) flight->Finish(CancelledAttempt());
}

void BrokerExecutor::Send(AttemptConnection connection, const core::BrokerTarget& target,
                          const core::ClaimedRun& run, const BrokerFlightPtr& flight) {
  const auto fail = [&](AttemptResult result) {
    flight->Finish(connection.redactor().Redact(std::move(result)));
  };
  const std::string_view kind = core::KindOf(connection.settings());
  const auto driver = drivers_.find(kind);
  if (driver == drivers_.end()) {
    return fail(FailedAttempt(core::failure::kValidation,
                              base::StrCat("connection \"", target.connection, "\" is of kind ",
                                           kind, ", which takes no messages")));
  }
  absl::StatusOr<BrokerMessage> message = MessageOf(target, run, *driver->second, &connection);
  if (!message.ok()) return fail(UnsentAttempt(message.status()));
  if (run.trace != nullptr && !run.probe) run.trace->AddRequest(TextOf(*message));
  flight->Fill(*std::move(message), std::move(connection.redactor()));
  if (!flight->ended()) driver->second->Publish(flight);
}

absl::StatusOr<BrokerMessage> BrokerExecutor::MessageOf(const core::BrokerTarget& target,
                                                        const core::ClaimedRun& run,
                                                        const BrokerDriver& driver,
                                                        AttemptConnection* connection) const {
  absl::StatusOr<std::shared_ptr<const BrokerAccount>> account = AccountOf(connection);
  if (!account.ok()) return account.status();
  if (run.probe) return PrepareProbe(run, clock_->WallNow(), *std::move(account));
  absl::StatusOr<BrokerMessage> message =
      PrepareMessage(target, run, clock_->WallNow(), *std::move(account), SecretsOf(connection));
  if (!message.ok()) return message;
  if (absl::Status status = driver.Check(*message); !status.ok()) return status;
  return message;
}

void BrokerExecutor::Shutdown() {
  // First, so that files which still wait to be read are not.
  flights_.Stop();
  file_readers_.Stop();
  for (const auto& [kind, driver] : drivers_) driver->Shutdown();
}

}  // namespace scheduler::dispatch
