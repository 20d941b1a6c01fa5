#include "scheduler/dispatch/egress_policy.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"

namespace scheduler::dispatch {
namespace {

EgressPolicy Policy(const EgressOptions& options = {}) {
  return EgressPolicy::Create(options).value();
}

bool Allows(const EgressPolicy& policy, const std::string& address, uint16_t port = 80) {
  return !policy.Denial({ParseIpAddress(address).value(), port}).has_value();
}

TEST(EgressPolicyTest, DeniesByDefaultWhatNoTargetShouldReach) {
  const EgressPolicy policy = Policy();
  for (const char* address : {
           "0.0.0.0",
           "0.1.2.3",
           "::",  // unspecified
           "169.254.0.1",
           "169.254.169.254",
           "169.254.170.2",  // link-local, metadata
           "fe80::1",
           "febf:ffff::1",  //
           "100.100.100.200",
           "192.0.0.192",
           "168.63.129.16",  // metadata elsewhere
           "fd00:ec2::254",
           "fd20:ce::254",  //
           "224.0.0.1",
           "239.255.255.255",
           "ff02::1",  // multicast
           "240.0.0.1",
           "255.255.255.255",  // reserved, broadcast
           "::ffff:169.254.169.254",
           "::ffff:0.0.0.0",
           "::ffff:224.0.0.1",  // mapped
           "::169.254.169.254",
           "2002:a9fe:a9fe::",
           "64:ff9b::a9fe:a9fe",  // other ways to IPv4
           "2001:0:a9fe:a9fe::",
           "64:ff9b:1::a9fe:a9fe",
           "fd00::5efe:a9fe:a9fe",
       }) {
    EXPECT_FALSE(Allows(policy, address)) << address;
  }
}

TEST(EgressPolicyTest, AllowsByDefaultTheRest) {
  const EgressPolicy policy = Policy();
  for (const char* address : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "8.8.8.8",
                              "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1",
                              "169.253.255.255", "169.255.0.0", "100.100.100.201", "2001:db8::1",
                              "fd00::1", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"}) {
    EXPECT_TRUE(Allows(policy, address)) << address;
  }
}

TEST(EgressPolicyTest, LoopbackIsDeniedOnRequestInEveryForm) {
  const EgressPolicy policy = Policy({.allow_loopback = false, .allow = {}, .deny = {}});
  for (const char* address : {"127.0.0.1", "127.0.0.53", "::1", "::ffff:127.0.0.1", "::127.0.0.1",
                              "2002:7f00:1::", "64:ff9b::7f00:1"}) {
    EXPECT_FALSE(Allows(policy, address)) << address;
  }
  EXPECT_TRUE(Allows(policy, "10.0.0.1"));
}

TEST(EgressPolicyTest, OperatorDeniesRangesAndPorts) {
  const EgressPolicy policy = Policy(
      {.allow_loopback = true,
       .allow = {},
       .deny = {"10.0.0.0/8", "192.168.1.7:5432", "[fd00::/8]:80", "*:25", "127.0.0.1:6000-6999"}});
  EXPECT_FALSE(Allows(policy, "10.200.0.1"));
  EXPECT_FALSE(Allows(policy, "::ffff:10.0.0.1"));
  EXPECT_FALSE(Allows(policy, "192.168.1.7", 5432));
  EXPECT_TRUE(Allows(policy, "192.168.1.7", 5433));
  EXPECT_FALSE(Allows(policy, "fd12::1", 80));
  EXPECT_TRUE(Allows(policy, "fd12::1", 443));
  EXPECT_FALSE(Allows(policy, "8.8.8.8", 25));
  EXPECT_FALSE(Allows(policy, "2001:db8::1", 25));
  EXPECT_FALSE(Allows(policy, "127.0.0.1", 6000));
  EXPECT_FALSE(Allows(policy, "127.0.0.1", 6999));
  EXPECT_TRUE(Allows(policy, "127.0.0.1", 7000));
}

TEST(EgressPolicyTest, TheLongestPrefixDecides) {
  const EgressPolicy closed = Policy(
      {.allow_loopback = true, .allow = {"10.1.0.0/16", "10.1.2.3"}, .deny = {"*", "10.1.2.0/24"}});
  EXPECT_FALSE(Allows(closed, "8.8.8.8"));
  EXPECT_FALSE(Allows(closed, "10.2.0.1"));
  EXPECT_TRUE(Allows(closed, "10.1.9.9"));
  EXPECT_FALSE(Allows(closed, "10.1.2.4"));
  EXPECT_TRUE(Allows(closed, "10.1.2.3"));
}

TEST(EgressPolicyTest, OfEqualPrefixesTheOperatorThenTheDenialWins) {
  EXPECT_TRUE(Allows(Policy({.allow_loopback = true, .allow = {"169.254.0.0/16"}, .deny = {}}),
                     "169.254.169.254"));
  EXPECT_TRUE(
      Allows(Policy({.allow_loopback = false, .allow = {"127.0.0.0/8"}, .deny = {}}), "127.0.0.1"));
  EXPECT_FALSE(Allows(Policy({.allow_loopback = true, .allow = {"10.0.0.1"}, .deny = {"10.0.0.1"}}),
                      "10.0.0.1"));
  // A wide permission does not reach a narrower built-in denial.
  EXPECT_FALSE(
      Allows(Policy({.allow_loopback = true, .allow = {"*"}, .deny = {}}), "169.254.169.254"));
}

TEST(EgressPolicyTest, TheReasonNamesAddressAndRule) {
  const auto reason = Policy().Denial({ParseIpAddress("169.254.169.254").value(), 80});
  ASSERT_TRUE(reason.has_value());
  EXPECT_EQ(*reason, "the egress policy denies 169.254.169.254:80 (rule 169.254.0.0/16)");
}

TEST(EgressPolicyTest, UnreadableRulesAreNamed) {
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "host", "10.0.0.1:", "10.0.0.1:0-99999",
        "10.0.0.1:9-8", "[fd00::/8", "[fd00::/8]80", "[fd00::/8]:", "10.0.0.0/-1", "*/8",
        "10.0.0.0/8x", "10.0.0.1:80x", "0x7f.1"}) {
    const auto policy =
        EgressPolicy::Create({.allow_loopback = true, .allow = {}, .deny = {"10.0.0.0/8", text}});
    ASSERT_FALSE(policy.ok()) << text;
    EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(base::errors::DetailOf(policy.status()).field, "egress.deny[1]");
  }
  const auto policy =
      EgressPolicy::Create({.allow_loopback = true, .allow = {"nonsense"}, .deny = {}});
  EXPECT_EQ(base::errors::DetailOf(policy.status()).field, "egress.allow[0]");
}

}  // namespace
}  // namespace scheduler::dispatch
