#include "client/cpp/channel.h"

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace ductape::jobs {
namespace {

using ::testing::HasSubstr;

TEST(ChannelTest, TellsAddressesOfThisMachine) {
  for (const char* address :
       {"localhost:7420", "127.0.0.1:7420", "127.9.9.9:1", "[::1]:7420", "unix:/run/jobs.sock",
        "dns:///localhost:7420", "ipv4:127.0.0.1:7420", "ipv6:[::1]:7420"}) {
    EXPECT_TRUE(IsLocalAddress(address)) << address;
  }
  for (const char* address : {"jobs.example:7420", "10.0.0.1:7420", "127.example.com:7420",
                              "[::]:7420", "localhost.example:7420", "", "dns:///10.0.0.1:1"}) {
    EXPECT_FALSE(IsLocalAddress(address)) << address;
  }
}

TEST(ChannelTest, DoesNotConnectByItself) {
  ClientOptions options;
  options.address = "127.0.0.1:1";
  EXPECT_TRUE(CreateChannel(options).ok());
}

TEST(ChannelTest, RefusesAnEmptyAddress) {
  ClientOptions options;
  options.address = "";
  EXPECT_TRUE(absl::IsInvalidArgument(CreateChannel(options).status()));
}

TEST(ChannelTest, SendsNoTokenInPlaintextBeyondThisMachine) {
  ClientOptions options;
  options.bearer_token = "secret";
  options.address = "jobs.example:7420";
  const absl::Status status = CreateChannel(options).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("TLS"));
  options.tls = TlsOptions{};
  EXPECT_TRUE(CreateChannel(options).ok());
  options.tls.reset();
  options.address = "localhost:7420";
  EXPECT_TRUE(CreateChannel(options).ok());
}

TEST(ChannelTest, ACertificateNeedsItsKey) {
  ClientOptions options;
  options.tls = TlsOptions{};
  options.tls->cert_file = "/nowhere/client.crt";
  EXPECT_TRUE(absl::IsInvalidArgument(CreateChannel(options).status()));
}

TEST(ChannelTest, NamesATlsFileThatCannotBeRead) {
  const tests::TempDir dir;
  ClientOptions options;
  options.tls = TlsOptions{};
  options.tls->ca_file = dir.path() + "/missing.pem";
  absl::Status status = CreateChannel(options).status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("missing.pem"));
  // An empty file would quietly mean the system's authorities.
  options.tls->ca_file = dir.path() + "/empty.pem";
  std::ofstream(options.tls->ca_file).close();
  EXPECT_TRUE(absl::IsNotFound(CreateChannel(options).status()));
}

}  // namespace
}  // namespace ductape::jobs
