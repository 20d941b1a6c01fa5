#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "scheduler/dispatch/broker/pubsub/pubsub_driver.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/pubsub_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

support::PubsubServer* Server() {
  static const std::unique_ptr<support::PubsubServer> server = [] {
    auto made = std::make_unique<support::PubsubServer>();
    if (!made->Start()) abort();
    made->CreateTopic("my-project", "orders");
    return made;
  }();
  return server.get();
}

class PubsubBench final : public FaultBenchBase {
 public:
  PubsubBench() {
    executor_.Register("pubsub",
                       dispatch::NewPubsubDriver(dispatch::BrokerOptions(), &egress_, &clock_));
  }

  std::string kind() const override { return "pubsub"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { Server()->Kill(); }
  // It forgets its topics.
  void StartServer() override {
    EXPECT_TRUE(Server()->Start());
    Server()->CreateTopic("my-project", "orders");
  }
  bool rests() const override { return true; }
  std::string Lacks(const std::string& fault) const override {
    return fault == fault::kRedirect ? "its protocol has no redirects" : "";
  }
  std::string ShownBy(const std::string& fault) const override {
    if (fault == fault::kOversize) return "broker_pubsub_test (PubsubFaultsTest)";
    // An endpoint is an emulator's, in the clear and without accounts.
    const bool google = fault == fault::kCertificate || fault == fault::kCredentials;
    return google ? "broker_pubsub_test (PubsubTokenTest)" : "";
  }
  // A frame's head, before which nothing is an answer.
  size_t bytes_of_half() const override { return 9; }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::PubsubSettings settings;
    settings.project = "my-project";
    settings.endpoint = address;
    core::BrokerTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.destination = "orders";
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  support::FaultRelay relay_{Server()->port()};
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

std::vector<FaultBenchMaker> Makers() {
  if (!support::PubsubServer::Available()) return {};
  return {&MakeFaultBench<PubsubBench>};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FaultSuite);
INSTANTIATE_TEST_SUITE_P(Pubsub, FaultSuite, testing::ValuesIn(Makers()));

}  // namespace
}  // namespace conformance
