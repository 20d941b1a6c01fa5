#include "scheduler/core/model.h"

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

TEST(ModelTest, EventTypesHaveTheNamesOfTheApi) {
  EXPECT_STREQ(EventTypeName(EventType::kUnspecified), "TYPE_UNSPECIFIED");
  EXPECT_STREQ(EventTypeName(EventType::kAction), "ACTION");
  EXPECT_STREQ(EventTypeName(EventType::kNotification), "NOTIFICATION");
  EXPECT_STREQ(EventTypeName(EventType::kDatabaseAction), "DATABASE_ACTION");
  EXPECT_STREQ(EventTypeName(EventType::kFunction), "FUNCTION");
  EXPECT_STREQ(EventTypeName(EventType::kMessageBroker), "MESSAGEBROKER");
  EXPECT_STREQ(EventTypeName(static_cast<EventType>(99)), "UNKNOWN");
}

TEST(ModelTest, HttpMethodsHaveTheirNamesOnTheWire) {
  EXPECT_STREQ(HttpMethodName(HttpMethod::kGet), "GET");
  EXPECT_STREQ(HttpMethodName(HttpMethod::kPost), "POST");
  EXPECT_STREQ(HttpMethodName(HttpMethod::kPut), "PUT");
  EXPECT_STREQ(HttpMethodName(HttpMethod::kPatch), "PATCH");
  EXPECT_STREQ(HttpMethodName(HttpMethod::kDelete), "DELETE");
  EXPECT_STREQ(HttpMethodName(HttpMethod::kHead), "HEAD");
  EXPECT_STREQ(HttpMethodName(static_cast<HttpMethod>(99)), "UNKNOWN");
}

TEST(ModelTest, EventKeysOrderByTypeThenTag) {
  const EventKey action{EventType::kAction, "b"};
  const EventKey function{EventType::kFunction, "a"};
  EXPECT_LT(action, function);
  EXPECT_LT((EventKey{EventType::kAction, "a"}), action);
  EXPECT_EQ(action, (EventKey{EventType::kAction, "b"}));
}

TEST(ModelTest, SpecsCompareByValue) {
  JobSpec a;
  a.tag = "t";
  a.timing.times = {1, 2};
  JobSpec b = a;
  EXPECT_EQ(a, b);
  b.timing.times.push_back(3);
  EXPECT_FALSE(a == b);
  b = a;
  b.start_time = 0;  // set to the epoch is not unset
  EXPECT_FALSE(a == b);
}

TEST(ModelTest, OccurrencesAloneCount) {
  EXPECT_TRUE(Counts(Trigger::kSchedule));
  EXPECT_TRUE(Counts(Trigger::kCatchup));
  EXPECT_FALSE(Counts(Trigger::kManual));
  EXPECT_FALSE(Counts(Trigger::kBackfill));
  EXPECT_FALSE(Counts(Trigger::kHook));
}

}  // namespace
}  // namespace scheduler::core
