#include "client/jobctl/print/settings_text.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/jobctl/parse/secret_source.h"
#include "client/jobctl/print/view_parts.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Auth;
using ductape::jobs::v1::AwsSettings;
using ductape::jobs::v1::Connection;
using ductape::jobs::v1::GrpcSettings;
using ductape::jobs::v1::HttpSettings;
using ductape::jobs::v1::KafkaSettings;
using ductape::jobs::v1::MongoSettings;
using ductape::jobs::v1::NatsSettings;
using ductape::jobs::v1::PubsubSettings;
using ductape::jobs::v1::PushSettings;
using ductape::jobs::v1::RabbitmqSettings;
using ductape::jobs::v1::RedisSettings;
using ductape::jobs::v1::Secret;
using ductape::jobs::v1::SmsSettings;
using ductape::jobs::v1::SmtpSettings;
using ductape::jobs::v1::SqlSettings;

// `bearer stored`, `basic app file:/run/secrets/app`, `api key in header X-Key env:KEY`,
// `oauth2 app at https://auth.example.com/token stored`.
std::string AuthText(const Auth& auth) {
  switch (auth.kind_case()) {
    case Auth::kBasic:
      return absl::StrCat("basic ", auth.basic().username(), " ",
                          SecretText(auth.basic().password()));
    case Auth::kBearer:
      return absl::StrCat("bearer ", SecretText(auth.bearer().token()));
    case Auth::kApiKey: {
      const Auth::ApiKey& key = auth.api_key();
      const std::string place = key.has_query() ? absl::StrCat("parameter ", key.query())
                                                : absl::StrCat("header ", key.header());
      return absl::StrCat("api key in ", place, " ", SecretText(key.key()));
    }
    case Auth::kOauth2:
      return absl::StrCat("oauth2 ", auth.oauth2().client_id(), " at ", auth.oauth2().token_url(),
                          " ", SecretText(auth.oauth2().client_secret()));
    case Auth::kLogin:
      return absl::StrCat("login at ", auth.login().url(), " ", SecretText(auth.login().secret()));
    case Auth::kSigv4:
      return absl::StrCat("sigv4 ", auth.sigv4().access_key_id(), " ",
                          SecretText(auth.sigv4().secret_access_key()));
    case Auth::KIND_NOT_SET:
      break;
  }
  return "";
}

using NamedSecrets = google::protobuf::Map<std::string, Secret>;

// `, secret NAME stored` for each that templates name.
std::string NamedText(const NamedSecrets& named) {
  std::string text;
  const std::map<std::string, Secret> sorted(named.begin(), named.end());
  for (const auto& [name, secret] : sorted) {
    absl::StrAppend(&text, ", secret ", name, " ", SecretText(secret));
  }
  return text;
}

std::string HttpText(const HttpSettings& http) {
  std::vector<std::string> parts = {http.base_url().empty() ? "HTTP" : http.base_url()};
  if (http.has_auth()) parts.push_back(AuthText(http.auth()));
  if (!http.headers().empty()) parts.push_back(LabelsText(http.headers()));
  return absl::StrJoin(parts, ", ") + NamedText(http.secrets());
}

std::string GrpcText(const GrpcSettings& grpc) {
  std::vector<std::string> parts = {absl::StrCat("grpc ", grpc.address())};
  if (grpc.has_auth()) parts.push_back(AuthText(grpc.auth()));
  if (!grpc.metadata().empty()) parts.push_back(LabelsText(grpc.metadata()));
  return absl::StrJoin(parts, ", ") + NamedText(grpc.secrets());
}

// ` as app`, or nothing.
std::string UserText(const std::string& username) {
  return username.empty() ? "" : absl::StrCat(" as ", username);
}

// `, password stored`, or nothing.
std::string SourceText(const char* what, const Secret& secret) {
  const std::string source = SecretText(secret);
  return source.empty() ? "" : absl::StrCat(", ", what, " ", source);
}

std::string SqlText(const SqlSettings& sql) {
  return absl::StrCat(absl::AsciiStrToLower(SqlSettings::Engine_Name(sql.engine())), " ",
                      sql.address(), "/", sql.database(), UserText(sql.username()),
                      SourceText("password", sql.password()), sql.read_only() ? ", read only" : "");
}

