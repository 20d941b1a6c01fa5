#include "server/converters/settings_converter.h"

#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace v1 = ductape::jobs::v1;

v1::Connection::Settings Parse(const std::string& text) {
  v1::Connection::Settings settings;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &settings)) << text;
  return settings;
}

struct Case {
  std::string fault;
  std::string settings;  // protobuf's text format
};

void ExpectFaults(const std::vector<Case>& cases) {
  for (const Case& item : cases) {
    EXPECT_EQ(Fault(ToSettings("s", Parse(item.settings))), item.fault) << item.settings;
  }
}

TEST(SettingsTest, WhatIsReadCanBeWritten) {
  const std::string tls =
      "tls { mode: REQUIRED ca_certificates { file: \"/ca.pem\" } client_certificate { env_var: "
      "\"C\" } client_key { file: \"/k.pem\" } server_name: \"db\" insecure_skip_verify: true }";
  const std::string http_tls =
      " tls { ca_certificates { file: \"/ca.pem\" } server_name: \"api\" } proxy: "
      "\"http://p:3128\"";
  const std::string whole[] = {
      "http { base_url: \"https://h\" auth { oauth2 { token_url: \"https://id/token?x=1\" "
      "client_id: "
      "\"c\" client_secret { file: \"/p\" } scopes: \"read\" scopes: \"write\" audience: \"api\" "
      "credentials_in_body: true } }" +
          http_tls + " }",
      "http { auth { login { method: PUT url: \"https://h/login\" headers { key: \"X-A\" value: "
      "\"1\" } "
      "fields { key: \"/user/name\" value: \"u\" } secret_field: \"/user/password\" secret { file: "
      "\"/p\" } token_pointer: \"/data/token\" header: \"X-Token\" scheme: \"Token\" ttl { "
      "seconds: "
      "60 } } } }",
      // One text over several lines. NOLINTNEXTLINE(bugprone-suspicious-missing-comma)
      "http { auth { sigv4 { access_key_id: \"AKID\" secret_access_key { file: \"/p\" } "
      "session_token { "
      "env_var: \"T\" } region: \"eu-central-1\" service: \"execute-api\" } } }",
      "grpc { address: \"grpcs://shop:443\" metadata { key: \"x-tenant\" value: \"a\" } auth { "
      "api_key "
      "{ header: \"x-api-key\" key { file: \"/p\" } } } tls { ca_certificates { file: \"/ca.pem\" "
      "} "
      "server_name: \"shop\" } }",
      "grpc { address: \"shop:80\" auth { oauth2 { token_url: \"https://id/token\" client_id: "
      "\"c\" "
      "client_secret { file: \"/p\" } } } }",
      "grpc { address: \"shop:80\" auth { basic { username: \"u\" password { file: \"/p\" } } } }",
      "smtp { address: \"mail:587\" security: TLS username: \"u\" password { file: \"/p\" } from: "
      "\"Ops <ops@example.com>\" tls { server_name: \"mail\" } }",
      "sql { engine: MYSQL address: \"db:3306\" database: \"shop\" username: \"u\" password { "
      "env_var: \"P\" } max_connections: 4 read_only: true " +
          tls + " }",
      "mongo { uri: \"mongodb://h:1,i/?replicaSet=r\" database: \"d\" username: \"u\" password { "
      "file: \"/p\" } auth_source: \"admin\" max_connections: 2 read_only: true " +
          tls + " }",
      "kafka { brokers: \"a:9092\" brokers: \"b\" mechanism: SCRAM_SHA_256 username: \"u\" "
      "password { file: \"/p\" } " +
          tls + " }",
      "rabbitmq { address: \"h\" virtual_host: \"v\" username: \"u\" password { file: \"/p\" } " +
          tls + " }",
      "redis { address: \"h:6379\" database: 3 username: \"u\" password { file: \"/p\" } " + tls +
          " }",
      "nats { servers: \"h\" servers: \"[::1]:4222\" credentials { file: \"/c\" } " + tls + " }",
      "push { provider: FCM service_account { file: \"/key.json\" } endpoint: \"http://h/x\" }",
      "sms { provider: PLIVO account: \"a\" secret { file: \"/p\" } from: \"Shop\" endpoint: "
      "\"https://h\" }",
      "pubsub { project: \"my-project-1\" service_account { file: \"/key.json\" } }",
      "pubsub { project: \"my-project-1\" endpoint: \"localhost:8085\" }",
      "aws { region: \"eu-central-1\" access_key_id: \"AKID\" secret_access_key { file: \"/p\" } "
      "session_token { env_var: \"T\" } endpoint: \"http://h/x\" }",
  };
  for (const std::string& text : whole) {
    const v1::Connection::Settings before = Parse(text);
    const auto settings = ToSettings("s", before);
    ASSERT_TRUE(settings.ok()) << settings.status() << text;
    v1::Connection::Settings after;
    SettingsToProto(*settings, &after);
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(before, after))
        << after.DebugString();
  }
}

