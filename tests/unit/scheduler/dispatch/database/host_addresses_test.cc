#include "scheduler/dispatch/database/host_addresses.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

std::string Split(std::string_view address) {
  const auto split = SplitAddress(address, 5432);
  return split.has_value() ? split->host + " " + std::to_string(split->port) : "error";
}

TEST(HostAddressesTest, SplitsAddresses) {
  EXPECT_EQ(Split("db"), "db 5432");
  EXPECT_EQ(Split("db.example.com:6000"), "db.example.com 6000");
  EXPECT_EQ(Split("10.0.0.1:1"), "10.0.0.1 1");
  EXPECT_EQ(Split("[::1]"), "::1 5432");
  EXPECT_EQ(Split("[::1]:6000"), "::1 6000");
  for (const char* wrong :
       {"", ":5432", "db:", "db:0", "db:65536", "db:x", "::1", "[::1", "[]:1"}) {
    EXPECT_EQ(Split(wrong), "error") << wrong;
  }
}

TEST(HostAddressesTest, KnowsLoopback) {
  EXPECT_TRUE(IsLoopback(*ParseIpAddress("127.0.0.1")));
  EXPECT_TRUE(IsLoopback(*ParseIpAddress("127.9.9.9")));
  EXPECT_TRUE(IsLoopback(*ParseIpAddress("::1")));
  EXPECT_FALSE(IsLoopback(*ParseIpAddress("128.0.0.1")));
  EXPECT_FALSE(IsLoopback(*ParseIpAddress("::2")));
}

}  // namespace
}  // namespace scheduler::dispatch
