#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/broker_servers.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

constexpr char kPassword[] = "sesame-of-redis";

support::RedisServer* Server() {
  static const std::unique_ptr<support::RedisServer> server = [] {
    support::BrokerServerOptions options;
    options.password = kPassword;
    auto made = std::make_unique<support::RedisServer>(options);
    if (!made->Start()) abort();
    return made;
  }();
  return server.get();
}

class RedisBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return "redis"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { Server()->Kill(); }
  void StartServer() override { EXPECT_TRUE(Server()->Start()); }
  std::string Lacks(const std::string& fault) const override {
    if (fault == fault::kRedirect) return "cluster redirects (MOVED) are a refusal of their own";
    return fault == fault::kOversize ? "an id has a length of its own" : "";
  }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::RedisSettings settings;
    settings.address = address;
    settings.password = support::PlainSecret(wish == Wish::kWrongCredentials ? "wrong" : kPassword);
    if (wish == Wish::kTls) settings.tls.mode = core::TlsSettings::Mode::kRequired;
    core::BrokerTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.destination_kind = core::BrokerTarget::DestinationKind::kStream;
    target.destination = "orders";
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  support::FaultRelay relay_{Server()->port()};
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

INSTANTIATE_TEST_SUITE_P(Redis, FaultSuite, testing::Values(&MakeFaultBench<RedisBench>));

}  // namespace
}  // namespace conformance