// Of every kind that has templates.
TEST(SettingsTest, SecretsThatTemplatesName) {
  const std::string kinds[] = {
      "http { ",
      "grpc { address: \"h:1\" ",
      "smtp { address: \"h\" security: TLS ",
      "kafka { brokers: \"h\" ",
      "rabbitmq { address: \"h\" username: \"u\" password { file: \"/p\" } ",
      "redis { address: \"h\" ",
      "nats { servers: \"h\" ",
      "pubsub { project: \"project\" endpoint: \"h:1\" ",
      "push { provider: EXPO ",
      "sms { provider: TWILIO account: \"a\" secret { file: \"/p\" } ",
      "aws { region: \"r\" access_key_id: \"A\" secret_access_key { file: \"/p\" } ",
  };
  for (const std::string& kind : kinds) {
    const std::string two =
        kind +
        "secrets { key: \"a\" value { file: \"/a\" } } secrets { key: \"b\" value { env_var: "
        "\"B\" } } }";
    const auto settings = ToSettings("s", Parse(two));
    ASSERT_TRUE(settings.ok()) << settings.status() << two;
    v1::Connection::Settings after;
    SettingsToProto(*settings, &after);
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(Parse(two), after))
        << after.DebugString();
    const std::string name = kind.substr(0, kind.find(' '));
    ExpectFaults({
        {"FIELD_INVALID s." + name + ".secrets",
         kind + "secrets { key: \"a-b\" value { file: \"/a\" } } }"},
        {"FIELD_INVALID s." + name + ".secrets[a].file",
         kind + "secrets { key: \"a\" value { file: \"a\" } } }"},
    });
  }
}

TEST(SettingsTest, ChecksGrpc) {
  const std::string grpc = "grpc { address: \"h:1\" ";
  const std::string secret = " { file: \"/p\" } ";
  const std::string login =
      "auth { login { url: \"https://h/login\" token_pointer: \"/token\" header: ";
  ExpectFaults({
      {"OK", grpc + "}"},
      {"FIELD_REQUIRED s.grpc.address", "grpc { }"},
      {"FIELD_INVALID s.grpc.address", "grpc { address: \"h\" }"},
      {"FIELD_INVALID s.grpc.address", "grpc { address: \"https://h:1\" }"},
      {"TEMPLATE_NOT_SUPPORTED s.grpc.address", "grpc { address: \"{{h}}:1\" }"},
      {"FIELD_INVALID s.grpc.metadata", grpc + "metadata { key: \"X\" value: \"a\" } }"},
      {"FIELD_INVALID s.grpc.metadata", grpc + "metadata { key: \"x-bin\" value: \"a\" } }"},
      {"FIELD_INVALID s.grpc.metadata[grpc-timeout]",
       grpc + "metadata { key: \"grpc-timeout\" value: \"1S\" } }"},
      {"FIELD_INVALID s.grpc.metadata[x]", grpc + "metadata { key: \"x\" value: \"a\\nb\" } }"},
      {"TEMPLATE_NOT_SUPPORTED s.grpc.metadata[x]",
       grpc + "metadata { key: \"x\" value: \"{{a}}\" } }"},
      {"FIELD_REQUIRED s.grpc.auth", grpc + "auth { } }"},
      {"FIELD_INVALID s.grpc.auth.sigv4", grpc + "auth { sigv4 { } } }"},
      {"FIELD_INVALID s.grpc.auth.api_key.query",
       grpc + "auth { api_key { query: \"k\" key" + secret + "} } }"},
      {"FIELD_INVALID s.grpc.auth.api_key.header",
       grpc + "auth { api_key { header: \"X-Key\" key" + secret + "} } }"},
      {"FIELD_REQUIRED s.grpc.auth.api_key.header",
       grpc + "auth { api_key { key" + secret + "} } }"},
      {"FIELD_INVALID s.grpc.metadata[authorization]",
       grpc + "metadata { key: \"authorization\" value: \"a\" } auth { bearer { token" + secret +
           "} } }"},
      {"OK", grpc + login + "\"x-token\" } } }"},
      {"FIELD_INVALID s.grpc.auth.login.header", grpc + login + "\"X-Token\" } } }"},
      {"FIELD_INVALID s.grpc.tls.mode", grpc + "tls { mode: REQUIRED } }"},
  });
}

