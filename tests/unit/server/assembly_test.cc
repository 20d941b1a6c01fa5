#include "server/assembly.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ductape/jobs/v1/admin.grpc.pb.h"
#include "grpc/channelz/v1/channelz.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "scheduler/store/memory_store.h"
#include "tests/support/child_process.h"
#include "tests/support/http_get.h"
#include "tests/unit/server/outcome.h"

namespace server {
namespace {

namespace channelz = grpc::channelz::v1;
namespace health = grpc::health::v1;
namespace reflection = grpc::reflection::v1;
namespace store = scheduler::store;
namespace v1 = ductape::jobs::v1;
using Hook = std::function<void()>;

// Where a server on this port is reached from this machine, whatever it listens on.
std::string Loopback(const ListenAddress& address) {
  return "127.0.0.1:" + std::to_string(address.port);
}

class AssemblyTest : public testing::Test {
 protected:
  AssemblyTest() {
    config_.data_dir = dir_.path();
    config_.listen = {ParseListenAddress("127.0.0.1:0").value()};
    config_.loops = 1;
  }

  // The whole server on a store in memory; `recovering` is called while it opens the store.
  std::unique_ptr<Assembly> Start(const Hook& recovering = {}) {
    BackendHooks hooks;
    hooks.open_store = [recovering](const ServerConfig&) {
      if (recovering) recovering();
      return store::OpenMemoryStore(std::make_shared<store::MemoryDisk>());
    };
    auto assembly = Assembly::Start(config_, &clock_, hooks);
    EXPECT_TRUE(assembly.ok()) << assembly.status();
    return assembly.ok() ? *std::move(assembly) : nullptr;
  }

  // A connection of its own.
  static std::shared_ptr<grpc::Channel> Channel(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  }
  static std::string Channelz(const std::string& address) {
    grpc::ClientContext context;
    channelz::GetServersResponse response;
    const auto stub = channelz::Channelz::NewStub(Channel(address));
    const std::string outcome = Outcome(stub->GetServers(&context, {}, &response));
    return outcome == "OK" && response.server_size() == 0 ? "no servers" : outcome;
  }
  static std::string Info(const std::string& address) {
    grpc::ClientContext context;
    v1::GetServerInfoResponse info;
    return Outcome(v1::AdminService::NewStub(Channel(address))->GetServerInfo(&context, {}, &info));
  }
  static health::HealthCheckResponse::ServingStatus Health(const std::string& address) {
    grpc::ClientContext context;
    health::HealthCheckResponse response;
    EXPECT_TRUE(health::Health::NewStub(Channel(address))->Check(&context, {}, &response).ok());
    return response.status();
  }
  // Whether reflection lists the service.
  static bool Lists(const std::string& address, const std::string& service) {
    grpc::ClientContext context;
    auto stream =
        reflection::ServerReflection::NewStub(Channel(address))->ServerReflectionInfo(&context);
    reflection::ServerReflectionRequest request;
    request.set_list_services("*");
    reflection::ServerReflectionResponse response;
    EXPECT_TRUE(stream->Write(request) && stream->Read(&response));
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
    for (const auto& entry : response.list_services_response().service()) {
      if (entry.name() == service) return true;
    }
    return false;
  }

  const support::TempDir dir_;
  const scheduler::base::SystemClock clock_;
  ServerConfig config_;
};

constexpr char kChannelz[] = "grpc.channelz.v1.Channelz";

TEST_F(AssemblyTest, ChannelzIsServedWhereEveryListenerIsLocal) {
  config_.listen.push_back(ParseListenAddress("unix:" + dir_.File("api")).value());
  config_.http_listen = ParseListenAddress("127.0.0.1:0").value();
  const auto assembly = Start();
  ASSERT_NE(assembly, nullptr);
  for (const ListenAddress& address : assembly->addresses()) {
    EXPECT_EQ(Channelz(address.ToString()), "OK") << address.ToString();
    EXPECT_TRUE(Lists(address.ToString(), kChannelz));
  }
}

// On none of the API's listeners, the local ones included: they are one server.
TEST_F(AssemblyTest, BeyondLoopbackChannelzIsOnTheAdminListenerOnly) {
  config_.listen.push_back(ParseListenAddress("0.0.0.0:0").value());
  config_.admin_listen = ParseListenAddress("unix:" + dir_.File("admin")).value();
  config_.insecure_plaintext = true;
  const auto assembly = Start();
  ASSERT_NE(assembly, nullptr);
  for (const ListenAddress& address : assembly->addresses()) {
    EXPECT_EQ(Channelz(Loopback(address)), "UNIMPLEMENTED") << address.ToString();
    EXPECT_FALSE(Lists(Loopback(address), kChannelz));
    EXPECT_EQ(Info(Loopback(address)), "OK");
  }
  const std::string admin = config_.admin_listen->ToString();
  EXPECT_EQ(Channelz(admin), "OK");
  EXPECT_TRUE(Lists(admin, kChannelz));
  EXPECT_EQ(Health(admin), health::HealthCheckResponse::SERVING);
  EXPECT_EQ(Info(admin), "UNIMPLEMENTED");
}

TEST_F(AssemblyTest, AnOpenHttpPortTakesChannelzAwayToo) {
  config_.http_listen = ParseListenAddress("0.0.0.0:0").value();
  config_.insecure_plaintext = true;
  const auto assembly = Start();
  ASSERT_NE(assembly, nullptr);
  EXPECT_EQ(Channelz(Loopback(assembly->addresses()[0])), "UNIMPLEMENTED");
}

TEST_F(AssemblyTest, ProbesTellThatItRecovers) {
  const std::string http = "127.0.0.1:" + std::to_string(support::FreePort());
  const std::string api = "unix:" + dir_.File("api");
  config_.http_listen = ParseListenAddress(http).value();
  config_.listen = {ParseListenAddress(api).value()};
  const auto status = [&http](const std::string& path) {
    return support::HttpGet(http, path).substr(0, 12);
  };
  bool looked = false;
  const auto assembly = Start([&] {
    EXPECT_EQ(status("/startupz"), "HTTP/1.1 503");
    EXPECT_EQ(status("/readyz"), "HTTP/1.1 503");
    EXPECT_EQ(status("/livez"), "HTTP/1.1 200");
    EXPECT_EQ(status("/metrics"), "HTTP/1.1 200");
    EXPECT_EQ(Health(api), health::HealthCheckResponse::NOT_SERVING);
    EXPECT_EQ(Info(api), "UNAVAILABLE RECOVERING");
    looked = true;
  });
  ASSERT_NE(assembly, nullptr);
  EXPECT_TRUE(looked);
  for (const char* path : {"/startupz", "/readyz", "/livez", "/metrics"}) {
    EXPECT_EQ(status(path), "HTTP/1.1 200") << path;
  }
  EXPECT_EQ(Health(api), health::HealthCheckResponse::SERVING);
  EXPECT_EQ(Info(api), "OK");
}

}  // namespace
}  // namespace server
