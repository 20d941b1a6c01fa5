#include "scheduler/dispatch/broker/link_protocol.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(LinkProtocolTest, ReadsAddresses) {
  struct Case {
    std::string text;
    std::string host;
    uint16_t port;
  };
  for (const Case& expected :
       {Case{"redis.example", "redis.example", 6379},
        Case{"redis.example:7000", "redis.example", 7000}, Case{"127.0.0.1", "127.0.0.1", 6379},
        Case{"127.0.0.1:1", "127.0.0.1", 1}, Case{"[::1]:7000", "::1", 7000},
        Case{"[::1]", "::1", 6379}, Case{"::1", "::1", 6379}}) {
    const absl::StatusOr<LinkServer> server = ParseLinkServer(expected.text, 6379);
    ASSERT_TRUE(server.ok()) << expected.text;
    EXPECT_EQ(server->host, expected.host);
    EXPECT_EQ(server->port, expected.port);
  }
  for (const std::string text :
       {"", ":1", "a:", "a:0", "a:65536", "a:b", "[::1", "[::1]x", "a:1 "}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseLinkServer(text, 6379).status())) << text;
  }
}

}  // namespace
}  // namespace scheduler::dispatch
