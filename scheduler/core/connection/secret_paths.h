#ifndef SCHEDULER_CORE_CONNECTION_SECRET_PATHS_H_
#define SCHEDULER_CORE_CONNECTION_SECRET_PATHS_H_

#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "scheduler/core/connection/broker_settings.h"
#include "scheduler/core/connection/database_settings.h"
#include "scheduler/core/connection/grpc_settings.h"
#include "scheduler/core/connection/http_settings.h"
#include "scheduler/core/connection/message_settings.h"

// Where each kind of settings has its secrets: VisitSecretsOf calls visit(path, &secret) for each, with its
// path below the settings. S is the kind, const or not; there is one for each alternative of Settings. Internal
// to this folder.
namespace scheduler::core {

// The path of a secret that templates name.
inline std::string NamedSecretPath(std::string_view name) {
  return std::string("secrets[").append(name).append("]");
}

// What S is without const.
template <typename S, typename Kind>
concept Is = std::is_same_v<std::remove_const_t<S>, Kind>;

template <typename Visit, Is<TlsSettings> S>
void VisitTls(S& tls, Visit visit) {
  visit("tls.ca_certificates", &tls.ca_certificates);
  visit("tls.client_certificate", &tls.client_certificate);
  visit("tls.client_key", &tls.client_key);
}

template <typename Visit, typename Secrets>
void VisitNamed(Secrets& secrets, Visit visit) {
  for (auto& [name, secret] : secrets) visit(NamedSecretPath(name), &secret);
}

template <typename Visit, Is<HttpAuth> A>
void VisitAuth(A& auth, Visit visit) {
  if (auto* basic = std::get_if<BasicAuth>(&auth)) {
    visit("auth.basic.password", &basic->password);
  } else if (auto* bearer = std::get_if<BearerAuth>(&auth)) {
    visit("auth.bearer.token", &bearer->token);
  } else if (auto* api_key = std::get_if<ApiKeyAuth>(&auth)) {
    visit("auth.api_key.key", &api_key->key);
  } else if (auto* oauth2 = std::get_if<Oauth2Auth>(&auth)) {
    visit("auth.oauth2.client_secret", &oauth2->client_secret);
  } else if (auto* login = std::get_if<LoginAuth>(&auth)) {
    visit("auth.login.secret", &login->secret);
  } else if (auto* sigv4 = std::get_if<SigV4Auth>(&auth)) {
    visit("auth.sigv4.secret_access_key", &sigv4->secret_access_key);
    visit("auth.sigv4.session_token", &sigv4->session_token);
  }
}

template <typename Visit, Is<HttpSettings> S>
void VisitSecretsOf(S& http, Visit visit) {
  VisitAuth(http.auth, visit);
  VisitTls(http.tls, visit);
  VisitNamed(http.secrets, visit);
}

template <typename Visit, Is<SmtpSettings> S>
void VisitSecretsOf(S& smtp, Visit visit) {
  visit("password", &smtp.password);
  VisitTls(smtp.tls, visit);
  VisitNamed(smtp.secrets, visit);
}

template <typename Visit, Is<SqlSettings> S>
void VisitSecretsOf(S& sql, Visit visit) {
  visit("password", &sql.password);
  VisitTls(sql.tls, visit);
}

template <typename Visit, Is<MongoSettings> S>
void VisitSecretsOf(S& mongo, Visit visit) {
  visit("password", &mongo.password);
  VisitTls(mongo.tls, visit);
}

template <typename Visit, Is<KafkaSettings> S>
void VisitSecretsOf(S& kafka, Visit visit) {
  visit("password", &kafka.password);
  VisitTls(kafka.tls, visit);
  VisitNamed(kafka.secrets, visit);
}

template <typename Visit, Is<RabbitmqSettings> S>
void VisitSecretsOf(S& rabbitmq, Visit visit) {
  visit("password", &rabbitmq.password);
  VisitTls(rabbitmq.tls, visit);
  VisitNamed(rabbitmq.secrets, visit);
}

template <typename Visit, Is<RedisSettings> S>
void VisitSecretsOf(S& redis, Visit visit) {
  visit("password", &redis.password);
  VisitTls(redis.tls, visit);
  VisitNamed(redis.secrets, visit);
}

template <typename Visit, Is<NatsSettings> S>
void VisitSecretsOf(S& nats, Visit visit) {
  visit("password", &nats.password);
  visit("token", &nats.token);
  visit("credentials", &nats.credentials);
  VisitTls(nats.tls, visit);
  VisitNamed(nats.secrets, visit);
}

template <typename Visit, Is<PubsubSettings> S>
void VisitSecretsOf(S& pubsub, Visit visit) {
  visit("service_account", &pubsub.service_account);
  VisitNamed(pubsub.secrets, visit);
}

template <typename Visit, Is<PushSettings> S>
void VisitSecretsOf(S& push, Visit visit) {
  visit("access_token", &push.access_token);
  visit("service_account", &push.service_account);
  VisitNamed(push.secrets, visit);
}

template <typename Visit, Is<SmsSettings> S>
void VisitSecretsOf(S& sms, Visit visit) {
  visit("secret", &sms.secret);
  VisitNamed(sms.secrets, visit);
}

template <typename Visit, Is<AwsSettings> S>
void VisitSecretsOf(S& aws, Visit visit) {
  visit("secret_access_key", &aws.secret_access_key);
  visit("session_token", &aws.session_token);
  VisitNamed(aws.secrets, visit);
}

template <typename Visit, Is<GrpcSettings> S>
void VisitSecretsOf(S& grpc, Visit visit) {
  VisitAuth(grpc.auth, visit);
  VisitTls(grpc.tls, visit);
  VisitNamed(grpc.secrets, visit);
}

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_SECRET_PATHS_H_
