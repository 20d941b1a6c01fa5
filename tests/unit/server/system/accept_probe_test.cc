#include "server/system/accept_probe.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/system/health_handler.h"
#include "tests/support/manual_clock.h"

namespace server {
namespace {

TEST(AcceptProbeTest, AServerIsAlive) {
  scheduler::base::ManualClock clock;
  CallGate gate(&clock, {});
  HealthHandler service(&gate, {});  // without a service nothing polls
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  const auto server = builder.BuildAndStart();
  ListenAddress address = ParseListenAddress("127.0.0.1:0").value();
  address.port = static_cast<uint16_t>(port);
  EXPECT_EQ(ProbeListener(address, false, 5000), ProbeResult::kAlive);
  address.host = "0.0.0.0";
  EXPECT_EQ(ProbeListener(address, false, 5000), ProbeResult::kAlive);
  // Something that closes the connection is alive as well.
  EXPECT_EQ(ProbeListener(address, true, 5000), ProbeResult::kAlive);
}

TEST(AcceptProbeTest, AListenerThatNobodyServesIsDead) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in bound{};
  bound.sin_family = AF_INET;
  bound.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&bound), sizeof(bound)), 0);
  ASSERT_EQ(listen(fd, 5), 0);
  socklen_t length = sizeof(bound);
  ASSERT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length), 0);
  ListenAddress address = ParseListenAddress("127.0.0.1:0").value();
  address.port = ntohs(bound.sin_port);
  // The kernel connects; nothing comes.
  EXPECT_EQ(ProbeListener(address, false, 50), ProbeResult::kDead);
  EXPECT_EQ(ProbeListener(address, true, 50), ProbeResult::kDead);
  close(fd);
  EXPECT_EQ(ProbeListener(address, false, 50), ProbeResult::kDead);
}

TEST(AcceptProbeTest, ASocketThatIsNotThereIsDead) {
  EXPECT_EQ(ProbeListener(ParseListenAddress("unix:/nonexistent/s").value(), false, 50),
            ProbeResult::kDead);
}

}  // namespace
}  // namespace server
