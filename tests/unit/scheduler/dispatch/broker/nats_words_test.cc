#include "scheduler/dispatch/broker/nats_words.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/attempts.h"

namespace scheduler::dispatch {
namespace {

using support::CodeOf;

BrokerMessage Message() {
  BrokerMessage message;
  message.identity = DeliveryFieldsOf(support::ClaimedRunOf(core::BrokerTarget(), 3));
  message.destination = "orders.new";
  message.body = "{}";
  message.properties = {{"region", "eu"}};
  return message;
}

TEST(NatsWordsTest, KnowsSubjects) {
  for (const std::string subject : {"a", "a.b", "orders.new-1_x", "$x"}) {
    EXPECT_TRUE(IsNatsSubject(subject)) << subject;
  }
  for (const std::string subject :
       {"", ".", "a.", ".a", "a..b", "a b", "a\t", "a.*", ">", "a\r\n", "a\"b", "a\\b"}) {
    EXPECT_FALSE(IsNatsSubject(subject)) << subject;
  }
}

TEST(NatsWordsTest, PublishesWithHeadersAndSizes) {
  const std::string command = NatsPublish(Message(), "_INBOX.a.1", /*deduplicated=*/true);
  const size_t line_end = command.find("\r\n");
  const size_t header_end = command.find("\r\n\r\n") + 4;
  const size_t header_size = header_end - (line_end + 2);
  EXPECT_EQ(command.substr(0, line_end), "HPUB orders.new _INBOX.a.1 " +
                                             std::to_string(header_size) + " " +
                                             std::to_string(header_size + 2));
  EXPECT_EQ(command.substr(line_end + 2, 10), "NATS/1.0\r\n");
  EXPECT_EQ(command.substr(header_end), "{}\r\n");
  EXPECT_NE(command.find("\r\nNats-Msg-Id: " + Message().run_id() + "\r\n"), std::string::npos);
  EXPECT_NE(command.find("\r\nDuctape-Run-Number: 3\r\n"), std::string::npos);
  EXPECT_NE(command.find("\r\nregion: eu\r\n"), std::string::npos);
  const std::string core = NatsPublish(Message(), "", /*deduplicated=*/false);
  EXPECT_EQ(core.find("Nats-Msg-Id"), std::string::npos);
  EXPECT_EQ(core.substr(0, 16), "HPUB orders.new ");
}

TEST(NatsWordsTest, ReadsAcknowledgements) {
  const AttemptResult done = NatsAcknowledgement("", R"({"stream":"S","seq":7})");
  EXPECT_EQ(CodeOf(done), "COMPLETED");
  EXPECT_EQ(done.output->output, R"({"stream":"S","sequence":7,"duplicate":false})");
  EXPECT_EQ(CodeOf(NatsAcknowledgement("NATS/1.0 503\r\n\r\n", "")), "NOT_FOUND");
  const AttemptResult refused = NatsAcknowledgement(
      "", R"({"error":{"code":400,"err_code":10054,"description":"too large"}})");
  EXPECT_EQ(CodeOf(refused), "VALIDATION");
  EXPECT_EQ(refused.error->message, "too large");
  EXPECT_EQ(refused.error->status, 400);
  for (const std::string text : {"", "[]", "{}", "x", R"({"error":null})"}) {
    EXPECT_EQ(CodeOf(NatsAcknowledgement("", text)), "UNAVAILABLE") << text;
  }
}

TEST(NatsWordsTest, MembersOfOtherTypesAreAsGoodAsAbsent) {
  for (const std::string text :
       {R"({"stream":{"a":[]},"seq":1})", R"({"stream":"S","seq":"1"})",
        R"({"stream":"S","seq":-1})", R"({"stream":"S","seq":1.5})",
        R"({"stream":null,"seq":null})", R"({"error":{"code":"x"}})",
        R"({"error":{"code":[],"err_code":{},"description":7}})", R"({"error":{"code":-400}})",
        R"({"error":{"code":4294967696}})"}) {
    EXPECT_EQ(CodeOf(NatsAcknowledgement("", text)), "UNAVAILABLE") << text;
  }
  const AttemptResult done = NatsAcknowledgement("", R"({"stream":"S","seq":7,"duplicate":"x"})");
  EXPECT_EQ(done.output->output, R"({"stream":"S","sequence":7,"duplicate":false})");
}

TEST(NatsWordsTest, ErrorsHaveTheirClasses) {
  const std::pair<std::string, std::string> expected[] = {
      {"'Authorization Violation'", "UNAUTHENTICATED"},
      {"'User Authentication Expired'", "UNAUTHENTICATED"},
      {"'Permissions Violation for Publish to \"a\"'", "FORBIDDEN"},
      {"'Maximum Payload Violation'", "VALIDATION"},
      {"'Invalid Subject'", "VALIDATION"},
      {"'maximum connections exceeded'", "UNAVAILABLE"},
      {"'Stale Connection'", "CONNECTION"},
  };
  for (const auto& [error, code] : expected) EXPECT_EQ(ClassOfNatsError(error), code) << error;
  EXPECT_EQ(ClassOfJetStreamError(503, 10077), "UNAVAILABLE");
  EXPECT_EQ(ClassOfJetStreamError(404, 10059), "NOT_FOUND");
  EXPECT_EQ(ClassOfJetStreamError(400, 10003), "VALIDATION");
  EXPECT_EQ(ClassOfJetStreamError(429, 0), "RATE_LIMITED");
  EXPECT_EQ(ClassOfJetStreamError(403, 0), "FORBIDDEN");
  EXPECT_EQ(ClassOfJetStreamError(0, 0), "UNAVAILABLE");
}

nlohmann::json ConnectOf(const BrokerAccount& account) {
  const std::string text = NatsConnect(account, "nonce").value();
  return nlohmann::json::parse(text.substr(8, text.find("\r\n") - 8));
}

TEST(NatsWordsTest, ConnectsByWhatTheAccountHas) {
  core::NatsSettings settings;
  settings.username = "u";
  BrokerAccount account;
  account.settings = settings;
  account.secrets.emplace("password", base::SecretText("p\"\xff"));
  nlohmann::json connect = ConnectOf(account);
  EXPECT_EQ(connect["user"], "u");
  EXPECT_TRUE(connect["headers"].get<bool>());
  account.secrets.emplace("token", base::SecretText("t"));
  connect = ConnectOf(account);
  EXPECT_EQ(connect["auth_token"], "t");
  EXPECT_FALSE(connect.contains("user"));
  account.secrets.emplace("credentials", base::SecretText("none"));
  EXPECT_TRUE(absl::IsInvalidArgument(NatsConnect(account, "nonce").status()));
}

}  // namespace
}  // namespace scheduler::dispatch
