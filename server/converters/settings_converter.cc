#include "server/converters/settings_converter.h"

#include "scheduler/base/errors.h"
#include "server/converters/broker_settings.h"
#include "server/converters/cloud_settings.h"
#include "server/converters/database_settings.h"
#include "server/converters/grpc_settings.h"
#include "server/converters/http_settings.h"
#include "server/converters/message_settings.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

struct SettingsWriter {
  v1::Connection::Settings* out;
  void operator()(const core::HttpSettings& settings) const {
    HttpSettingsToProto(settings, out->mutable_http());
  }
  void operator()(const core::GrpcSettings& settings) const {
    GrpcSettingsToProto(settings, out->mutable_grpc());
  }
  void operator()(const core::SmtpSettings& settings) const {
    SmtpSettingsToProto(settings, out->mutable_smtp());
  }
  void operator()(const core::SqlSettings& settings) const {
    SqlSettingsToProto(settings, out->mutable_sql());
  }
  void operator()(const core::MongoSettings& settings) const {
    MongoSettingsToProto(settings, out->mutable_mongo());
  }
  void operator()(const core::KafkaSettings& settings) const {
    KafkaSettingsToProto(settings, out->mutable_kafka());
  }
  void operator()(const core::RabbitmqSettings& settings) const {
    RabbitmqSettingsToProto(settings, out->mutable_rabbitmq());
  }
  void operator()(const core::RedisSettings& settings) const {
    RedisSettingsToProto(settings, out->mutable_redis());
  }
  void operator()(const core::NatsSettings& settings) const {
    NatsSettingsToProto(settings, out->mutable_nats());
  }
  void operator()(const core::PubsubSettings& settings) const {
    PubsubSettingsToProto(settings, out->mutable_pubsub());
  }
  void operator()(const core::PushSettings& settings) const {
    PushSettingsToProto(settings, out->mutable_push());
  }
  void operator()(const core::SmsSettings& settings) const {
    SmsSettingsToProto(settings, out->mutable_sms());
  }
  void operator()(const core::AwsSettings& settings) const {
    AwsSettingsToProto(settings, out->mutable_aws());
  }
};

}  // namespace

absl::StatusOr<core::Settings> ToSettings(const std::string& field,
                                          const v1::Connection::Settings& settings) {
  using Settings = v1::Connection::Settings;
  switch (settings.kind_case()) {
    case Settings::kHttp:
      return ToHttpSettings(StrCat(field, ".http"), settings.http());
    case Settings::kGrpc:
      return ToGrpcSettings(StrCat(field, ".grpc"), settings.grpc());
    case Settings::kSmtp:
      return ToSmtpSettings(StrCat(field, ".smtp"), settings.smtp());
    case Settings::kSql:
      return ToSqlSettings(StrCat(field, ".sql"), settings.sql());
    case Settings::kMongo:
      return ToMongoSettings(StrCat(field, ".mongo"), settings.mongo());
    case Settings::kKafka:
      return ToKafkaSettings(StrCat(field, ".kafka"), settings.kafka());
    case Settings::kRabbitmq:
      return ToRabbitmqSettings(StrCat(field, ".rabbitmq"), settings.rabbitmq());
    case Settings::kRedis:
      return ToRedisSettings(StrCat(field, ".redis"), settings.redis());
    case Settings::kNats:
      return ToNatsSettings(StrCat(field, ".nats"), settings.nats());
    case Settings::kPubsub:
      return ToPubsubSettings(StrCat(field, ".pubsub"), settings.pubsub());
    case Settings::kPush:
      return ToPushSettings(StrCat(field, ".push"), settings.push());
    case Settings::kSms:
      return ToSmsSettings(StrCat(field, ".sms"), settings.sms());
    case Settings::kAws:
      return ToAwsSettings(StrCat(field, ".aws"), settings.aws());
    case Settings::KIND_NOT_SET:
      break;
  }
  return errors::FieldRequired(StrCat(field, ".http"),
                               "the settings of one kind: http, grpc, smtp, sql, mongo, kafka, "
                               "rabbitmq, redis, nats, pubsub, push, sms or aws");
}

void SettingsToProto(const core::Settings& settings, v1::Connection::Settings* out) {
  std::visit(SettingsWriter{out}, settings);
}

}  // namespace server