TEST(SettingsTest, ALoginOfGrpcHasAKeyOfMetadata) {
  const v1::Connection::Settings given = Parse(
      "grpc { address: \"h:1\" auth { login { url: \"https://h\" token_pointer: \"/t\" } } }");
  v1::Connection::Settings after;
  SettingsToProto(ToSettings("s", given).value(), &after);
  EXPECT_EQ(after.grpc().auth().login().header(), "authorization");
  EXPECT_EQ(after.grpc().auth().login().scheme(), "Bearer");
  EXPECT_EQ(Fault(ToSettings("s", after)), "OK");
}

TEST(SettingsTest, LeavesOutWhatIsNotSet) {
  for (const std::string text :
       {"sql { engine: POSTGRESQL address: \"h\" database: \"d\" username: \"u\" }",
        "redis { address: \"h\" }", "nats { servers: \"h\" }", "kafka { brokers: \"h\" }",
        "push { provider: EXPO }"}) {
    v1::Connection::Settings after;
    SettingsToProto(ToSettings("s", Parse(text)).value(), &after);
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(Parse(text), after))
        << after.DebugString();
  }
}

TEST(SettingsTest, ChecksDatabases) {
  const std::string sql =
      "sql { engine: POSTGRESQL address: \"h\" database: \"d\" username: \"u\" ";
  const std::string mongo = "mongo { database: \"d\" ";
  ExpectFaults({
      {"FIELD_REQUIRED s.sql.engine", "sql { }"},
      {"FIELD_REQUIRED s.sql.address", "sql { engine: MYSQL }"},
      {"FIELD_REQUIRED s.sql.database", "sql { engine: MYSQL address: \"h\" }"},
      {"FIELD_REQUIRED s.sql.username", "sql { engine: MYSQL address: \"h\" database: \"d\" }"},
      {"FIELD_INVALID s.sql.address", "sql { engine: MYSQL address: \"h:0\" }"},
      {"FIELD_INVALID s.sql.address", "sql { engine: MYSQL address: \"postgres://h\" }"},
      {"TEMPLATE_NOT_SUPPORTED s.sql.address", "sql { engine: MYSQL address: \"{{h}}\" }"},
      {"OK", sql + "}"},
      {"FIELD_OUT_OF_RANGE s.sql.max_connections", sql + "max_connections: 101 }"},
      {"FIELD_OUT_OF_RANGE s.sql.max_connections", sql + "max_connections: -1 }"},
      {"FIELD_INVALID s.sql.password.value", sql + "password { value: \"a\\nb\" } }"},
      {"OK", sql + "tls { ca_certificates { value: \"a\\nb\" } } }"},
      {"FIELD_REQUIRED s.sql.tls.client_key",
       sql + "tls { client_certificate { value: \"a\" } } }"},
      {"FIELD_REQUIRED s.sql.tls.client_certificate",
       sql + "tls { client_key { value: \"a\" } } }"},
      {"FIELD_REQUIRED s.mongo.uri", mongo + "}"},
      {"FIELD_INVALID s.mongo.uri", mongo + "uri: \"http://h\" }"},
      {"FIELD_INVALID s.mongo.uri", mongo + "uri: \"mongodb://u:p@h\" }"},
      {"FIELD_INVALID s.mongo.uri", mongo + "uri: \"mongodb://h/?tlsCAFile=/etc/passwd\" }"},
      {"FIELD_INVALID s.mongo.uri", mongo + "uri: \"mongodb://h/?w=0\" }"},
      {"OK", mongo + "uri: \"mongodb://h/?readPreference=nearest&w=majority\" }"},
      {"FIELD_REQUIRED s.mongo.password", mongo + "uri: \"mongodb://h\" username: \"u\" }"},
      {"FIELD_REQUIRED s.mongo.username",
       mongo + "uri: \"mongodb://h\" password { file: \"/p\" } }"},
  });
}

