#include "scheduler/query/text_bytes.h"

#include "gtest/gtest.h"

namespace scheduler::query {
namespace {

TEST(TextBytesTest, CountsTheTextsOfEveryTarget) {
  core::DatabaseTarget database;
  database.statement = "12345";
  database.params = {"1", "23"};
  EXPECT_EQ(TextBytesOf(core::Target(database)), 8U);
  core::BrokerTarget broker;
  broker.body = "123";
  broker.properties["1"] = "2";
  EXPECT_EQ(TextBytesOf(core::Target(broker)), 5U);
  core::NotificationTarget notification;
  core::EmailMessage email;
  email.to = {"12", "3"};
  email.html = "1234";
  notification.channels = {{"c", email}, {"", core::HttpTarget()}};
  EXPECT_EQ(TextBytesOf(core::Target(notification)), 7U);
  EXPECT_EQ(TextBytesOf(core::Target(core::WorkerTarget())), 0U);
}

TEST(TextBytesTest, TakesSettingsOfEveryKind) {
  core::HttpSettings http;
  http.base_url = "12";
  http.headers["1"] = "23";
  const size_t few = TextBytesOf(core::Settings(core::SqlSettings()));
  EXPECT_EQ(TextBytesOf(core::Settings(http)), few + 5);
  core::KafkaSettings kafka;
  kafka.brokers = {"123", "4"};
  EXPECT_EQ(TextBytesOf(core::Settings(kafka)), few + 4);
  EXPECT_EQ(TextBytesOf(core::Settings(core::AwsSettings())), few);
}

}  // namespace
}  // namespace scheduler::query
