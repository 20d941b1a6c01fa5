// Targets of databases, brokers, functions and notifications.

#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "server/converters/event_converter.h"
#include "server/converters/target_converter.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace v1 = ductape::jobs::v1;

v1::Event Parse(const std::string& target) {
  v1::Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(target, &event)) << target;
  event.set_event_type(v1::Event::ACTION);
  event.set_tag("a");
  return event;
}

struct Case {
  std::string fault;
  std::string target;  // of an event, in protobuf's text format
};

void ExpectFaults(const std::vector<Case>& cases) {
  for (const Case& item : cases) {
    EXPECT_EQ(Fault(ToEvent(Parse(item.target), "default")), item.fault) << item.target;
  }
}

TEST(OtherTargetsTest, WhatIsReadCanBeWritten) {
  const std::string whole[] = {
      "database { connection: \"db\" operation: UPDATE statement: \"UPDATE t SET a = {{a}}\" "
      "params: "
      "\"a int 1..9\" }",
      "database { connection: \"db\" operation: CREATE collection: \"c\" document { fields { key: "
      "\"document\" value { struct_value { fields { key: \"a\" value { string_value: \"{{a}}\" } } "
      "} } "
      "} } }",
      "broker { connection: \"b\" destination: \"d\" key: \"k\" body: \"x\" properties { key: "
      "\"p\" "
      "value: \"v\" } destination_kind: EXCHANGE }",
      "lambda { connection: \"c\" function: \"report:live\" asynchronous: true body: "
      "\"{\\\"a\\\":{{a}}}\" }",
      "notification { channels { connection: \"m\" email { from: \"a@b.example\" to: "
      "\"c@d.example\" cc: \"e@f.example\" bcc: \"g@h.example\" reply_to: \"i@j.example\" subject: "
      "\"s\" text: \"t\" html: \"<p>\" } } channels { connection: \"p\" push { device_tokens: "
      "\"x\" "
      "title: \"t\" body: \"b\" data { key: \"k\" value: \"v\" } } } channels { connection: \"s\" "
      "sms { from: \"Shop\" to: \"+4915112345678\" text: \"t\" } } channels { callback { method: "
      "PUT "
      "url: \"http://h/\" } } }",
  };
  for (const std::string& text : whole) {
    const v1::Event before = Parse(text);
    const auto event = ToEvent(before, "default");
    ASSERT_TRUE(event.ok()) << event.status() << text;
    v1::Event after;
    TargetToProto(event->target, &after);
    after.set_event_type(v1::Event::ACTION);
    after.set_tag("a");
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(before, after))
        << after.DebugString();
  }
}

// Whether a template may name a secret, which is its connection's.
TEST(OtherTargetsTest, SecretsStandWhereTheyCanBeSent) {
  const std::string secret = "\"{{secrets.key}}\" ";
  const std::string broker = "broker { connection: \"b\" destination: ";
  const std::string email =
      "notification { channels { connection: \"m\" email { to: \"a@b.example\" subject: ";
  const std::string push = "notification { channels { connection: \"p\" push { device_tokens: ";
  const std::string sms = "notification { channels { connection: \"s\" sms { text: " + secret;
  ExpectFaults({
      {"OK", "lambda { connection: \"c\" function: \"f\" body: \"{\\\"a\\\":{{secrets.key}}}\" }"},
      {"OK", broker + "\"d\" key: " + secret + "body: " + secret +
                 "properties { key: \"p\" value: " + secret + "} }"},
      {"TEMPLATE_INVALID event.broker.destination", broker + secret + "}"},
      {"OK", email + secret + "text: " + secret + "html: " + secret + "} } }"},
      {"TEMPLATE_INVALID event.notification.channels[0].email.reply_to",
       email + "\"s\" text: \"t\" reply_to: " + secret + "} } }"},
      {"OK", push + "\"x\" title: " + secret + "body: " + secret +
                 "data { key: \"k\" value: " + secret + "} } } }"},
      {"TEMPLATE_INVALID event.notification.channels[0].push.device_tokens[0]",
       push + secret + "title: \"t\" } } }"},
      {"OK", sms + "to: \"+4915112345678\" } } }"},
      {"TEMPLATE_INVALID event.notification.channels[0].sms.to[0]",
       sms + "to: " + secret + "} } }"},
  });
}

