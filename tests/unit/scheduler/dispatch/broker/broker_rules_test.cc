#include "scheduler/dispatch/broker/broker_rules.h"

#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"

namespace scheduler::dispatch {
namespace {

using Kind = core::BrokerTarget::DestinationKind;

core::BrokerTarget Good() {
  core::BrokerTarget target;
  target.connection = "broker";
  target.destination = "orders";
  target.key = "k";
  target.body = "{}";
  target.properties = {{"region", "eu"}};
  return target;
}

// The field that is at fault; empty: none.
std::string FaultOf(const core::BrokerTarget& target) {
  const absl::Status status = CheckBrokerTarget(target);
  if (status.ok()) return "";
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  return base::errors::DetailOf(status).field;
}

TEST(BrokerRulesTest, TakesWhatIsRight) { EXPECT_EQ(FaultOf(Good()), ""); }

TEST(BrokerRulesTest, NamesTheFieldAtFault) {
  core::BrokerTarget target = Good();
  target.connection.clear();
  EXPECT_EQ(FaultOf(target), "connection");
  for (const std::string& destination :
       {std::string(), std::string(base::limits::kMaxDestinationBytes + 1, 'x'),
        std::string("a\nb")}) {
    target = Good();
    target.destination = destination;
    EXPECT_EQ(FaultOf(target), "destination");
  }
  target = Good();
  target.key = std::string(base::limits::kMaxMessageKeyBytes + 1, 'x');
  EXPECT_EQ(FaultOf(target), "key");
  target = Good();
  target.body = std::string(base::limits::kMaxBodyBytes + 1, 'x');
  EXPECT_EQ(FaultOf(target), "body");
}

TEST(BrokerRulesTest, ChecksProperties) {
  for (const std::string name : {"", "a b", "idempotency-key", "Ductape-Job", "traceparent"}) {
    core::BrokerTarget target = Good();
    target.properties = {{name, "x"}};
    EXPECT_EQ(FaultOf(target), "properties[" + name + "]");
  }
  core::BrokerTarget target = Good();
  target.properties["x"] = "a\r\nb";
  EXPECT_EQ(FaultOf(target), "properties[x]");
  target.properties["x"] = std::string(base::limits::kMaxPropertyValueBytes + 1, 'x');
  EXPECT_EQ(FaultOf(target), "properties[x]");
  target = Good();
  for (int i = 0; i < base::limits::kMaxHeaders; ++i) {
    target.properties["p" + std::to_string(i)] = "x";
  }
  EXPECT_EQ(FaultOf(target), "properties");
}

TEST(BrokerRulesTest, ChannelsStreamsAndSubjectsHaveNoKeyAndChannelsNoProperties) {
  for (const Kind kind : {Kind::kChannel, Kind::kStream, Kind::kSubject}) {
    core::BrokerTarget target = Good();
    target.destination_kind = kind;
    EXPECT_EQ(FaultOf(target), "key");
    target.key.clear();
    EXPECT_EQ(FaultOf(target), kind == Kind::kChannel ? "properties" : "");
  }
}

}  // namespace
}  // namespace scheduler::dispatch
