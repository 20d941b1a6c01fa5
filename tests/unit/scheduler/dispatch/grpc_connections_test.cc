#include "scheduler/dispatch/grpc_connections.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/manual_clock.h"

namespace scheduler::dispatch {
namespace {

class GrpcConnectionsTest : public testing::Test {
 protected:
  GrpcConnectionsTest() {
    environment_.options.max_connections = 3;
    environment_.options.max_age = 1000;
    environment_.clock = &clock_;
  }
  std::shared_ptr<GrpcConnection> Get(const std::string& address,
                                      const std::string& identity = "") {
    GrpcPeer peer;
    peer.identity = identity;
    return connections_.Get(ParseGrpcAddress(address).value(), peer);
  }

  base::ManualClock clock_;
  GrpcEnvironment environment_;
  GrpcConnections connections_{&environment_};
};

TEST_F(GrpcConnectionsTest, OneAnAddress) {
  EXPECT_EQ(Get("h:1"), Get("h:1"));
  EXPECT_NE(Get("h:1"), Get("h:2"));
  EXPECT_NE(Get("h:1"), Get("grpcs://h:1"));
  EXPECT_EQ(connections_.size(), 3u);
}

TEST_F(GrpcConnectionsTest, NobodySharesAnothersIdentity) {
  EXPECT_EQ(Get("h:1", "billing"), Get("h:1", "billing"));
  EXPECT_NE(Get("h:1", "billing"), Get("h:1"));
  EXPECT_NE(Get("h:1", "billing"), Get("h:1", "crm"));
}

// So what was opened with a secret that has changed since does not stay.
TEST_F(GrpcConnectionsTest, OldOnesGoWhenAnotherIsAdded) {
  Get("h:1", "old");
  clock_.Advance(1001);
  Get("h:1", "new");
  EXPECT_EQ(connections_.size(), 1u);
}

TEST_F(GrpcConnectionsTest, OldOnesAreReplaced) {
  const auto first = Get("h:1");
  clock_.Advance(1000);
  EXPECT_EQ(Get("h:1"), first);
  clock_.Advance(1);
  EXPECT_NE(Get("h:1"), first);
  EXPECT_EQ(connections_.size(), 1u);
}

TEST_F(GrpcConnectionsTest, TheOneUsedLongestAgoMakesRoom) {
  const auto a = Get("a:1");
  const auto b = Get("b:1");
  const auto c = Get("c:1");
  Get("a:1");
  Get("d:1");
  EXPECT_EQ(connections_.size(), 3u);
  EXPECT_EQ(Get("a:1"), a);
  EXPECT_EQ(Get("c:1"), c);
  EXPECT_NE(Get("b:1"), b);
}

TEST_F(GrpcConnectionsTest, DroppedAfterAFailureButNotAtOnce) {
  const auto first = Get("h:1");
  connections_.Drop(first.get());
  EXPECT_EQ(Get("h:1"), first);  // a second must pass between two look-ups
  clock_.Advance(1000);
  connections_.Drop(first.get());
  const auto second = Get("h:1");
  EXPECT_NE(second, first);
  connections_.Drop(first.get());  // the failure of an old call does not touch the new one
  EXPECT_EQ(Get("h:1"), second);
}

}  // namespace
}  // namespace scheduler::dispatch
