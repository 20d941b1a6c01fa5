#include "server/transport.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/system/health_handler.h"
#include "tests/support/manual_clock.h"

namespace server {
namespace {

class TransportTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Transport>> Start(const std::vector<std::string>& addresses) {
    std::vector<ListenAddress> listen;
    listen.reserve(addresses.size());
    for (const std::string& text : addresses) listen.push_back(ParseListenAddress(text).value());
    return Transport::Start(config_, &clock_, listen, {&health_});
  }
  static grpc::StatusCode Check(const std::string& address) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckResponse response;
    return grpc::health::v1::Health::NewStub(
               grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))
        ->Check(&context, {}, &response)
        .error_code();
  }

  ServerConfig config_;
  scheduler::base::ManualClock clock_;
  CallGate gate_{&clock_, {}};
  HealthHandler health_{&gate_, {}};
};

TEST_F(TransportTest, ListensOnSeveralAddresses) {
  const std::string path = testing::TempDir() + "transport_test.sock";
  auto transport = Start({"127.0.0.1:0", "unix:" + path, "127.0.0.1:0"});
  ASSERT_TRUE(transport.ok()) << transport.status();
  ASSERT_EQ((*transport)->addresses().size(), 3u);
  EXPECT_NE((*transport)->addresses()[0].port, 0);
  EXPECT_NE((*transport)->addresses()[0].port, (*transport)->addresses()[2].port);
  for (const ListenAddress& address : (*transport)->addresses()) {
    EXPECT_EQ(Check(address.ToString()), grpc::StatusCode::OK) << address.ToString();
  }
  (*transport)->Shutdown(1000);
}

TEST_F(TransportTest, TellsThatAPortIsTaken) {
  auto first = Start({"127.0.0.1:0"});
  ASSERT_TRUE(first.ok());
  const std::string taken = (*first)->addresses()[0].ToString();
  const auto second = Start({taken});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(second.status().ToString().find(taken), std::string::npos);
  (*first)->Shutdown(1000);
}

// As after a kill: the name is there, and nobody listens.
TEST_F(TransportTest, TakesOverASocketThatNobodyServes) {
  const std::string path = testing::TempDir() + "transport_test_stale.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  close(fd);
  auto transport = Start({"unix:" + path});
  ASSERT_TRUE(transport.ok()) << transport.status();
  EXPECT_EQ(Check("unix:" + path), grpc::StatusCode::OK);
  // One that is served stays.
  EXPECT_FALSE(Start({"unix:" + path}).ok());
  EXPECT_EQ(Check("unix:" + path), grpc::StatusCode::OK);
  (*transport)->Shutdown(1000);
}

TEST_F(TransportTest, ShutdownWaitsForNothingThatIsFinished) {
  auto transport = Start({"127.0.0.1:0"});
  ASSERT_TRUE(transport.ok());
  EXPECT_EQ(Check((*transport)->addresses()[0].ToString()), grpc::StatusCode::OK);
  (*transport)->Shutdown(60'000);
  EXPECT_EQ(Check((*transport)->addresses()[0].ToString()), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace server
