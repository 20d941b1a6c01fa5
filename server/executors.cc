#include "server/executors.h"

#include <memory>
#include <utility>

#include "scheduler/dispatch/broker/broker_executor.h"
#include "scheduler/dispatch/broker/pubsub/pubsub_driver.h"
#include "scheduler/dispatch/database/database_executor.h"
#include "scheduler/dispatch/function/lambda_executor.h"
#include "scheduler/dispatch/grpc_executor.h"
#include "scheduler/dispatch/http_executor.h"
#include "scheduler/dispatch/notification/notification_executor.h"

namespace server {

namespace base = scheduler::base;
namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace secrets = scheduler::secrets;

void AddExecutors(const DescriptorBudget& descriptors, const dispatch::EgressPolicy* egress,
                  const base::Clock* clock, secrets::SecretSource* secrets,
                  dispatch::Dispatcher* dispatcher) {
  dispatch::HttpOptions http_options;
  http_options.max_in_flight = static_cast<size_t>(descriptors.http_attempts);
  auto http = std::make_unique<dispatch::HttpExecutor>(http_options, egress, clock, secrets);
  dispatch::Executor* const callbacks = http.get();
  dispatcher->AddExecutor(core::kHttpLane, std::move(http));

  dispatch::GrpcOptions grpc;
  grpc.max_in_flight = static_cast<size_t>(descriptors.grpc_attempts);
  grpc.max_connections = static_cast<size_t>(descriptors.grpc_connections);
  dispatcher->AddExecutor(core::kGrpcLane,
                          std::make_unique<dispatch::GrpcExecutor>(grpc, egress, clock, secrets));

  dispatch::DatabaseOptions database;
  database.max_sessions = static_cast<size_t>(descriptors.database_sessions);
  dispatcher->AddExecutor(core::kDatabaseLane, std::make_unique<dispatch::DatabaseExecutor>(
                                                   database, egress, clock, secrets));

  dispatch::BrokerOptions broker;
  broker.max_connections = static_cast<size_t>(descriptors.broker_connections);
  auto brokers = std::make_unique<dispatch::BrokerExecutor>(broker, egress, clock, secrets);
  brokers->Register("pubsub", dispatch::NewPubsubDriver(broker, egress, clock));
  dispatcher->AddExecutor(core::kBrokerLane, std::move(brokers));

  dispatch::HttpOptions lambda;
  lambda.max_in_flight = static_cast<size_t>(descriptors.lambda_attempts);
  dispatcher->AddExecutor(core::kLambdaLane, std::make_unique<dispatch::LambdaExecutor>(
                                                 lambda, egress, clock, secrets));

  dispatch::NotificationOptions notification;
  notification.max_in_flight = static_cast<size_t>(descriptors.notification_attempts);
  notification.max_mail_threads = notification.max_in_flight;
  dispatcher->AddExecutor(core::kNotificationLane,
                          std::make_unique<dispatch::NotificationExecutor>(
                              notification, egress, clock, secrets, callbacks));
}

}  // namespace server