TEST(SettingsTest, ChecksClouds) {
  const std::string aws = "aws { region: \"r-1\" access_key_id: \"A\" ";
  ExpectFaults({
      {"FIELD_REQUIRED s.pubsub.project", "pubsub { }"},
      {"FIELD_INVALID s.pubsub.project", "pubsub { project: \"short\" }"},
      {"FIELD_INVALID s.pubsub.project", "pubsub { project: \"With-Capitals\" }"},
      {"FIELD_INVALID s.pubsub.project", "pubsub { project: \"1-project\" }"},
      {"FIELD_INVALID s.pubsub.project", "pubsub { project: \"project-\" }"},
      {"FIELD_REQUIRED s.pubsub.service_account", "pubsub { project: \"project\" }"},
      {"FIELD_INVALID s.pubsub.service_account",
       "pubsub { project: \"project\" service_account { file: \"/k\" } endpoint: \"h:1\" }"},
      {"FIELD_INVALID s.pubsub.endpoint", "pubsub { project: \"project\" endpoint: \"http://h\" }"},
      {"FIELD_REQUIRED s.aws.region", "aws { }"},
      {"FIELD_INVALID s.aws.region", "aws { region: \"a.b\" }"},
      {"FIELD_REQUIRED s.aws.access_key_id", "aws { region: \"r\" }"},
      {"FIELD_REQUIRED s.aws.secret_access_key", aws + "}"},
      {"FIELD_INVALID s.aws.secret_access_key.value",
       aws + "secret_access_key { value: \"a\\nb\" } }"},
      {"FIELD_INVALID s.aws.endpoint",
       aws + "secret_access_key { file: \"/p\" } endpoint: \"http://h/?a\" }"},
      {"OK", aws + "secret_access_key { file: \"/p\" } }"},
  });
}

TEST(SettingsTest, ChecksBrokers) {
  std::string many = "kafka {";
  for (int i = 0; i < 33; ++i) many += " brokers: \"h\"";
  ExpectFaults({
      {"FIELD_REQUIRED s.kafka.brokers", "kafka { }"},
      {"FIELD_TOO_LARGE s.kafka.brokers", many + " }"},
      {"FIELD_INVALID s.kafka.brokers[1]", "kafka { brokers: \"h\" brokers: \"a b\" }"},
      {"FIELD_REQUIRED s.kafka.username", "kafka { brokers: \"h\" mechanism: PLAIN }"},
      {"FIELD_REQUIRED s.kafka.mechanism",
       "kafka { brokers: \"h\" username: \"u\" password { file: \"/p\" } }"},
      {"FIELD_REQUIRED s.rabbitmq.username", "rabbitmq { address: \"h\" }"},
      {"FIELD_REQUIRED s.rabbitmq.password", "rabbitmq { address: \"h\" username: \"u\" }"},
      {"FIELD_OUT_OF_RANGE s.redis.database", "redis { address: \"h\" database: -1 }"},
      {"FIELD_REQUIRED s.redis.password", "redis { address: \"h\" username: \"u\" }"},
      {"OK", "redis { address: \"h\" password { file: \"/p\" } }"},
      {"FIELD_INVALID s.nats.token",
       "nats { servers: \"h\" token { file: \"/t\" } credentials { file: \"/c\" } }"},
      {"OK", "nats { servers: \"h\" credentials { value: \"-----BEGIN\\n-----\" } }"},
  });
}

TEST(SettingsTest, ChecksWhatCarriesMessages) {
  ExpectFaults({
      {"FIELD_REQUIRED s.smtp.address", "smtp { }"},
      {"FIELD_REQUIRED s.smtp.password", "smtp { address: \"h\" username: \"u\" }"},
      {"FIELD_INVALID s.smtp.tls.mode", "smtp { address: \"h\" tls { mode: REQUIRED } }"},
      {"FIELD_INVALID s.smtp.from", "smtp { address: \"h\" from: \"a\\r\\nBcc: b\" }"},
      {"FIELD_INVALID s.smtp.from", "smtp { address: \"h\" from: \"Ops <ops.example.com>\" }"},
      {"FIELD_REQUIRED s.push.provider", "push { }"},
      {"FIELD_REQUIRED s.push.service_account", "push { provider: FCM }"},
      {"FIELD_INVALID s.push.service_account",
       "push { provider: EXPO service_account { file: \"/k\" } }"},
      {"FIELD_INVALID s.push.access_token",
       "push { provider: FCM access_token { file: \"/k\" } service_account { file: \"/k\" } }"},
      {"FIELD_INVALID s.push.endpoint", "push { provider: EXPO endpoint: \"http://h/?a\" }"},
      {"FIELD_REQUIRED s.sms.provider", "sms { }"},
      {"FIELD_REQUIRED s.sms.account", "sms { provider: TWILIO }"},
      {"FIELD_REQUIRED s.sms.secret", "sms { provider: TWILIO account: \"a\" }"},
  });
}

