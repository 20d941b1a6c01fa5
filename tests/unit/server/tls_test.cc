#include "server/system/tls.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/system/health_handler.h"
#include "tests/support/manual_clock.h"

namespace server {
namespace {

// A folder with certificates that is gone with the test.
class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    std::string path = testing::TempDir() + "tls_test_XXXXXX";
    dir_ = mkdtemp(path.data());
    Make("a");
    Make("b");
  }
  ~TlsTest() override { std::filesystem::remove_all(dir_); }

  void Make(const std::string& name) const {
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout " +
        File(name + ".key") + " -out " + File(name + ".pem") +
        " -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 "
        "2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
  }
  std::string File(const std::string& name) const { return dir_ + "/" + name; }
  std::string Check(const TlsConfig& config) const {
    return std::string(CheckTlsFiles(config).message());
  }

  std::string dir_;
};

TEST_F(TlsTest, TakesAPair) {
  EXPECT_EQ(Check({File("a.pem"), File("a.key"), ""}), "");
  EXPECT_EQ(Check({File("a.pem"), File("a.key"), File("b.pem")}), "");
}

TEST_F(TlsTest, NamesTheFileThatIsWrong) {
  EXPECT_NE(Check({dir_, File("a.key"), ""}).find("--tls-cert"), std::string::npos);
  EXPECT_NE(Check({File("none.pem"), File("a.key"), ""}).find("none.pem"), std::string::npos);
  EXPECT_NE(Check({File("a.key"), File("a.key"), ""}).find("no PEM certificate"),
            std::string::npos);
  EXPECT_NE(Check({File("a.pem"), File("a.pem"), ""}).find("--tls-key"), std::string::npos);
  EXPECT_NE(Check({File("a.pem"), File("b.key"), ""}).find("is not the key of"), std::string::npos);
  EXPECT_NE(Check({File("a.pem"), File("a.key"), dir_}).find("--tls-client-ca"), std::string::npos);
  EXPECT_NE(Check({"/dev/zero", File("a.key"), ""}).find("is no file"), std::string::npos);
}

// What a health check says to a server with these credentials of the client.
grpc::StatusCode Connect(int port, const grpc::SslCredentialsOptions& options) {
  auto channel =
      grpc::CreateChannel("localhost:" + std::to_string(port), grpc::SslCredentials(options));
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckResponse response;
  return grpc::health::v1::Health::NewStub(channel)->Check(&context, {}, &response).error_code();
}

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(TlsTest, MutualTlsAsksForACertificateOfTheAuthority) {
  auto credentials = MakeCredentials({File("a.pem"), File("a.key"), File("b.pem")});
  ASSERT_TRUE(credentials.ok());
  scheduler::base::ManualClock clock;
  CallGate gate(&clock, {});
  HealthHandler service(&gate, {});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("localhost:0", *credentials, &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  ASSERT_NE(server, nullptr);
  grpc::SslCredentialsOptions with{Read(File("a.pem")), Read(File("b.key")), Read(File("b.pem"))};
  grpc::SslCredentialsOptions without{Read(File("a.pem")), "", ""};
  EXPECT_EQ(Connect(port, with), grpc::StatusCode::OK);
  EXPECT_EQ(Connect(port, without), grpc::StatusCode::UNAVAILABLE);
  server->Shutdown();
}

}  // namespace
}  // namespace server
