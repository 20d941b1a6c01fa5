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

support::RabbitmqServer* Server() {
  static const std::unique_ptr<support::RabbitmqServer> server = [] {
    auto made = std::make_unique<support::RabbitmqServer>(support::BrokerServerOptions());
    if (!made->Start() || !made->DeclareQueue("orders")) abort();
    return made;
  }();
  return server.get();
}

class RabbitmqBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return "rabbitmq"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { Server()->Kill(); }
  void StartServer() override { EXPECT_TRUE(Server()->Start()); }
  std::string Lacks(const std::string& fault) const override {
    if (fault == fault::kRedirect) return "its protocol has none that is followed";
    return fault == fault::kOversize ? "a confirm is a frame of a few bytes" : "";
  }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::RabbitmqSettings settings;
    settings.address = address;
    settings.username = "guest";
    settings.password = support::PlainSecret(wish == Wish::kWrongCredentials ? "wrong" : "guest");
    if (wish == Wish::kTls) settings.tls.mode = core::TlsSettings::Mode::kRequired;
    core::BrokerTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.destination_kind = core::BrokerTarget::DestinationKind::kQueue;
    target.destination = "orders";
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  support::FaultRelay relay_{Server()->port()};
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

INSTANTIATE_TEST_SUITE_P(Rabbitmq, FaultSuite, testing::Values(&MakeFaultBench<RabbitmqBench>));

}  // namespace
}  // namespace conformance