TEST(SettingsTest, ALoginHasItsDefaults) {
  const auto settings = ToSettings(
      "s", Parse("http { auth { login { url: \"https://h\" token_pointer: \"/t\" } } }"));
  ASSERT_TRUE(settings.ok()) << settings.status();
  v1::Connection::Settings out;
  SettingsToProto(*settings, &out);
  EXPECT_EQ(out.http().auth().login().method(), v1::Auth::Login::POST);
  EXPECT_EQ(out.http().auth().login().header(), "Authorization");
  EXPECT_EQ(out.http().auth().login().scheme(), "Bearer");
}

TEST(SettingsTest, FaultsOfHttp) {
  const std::string secret = " client_secret { file: \"/p\" }";
  const auto auth = [](const std::string& text) { return "http { auth { " + text + " } }"; };
  const std::string login = "login { url: \"https://h\" token_pointer: \"/t\" ";
  const std::string aws = "access_key_id: \"A\" secret_access_key { file: \"/p\" }";
  ExpectFaults({
      {"FIELD_REQUIRED s.http.auth.oauth2.token_url",
       auth("oauth2 { client_id: \"c\"" + secret + " }")},
      {"FIELD_INVALID s.http.auth.oauth2.token_url",
       auth("oauth2 { token_url: \"ftp://h\" client_id: \"c\"" + secret + " }")},
      {"TEMPLATE_NOT_SUPPORTED s.http.auth.oauth2.token_url",
       auth("oauth2 { token_url: \"https://h/{{x}}\" client_id: \"c\"" + secret + " }")},
      {"FIELD_REQUIRED s.http.auth.oauth2.client_id",
       auth("oauth2 { token_url: \"https://h\"" + secret + " }")},
      {"FIELD_REQUIRED s.http.auth.oauth2.client_secret",
       auth("oauth2 { token_url: \"https://h\" client_id: \"c\" }")},
      {"FIELD_INVALID s.http.auth.oauth2.scopes[1]",
       auth("oauth2 { token_url: \"https://h\" client_id: \"c\" scopes: \"a\" scopes: \"b c\"" +
            secret + " }")},
      {"FIELD_REQUIRED s.http.auth.login.url", auth("login { token_pointer: \"/t\" }")},
      {"FIELD_REQUIRED s.http.auth.login.token_pointer", auth("login { url: \"https://h\" }")},
      {"FIELD_INVALID s.http.auth.login.token_pointer",
       auth("login { url: \"https://h\" token_pointer: \"t\" }")},
      {"FIELD_INVALID s.http.auth.login.token_pointer",
       auth("login { url: \"https://h\" token_pointer: \"/t~\" }")},
      {"FIELD_REQUIRED s.http.auth.login.secret", auth(login + "secret_field: \"p\" }")},
      {"FIELD_REQUIRED s.http.auth.login.secret_field", auth(login + "secret { file: \"/p\" } }")},
      {"FIELD_INVALID s.http.auth.login.secret_field",
       auth(login +
            "secret_field: \"p\" secret { file: \"/p\" } fields { key: \"p\" value: \"\" } }")},
      {"FIELD_INVALID s.http.auth.login.fields[/~]",
       auth(login + "fields { key: \"/~\" value: \"\" } }")},
      {"FIELD_INVALID s.http.auth.login.scheme", auth(login + "scheme: \"a b\" }")},
      {"FIELD_OUT_OF_RANGE s.http.auth.login.ttl", auth(login + "ttl { nanos: 1 } }")},
      {"FIELD_REQUIRED s.http.auth.sigv4.access_key_id", auth("sigv4 { }")},
      {"FIELD_REQUIRED s.http.auth.sigv4.secret_access_key",
       auth("sigv4 { access_key_id: \"A\" }")},
      {"FIELD_REQUIRED s.http.auth.sigv4.region", auth("sigv4 { " + aws + " service: \"s3\" }")},
      {"FIELD_INVALID s.http.auth.sigv4.service",
       auth("sigv4 { " + aws + " region: \"r\" service: \"a/b\" }")},
      {"FIELD_INVALID s.http.tls.mode", "http { tls { mode: REQUIRED } }"},
      {"FIELD_REQUIRED s.http.tls.client_key",
       "http { tls { client_certificate { file: \"/c\" } } }"},
      {"FIELD_INVALID s.http.proxy", "http { proxy: \"proxy:3128\" }"},
      {"FIELD_INVALID s.http.proxy", "http { proxy: \"http://u:p@proxy:3128\" }"},
      {"FIELD_INVALID s.http.headers[x-token]",
       "http { headers { key: \"x-token\" value: \"1\" } auth { " + login +
           "header: \"X-Token\" } } }"},
  });
}

}  // namespace
}  // namespace server