TEST(OtherTargetsTest, ChecksDatabases) {
  const std::string db = "database { connection: \"db\" ";
  std::string many = db + "statement: \"SELECT 1\"";
  for (int i = 0; i < 65; ++i) many += " params: \"a\"";
  ExpectFaults({
      {"FIELD_REQUIRED event.database.connection", "database { statement: \"SELECT 1\" }"},
      {"FIELD_REQUIRED event.database.statement", db + "}"},
      {"FIELD_INVALID event.database.collection",
       db + "statement: \"SELECT 1\" collection: \"c\" }"},
      {"FIELD_INVALID event.database.document", db + "statement: \"SELECT 1\" document { } }"},
      {"FIELD_TOO_LARGE event.database.params", many + " }"},
      {"FIELD_INVALID event.database.operation", db + "statement: \"SELECT 1\" operation: 7 }"},
      {"OK", db + "statement: \"SELECT 1\" }"},
  });
  v1::Event large = Parse(db + "statement: \"SELECT 1\" }");
  large.mutable_database()->set_statement("SELECT '" + std::string(65'536, 'a') + "'");
  EXPECT_EQ(Fault(ToEvent(large, "default")), "FIELD_TOO_LARGE event.database.statement");
}

TEST(OtherTargetsTest, ChecksBrokers) {
  const std::string broker = "broker { connection: \"b\" ";
  ExpectFaults({
      {"FIELD_REQUIRED event.broker.connection", "broker { destination: \"d\" }"},
      {"FIELD_REQUIRED event.broker.destination", broker + "}"},
      {"FIELD_INVALID event.broker.destination", broker + "destination: \"a\\nb\" }"},
      {"FIELD_INVALID event.broker.destination_kind",
       broker + "destination: \"d\" destination_kind: 9 }"},
      {"OK", broker + "destination: \"d\" }"},
  });
}

TEST(OtherTargetsTest, ChecksFunctions) {
  const std::string lambda = "lambda { connection: \"c\" ";
  ExpectFaults({
      {"FIELD_REQUIRED event.lambda.connection", "lambda { function: \"f\" }"},
      {"FIELD_REQUIRED event.lambda.function", lambda + "}"},
      {"FIELD_INVALID event.lambda.function", lambda + "function: \"a/b\" }"},
      {"TEMPLATE_NOT_SUPPORTED event.lambda.function", lambda + "function: \"{{f}}\" }"},
      {"FIELD_INVALID event.lambda.body", lambda + "function: \"f\" body: \"text\" }"},
      {"TEMPLATE_INVALID event.lambda.body", lambda + "function: \"f\" body: \"{{a\" }"},
      {"OK", lambda + "function: \"f\" body: \"{{input}}\" }"},
  });
}

TEST(OtherTargetsTest, ChecksNotifications) {
  const auto channel = [](const std::string& text) {
    return "notification { channels { connection: \"c\" " + text + " } }";
  };
  std::string many = "notification {";
  for (int i = 0; i < 11; ++i) many += " channels { callback { url: \"http://h/\" } }";
  const std::string first = "event.notification.channels[0]";
  ExpectFaults({
      {"FIELD_REQUIRED event.notification.channels", "notification { }"},
      {"FIELD_OUT_OF_RANGE event.notification.channels", many + " }"},
      {"FIELD_REQUIRED " + first + ".email", "notification { channels { } }"},
      {"FIELD_REQUIRED " + first + ".email.to", channel("email { text: \"t\" }")},
      {"FIELD_REQUIRED " + first + ".email.text", channel("email { to: \"a@b.example\" }")},
      {"FIELD_INVALID " + first + ".email.subject",
       channel("email { to: \"a@b.example\" text: \"t\" subject: \"a\\r\\nBcc: b\" }")},
      {"FIELD_REQUIRED " + first + ".connection",
       "notification { channels { email { to: \"a@b.example\" text: \"t\" } } }"},
      {"FIELD_INVALID " + first + ".connection", channel("callback { url: \"http://h/\" }")},
      {"FIELD_REQUIRED " + first + ".push.device_tokens", channel("push { body: \"b\" }")},
      {"FIELD_REQUIRED " + first + ".push.body", channel("push { device_tokens: \"x\" }")},
      {"FIELD_REQUIRED " + first + ".sms.to", channel("sms { text: \"t\" }")},
      {"FIELD_REQUIRED " + first + ".sms.text", channel("sms { to: \"+4915112345678\" }")},
      {"FIELD_INVALID " + first + ".callback.url",
       "notification { channels { callback { url: \"ftp://h/\" } } }"},
  });
}

}  // namespace
}  // namespace server
