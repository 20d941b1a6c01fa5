#include "scheduler/dispatch/broker/kafka_settings_text.h"

#include <map>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/dispatch/broker/kafka_errors.h"
#include "scheduler/dispatch/broker/kafka_producer.h"

namespace scheduler::dispatch {
namespace {

std::map<std::string, std::string> TextsOf(const core::KafkaSettings& settings,
                                           KafkaUse use = KafkaUse::kMessages) {
  BrokerAccount account;
  account.settings = settings;
  account.secrets.emplace("password", base::SecretText("p"));
  account.secrets.emplace("tls.ca_certificates", base::SecretText("ca"));
  const auto texts = KafkaSettingsText(account, 15'000, BrokerOptions(), use);
  if (!texts.ok()) return {{"error", std::string(texts.status().message())}};
  return {texts->begin(), texts->end()};
}

TEST(KafkaSettingsTextTest, SaysAccountAndTls) {
  core::KafkaSettings settings;
  settings.brokers = {"a", "b:1", "[::1]:2"};
  std::map<std::string, std::string> texts = TextsOf(settings);
  EXPECT_EQ(texts["bootstrap.servers"], "a:9092,b:1,[::1]:2");
  EXPECT_EQ(texts["security.protocol"], "plaintext");
  EXPECT_EQ(texts["enable.idempotence"], "true");
  EXPECT_EQ(TextsOf(settings, KafkaUse::kProbe)["enable.idempotence"], "false");
  EXPECT_EQ(texts["acks"], "all");
  EXPECT_EQ(texts["queue.buffering.max.messages"], "4096");  // half of all attempts
  EXPECT_EQ(texts["message.timeout.ms"], "15000");
  EXPECT_EQ(texts.count("sasl.password"), 0u);
  EXPECT_EQ(texts.count("ssl.ca.pem"), 0u);
  settings.mechanism = core::KafkaSettings::Mechanism::kScramSha512;
  settings.username = "u";
  settings.tls.mode = core::TlsSettings::Mode::kRequired;
  texts = TextsOf(settings);
  EXPECT_EQ(texts["security.protocol"], "sasl_ssl");
  EXPECT_EQ(texts["sasl.mechanism"], "SCRAM-SHA-512");
  EXPECT_EQ(texts["sasl.username"], "u");
  EXPECT_EQ(texts["sasl.password"], "p");
  EXPECT_EQ(texts["ssl.ca.pem"], "ca");
  EXPECT_EQ(texts["enable.ssl.certificate.verification"], "true");
}

TEST(KafkaSettingsTextTest, RefusesWhatItCannotSay) {
  core::KafkaSettings settings;
  EXPECT_EQ(TextsOf(settings).count("error"), 1u);
  for (const std::string broker : {"a,b", "ssl://a", "a:0", ""}) {
    settings.brokers = {broker};
    EXPECT_EQ(TextsOf(settings).count("error"), 1u) << broker;
  }
  settings.brokers = {"a"};
  settings.tls.mode = core::TlsSettings::Mode::kRequired;
  settings.tls.server_name = "b";
  EXPECT_EQ(TextsOf(settings).count("error"), 1u);
}

TEST(KafkaErrorsTest, ErrorsHaveTheirClasses) {
  EXPECT_EQ(ClassOfKafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART), "NOT_FOUND");
  EXPECT_EQ(ClassOfKafkaError(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED), "FORBIDDEN");
  EXPECT_EQ(ClassOfKafkaError(RD_KAFKA_RESP_ERR__AUTHENTICATION), "UNAUTHENTICATED");
  EXPECT_EQ(ClassOfKafkaError(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE), "VALIDATION");
  EXPECT_EQ(ClassOfKafkaError(RD_KAFKA_RESP_ERR__QUEUE_FULL), "RATE_LIMITED");
  EXPECT_EQ(ClassOfKafkaError(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT), "TIMEOUT");
  EXPECT_EQ(ClassOfKafkaError(RD_KAFKA_RESP_ERR__TRANSPORT), "CONNECTION");
  EXPECT_EQ(ClassOfKafkaError(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS), "UNAVAILABLE");
}

TEST(KafkaProducerTest, KeepsMessagesAtLeastAsLongAsTheAttempt) {
  EXPECT_EQ(KafkaProducer::MessageTimeout(1), 15'000);
  EXPECT_EQ(KafkaProducer::MessageTimeout(15'000), 15'000);
  EXPECT_EQ(KafkaProducer::MessageTimeout(15'001), 60'000);
  EXPECT_EQ(KafkaProducer::MessageTimeout(3'600'000), 3'600'000);
}

}  // namespace
}  // namespace scheduler::dispatch
