#include "server/system/tls.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
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
    const auto files = ReadTlsFiles(config);
    if (!files.ok()) return std::string(files.status().message());
    return std::string(CheckTlsFiles(config, *files).message());
  }

  std::string dir_;
  const scheduler::base::SystemClock clock_;
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

TEST_F(TlsTest, HalfAReplacementIsNotServed) {
  const TlsConfig config{File("cert.pem"), File("key.pem"), ""};
  const auto put = [this](const std::string& from, const std::string& to) {
    std::filesystem::copy_file(File(from), File(to),
                               std::filesystem::copy_options::overwrite_existing);
  };
  put("a.pem", "cert.pem");
  put("a.key", "key.pem");
  const TlsFiles a = ReadTlsFiles(config).value();
  TlsChoice choice(config, a);
  EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kUnchanged);

  put("b.pem", "cert.pem");  // the key is still a's
  EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kRefused);
  EXPECT_NE(choice.error().message().find("is not the key of --tls-cert"), std::string::npos);
  EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kUnchanged) << "told once";
  EXPECT_EQ(choice.served(), a);
  put("b.key", "key.pem");
  EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kTaken);
  EXPECT_EQ(choice.served(), ReadTlsFiles(config).value());
}

TEST_F(TlsTest, WhatIsWrongIsToldOncePerChange) {
  const TlsConfig config{File("cert.pem"), File("a.key"), ""};
  std::filesystem::copy_file(File("a.pem"), File("cert.pem"));
  const TlsFiles a = ReadTlsFiles(config).value();
  TlsChoice choice(config, a);
  for (const std::string text : {"garbage", "other garbage"}) {
    std::ofstream(File("cert.pem")) << text;
    EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kRefused);
    EXPECT_NE(choice.error().message().find("cert.pem holds no PEM"), std::string::npos);
    EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kUnchanged);
  }
  std::filesystem::remove(File("cert.pem"));
  EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kRefused);
  EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kUnchanged);
  EXPECT_EQ(choice.served(), a);
  std::filesystem::copy_file(File("a.pem"), File("cert.pem"));
  EXPECT_EQ(choice.Look(ReadTlsFiles(config)), TlsChoice::Verdict::kUnchanged);
  EXPECT_TRUE(choice.error().ok());
}

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A server in this process with these credentials, that answers health checks.
class TlsServer {
 public:
  explicit TlsServer(const std::shared_ptr<grpc::ServerCredentials>& credentials) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("localhost:0", credentials, &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~TlsServer() { server_->Shutdown(); }

  // What a health check says, on a connection of its own.
  grpc::StatusCode Connect(const grpc::SslCredentialsOptions& options) const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto channel = grpc::CreateCustomChannel("localhost:" + std::to_string(port_),
                                                   grpc::SslCredentials(options), arguments);
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckResponse response;
    return grpc::health::v1::Health::NewStub(channel)->Check(&context, {}, &response).error_code();
  }

 private:
  scheduler::base::ManualClock clock_;
  CallGate gate_{&clock_, {}};
  HealthHandler service_{&gate_, {}};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(TlsTest, MutualTlsAsksForACertificateOfTheAuthority) {
  auto credentials = MakeCredentials({File("a.pem"), File("a.key"), File("b.pem")}, &clock_);
  ASSERT_TRUE(credentials.ok());
  const TlsServer server(credentials->credentials);
  const grpc::SslCredentialsOptions with{Read(File("a.pem")), Read(File("b.key")),
                                         Read(File("b.pem"))};
  const grpc::SslCredentialsOptions without{Read(File("a.pem")), "", ""};
  EXPECT_EQ(server.Connect(with), grpc::StatusCode::OK);
  EXPECT_EQ(server.Connect(without), grpc::StatusCode::UNAVAILABLE);
}

// Certificate and key stay as they are: who is let in changes all the same.
TEST_F(TlsTest, TheClientsAuthoritiesAreReadAgain) {
  Make("c");
  std::filesystem::copy_file(File("b.pem"), File("clients.pem"));
  auto credentials = MakeCredentials({File("a.pem"), File("a.key"), File("clients.pem")}, &clock_);
  ASSERT_TRUE(credentials.ok());
  const TlsServer server(credentials->credentials);
  const grpc::SslCredentialsOptions b{Read(File("a.pem")), Read(File("b.key")),
                                      Read(File("b.pem"))};
  const grpc::SslCredentialsOptions c{Read(File("a.pem")), Read(File("c.key")),
                                      Read(File("c.pem"))};
  EXPECT_EQ(server.Connect(b), grpc::StatusCode::OK);
  EXPECT_EQ(server.Connect(c), grpc::StatusCode::UNAVAILABLE);
  // At once, as an operator should: never a file that is half written.
  std::filesystem::copy_file(File("c.pem"), File("new.pem"));
  std::filesystem::rename(File("new.pem"), File("clients.pem"));
  // It is looked at each second, here and by gRPC; a refused connection takes about a millisecond or more.
  int left = 20'000;
  while (server.Connect(c) != grpc::StatusCode::OK && left > 0) --left;
  EXPECT_GT(left, 0);
  EXPECT_EQ(server.Connect(b), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace server
