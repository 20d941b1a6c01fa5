#include "scheduler/dispatch/ip_address.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

std::vector<std::string> Embedded(const std::string& text) {
  std::vector<std::string> out;
  for (const IpAddress& address : EmbeddedIpv4(ParseIpAddress(text).value())) {
    out.push_back(FormatIpAddress(address));
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(IpAddressTest, ParsesAndFormatsStandardNotation) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
                           "2001:db8::8:800:200c:417a"}) {
    const auto address = ParseIpAddress(text);
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(FormatIpAddress(*address), text);
  }
}

TEST(IpAddressTest, RefusesOtherNotations) {
  for (const char* text : {"", "127.1", "2130706433", "0x7f.0.0.1", "010.0.0.1", "1.2.3.4.5",
                           "256.0.0.1", "localhost", "[::1]", "::1%lo", "1.2.3.4 ", ":::"}) {
    EXPECT_FALSE(ParseIpAddress(text).has_value()) << text;
  }
}

TEST(IpAddressTest, ReadsSocketAddresses) {
  sockaddr_in in4 = {};
  in4.sin_family = AF_INET;
  in4.sin_port = htons(8080);
  in4.sin_addr.s_addr = htonl(0x0a000001);
  auto endpoint = EndpointOf(reinterpret_cast<const sockaddr*>(&in4));
  ASSERT_TRUE(endpoint.has_value());
  EXPECT_EQ(FormatEndpoint(*endpoint), "10.0.0.1:8080");

  sockaddr_in6 in6 = {};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(443);
  in6.sin6_addr = in6addr_loopback;
  in6.sin6_scope_id = 3;
  endpoint = EndpointOf(reinterpret_cast<const sockaddr*>(&in6));
  ASSERT_TRUE(endpoint.has_value());
  EXPECT_EQ(FormatEndpoint(*endpoint), "[::1]:443");

  sockaddr_un un = {};
  un.sun_family = AF_UNIX;
  EXPECT_FALSE(EndpointOf(reinterpret_cast<const sockaddr*>(&un)).has_value());
}

TEST(IpAddressTest, FindsIpv4InsideIpv6) {
  EXPECT_EQ(Embedded("::ffff:169.254.169.254"), Texts{"169.254.169.254"});
  EXPECT_EQ(Embedded("::169.254.169.254"), Texts{"169.254.169.254"});
  EXPECT_EQ(Embedded("2002:a9fe:a9fe::1"), Texts{"169.254.169.254"});
  EXPECT_EQ(Embedded("64:ff9b::a9fe:a9fe"), Texts{"169.254.169.254"});
  EXPECT_EQ(Embedded("fd00::5efe:a9fe:a9fe"), Texts{"169.254.169.254"});
  EXPECT_EQ(Embedded("fd00::200:5efe:a9fe:a9fe"), Texts{"169.254.169.254"});
  // Teredo: the server plainly, the client with all bits inverted.
  EXPECT_EQ(Embedded("2001:0:a9fe:a9fe:0:0:5601:5601"),
            (Texts{"169.254.169.254", "169.254.169.254"}));
  // Local NAT64 at each place that the prefix length may give.
  EXPECT_EQ(Embedded("64:ff9b:1:a9fe:a9:fe00::").at(0), "169.254.169.254");
  EXPECT_EQ(Embedded("64:ff9b:1:a9:fe:a9fe::").at(1), "169.254.169.254");
  EXPECT_EQ(Embedded("64:ff9b:1:0:a9:fea9:fe00:0").at(2), "169.254.169.254");
  EXPECT_EQ(Embedded("64:ff9b:1::a9fe:a9fe").at(3), "169.254.169.254");
}

TEST(IpAddressTest, PlainAddressesHoldNone) {
  for (const char* text : {"169.254.169.254", "2001:db8::1", "fe80::1", "2001:1::1", "fd00::1"}) {
    EXPECT_TRUE(Embedded(text).empty()) << text;
  }
}

TEST(IpAddressTest, ComparesPrefixesBitByBit) {
  const auto same = [](const char* a, const char* b, int length) {
    return SamePrefix(ParseIpAddress(a).value(), ParseIpAddress(b).value(), length);
  };
  EXPECT_TRUE(same("10.1.2.3", "10.255.0.0", 8));
  EXPECT_FALSE(same("10.1.2.3", "11.1.2.3", 8));
  EXPECT_TRUE(same("172.16.0.1", "172.31.255.255", 12));
  EXPECT_FALSE(same("172.16.0.1", "172.32.0.0", 12));
  EXPECT_TRUE(same("1.2.3.4", "9.9.9.9", 0));
  EXPECT_FALSE(same("1.2.3.4", "1.2.3.5", 32));
  EXPECT_FALSE(same("0.0.0.0", "::", 0));  // another family
  EXPECT_TRUE(same("fe80::1", "febf::1", 10));
  EXPECT_FALSE(same("fe80::1", "fec0::1", 10));
  EXPECT_TRUE(same("::1", "::1", 128));
}

}  // namespace
}  // namespace scheduler::dispatch
