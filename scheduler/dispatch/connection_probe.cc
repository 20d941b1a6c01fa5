#include "scheduler/dispatch/connection_probe.h"

#include <string_view>
#include <utility>
#include <variant>

namespace scheduler::dispatch {
namespace {

// The base URL itself. Any answer shows that the server is there; these do not say that it takes the sender:
// 401, 403, 407 and all of 5xx.
core::HttpTarget Target(const core::HttpSettings& /*http*/) {
  core::HttpTarget target;
  target.method = core::HttpMethod::kHead;
  target.success_codes = {"200-400", "402", "404-406", "408-499", "600-999"};
  return target;
}

core::GrpcTarget Target(const core::GrpcSettings& /*grpc*/) { return {}; }

core::DatabaseTarget Target(const core::SqlSettings& /*sql*/) {
  core::DatabaseTarget target;
  target.statement = "SELECT version()";
  return target;
}

// What is asked is a command, not an operation on a collection.
core::DatabaseTarget Target(const core::MongoSettings& /*mongo*/) { return {}; }

core::BrokerTarget Target(const core::KafkaSettings& /*kafka*/) { return {}; }
core::BrokerTarget Target(const core::RabbitmqSettings& /*rabbitmq*/) { return {}; }
core::BrokerTarget Target(const core::RedisSettings& /*redis*/) { return {}; }
core::BrokerTarget Target(const core::NatsSettings& /*nats*/) { return {}; }
core::BrokerTarget Target(const core::PubsubSettings& /*pubsub*/) { return {}; }
core::BrokerTarget Target(const core::AwsSettings& /*aws*/) { return {}; }

template <typename Message>
core::NotificationTarget OneChannel() {
  core::NotificationTarget target;
  target.channels.resize(1);
  target.channels.front().message = Message();
  return target;
}

core::NotificationTarget Target(const core::SmtpSettings& /*smtp*/) {
  return OneChannel<core::EmailMessage>();
}
core::NotificationTarget Target(const core::PushSettings& /*push*/) {
  return OneChannel<core::PushMessage>();
}
core::NotificationTarget Target(const core::SmsSettings& /*sms*/) {
  return OneChannel<core::SmsMessage>();
}

template <typename Kind>
core::Target Naming(const std::string& tag, Kind target) {
  target.connection = tag;
  return target;
}

core::Target Naming(const std::string& tag, core::NotificationTarget target) {
  target.channels.front().connection = tag;
  return target;
}

core::Target TargetFor(const core::ConnectionSpec& spec, const std::string& env) {
  std::string_view which;
  const core::Settings* const settings = core::SettingsFor(spec, env, &which);
  // The executor looks for the settings first, and tells that there are none.
  if (settings == nullptr) return Naming(spec.tag, core::HttpTarget());
  return std::visit([&spec](const auto& kind) { return Naming(spec.tag, Target(kind)); },
                    *settings);
}

}  // namespace

core::ClaimedRun ProbeOf(std::shared_ptr<const core::StoredConnection> connection,
                         const std::string& env) {
  const core::ConnectionSpec& spec = connection->spec;
  auto event = std::make_shared<core::Event>();
  event->product = spec.product;
  event->key.tag = spec.tag;
  event->target = TargetFor(spec, env);
  core::ClaimedRun run;
  run.product = spec.product;
  run.job_tag = spec.tag;
  run.job_name = "Test of " + spec.tag;
  run.env = env;
  run.event = std::move(event);
  run.connections.push_back(std::move(connection));
  run.probe = true;
  return run;
}

}  // namespace scheduler::dispatch