std::string MongoText(const MongoSettings& mongo) {
  return absl::StrCat(mongo.uri(), " ", mongo.database(), UserText(mongo.username()),
                      SourceText("password", mongo.password()),
                      mongo.read_only() ? ", read only" : "");
}

std::string KafkaText(const KafkaSettings& kafka) {
  return absl::StrCat("kafka ", absl::StrJoin(kafka.brokers(), ","), UserText(kafka.username()),
                      SourceText("password", kafka.password()), NamedText(kafka.secrets()));
}

std::string RabbitmqText(const RabbitmqSettings& rabbitmq) {
  return absl::StrCat("rabbitmq ", rabbitmq.address(), UserText(rabbitmq.username()),
                      SourceText("password", rabbitmq.password()), NamedText(rabbitmq.secrets()));
}

std::string RedisText(const RedisSettings& redis) {
  return absl::StrCat("redis ", redis.address(), "/", redis.database(), UserText(redis.username()),
                      SourceText("password", redis.password()), NamedText(redis.secrets()));
}

std::string NatsText(const NatsSettings& nats) {
  return absl::StrCat("nats ", absl::StrJoin(nats.servers(), ","), UserText(nats.username()),
                      SourceText("password", nats.password()), SourceText("token", nats.token()),
                      SourceText("credentials", nats.credentials()), NamedText(nats.secrets()));
}

// ` at http://127.0.0.1:4566`, or nothing.
std::string EndpointText(const std::string& endpoint) {
  return endpoint.empty() ? "" : absl::StrCat(" at ", endpoint);
}

std::string PubsubText(const PubsubSettings& pubsub) {
  return absl::StrCat("pubsub ", pubsub.project(), EndpointText(pubsub.endpoint()),
                      SourceText("service account", pubsub.service_account()),
                      NamedText(pubsub.secrets()));
}

std::string AwsText(const AwsSettings& aws) {
  return absl::StrCat("aws ", aws.region(), UserText(aws.access_key_id()),
                      EndpointText(aws.endpoint()),
                      SourceText("secret access key", aws.secret_access_key()),
                      SourceText("session token", aws.session_token()), NamedText(aws.secrets()));
}

std::string SmtpText(const SmtpSettings& smtp) {
  return absl::StrCat(
      "smtp ", smtp.address(), UserText(smtp.username()), SourceText("password", smtp.password()),
      smtp.from().empty() ? "" : absl::StrCat(", from ", smtp.from()), NamedText(smtp.secrets()));
}

std::string PushText(const PushSettings& push) {
  return absl::StrCat(absl::AsciiStrToLower(PushSettings::Provider_Name(push.provider())),
                      SourceText("access token", push.access_token()),
                      SourceText("service account", push.service_account()),
                      NamedText(push.secrets()));
}

std::string SmsText(const SmsSettings& sms) {
  return absl::StrCat(absl::AsciiStrToLower(SmsSettings::Provider_Name(sms.provider())), " ",
                      sms.account(), SourceText("secret", sms.secret()),
                      sms.from().empty() ? "" : absl::StrCat(", from ", sms.from()),
                      NamedText(sms.secrets()));
}

}  // namespace

std::string SettingsText(const Connection::Settings& settings) {
  using Settings = Connection::Settings;
  switch (settings.kind_case()) {
    case Settings::kHttp:
      return HttpText(settings.http());
    case Settings::kGrpc:
      return GrpcText(settings.grpc());
    case Settings::kSmtp:
      return SmtpText(settings.smtp());
    case Settings::kSql:
      return SqlText(settings.sql());
    case Settings::kMongo:
      return MongoText(settings.mongo());
    case Settings::kKafka:
      return KafkaText(settings.kafka());
    case Settings::kRabbitmq:
      return RabbitmqText(settings.rabbitmq());
    case Settings::kRedis:
      return RedisText(settings.redis());
    case Settings::kNats:
      return NatsText(settings.nats());
    case Settings::kPubsub:
      return PubsubText(settings.pubsub());
    case Settings::kAws:
      return AwsText(settings.aws());
    case Settings::kPush:
      return PushText(settings.push());
    case Settings::kSms:
      return SmsText(settings.sms());
    case Settings::KIND_NOT_SET:
      break;
  }
  return "of a kind that this jobctl does not know";
}

}  // namespace jobctl
