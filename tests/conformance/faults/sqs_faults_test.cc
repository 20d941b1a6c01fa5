#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/sqs_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

support::SqsServer* Server() {
  static const std::unique_ptr<support::SqsServer> server = [] {
    auto made = std::make_unique<support::SqsServer>();
    if (!made->Start()) abort();
    made->CreateQueue("orders");
    return made;
  }();
  return server.get();
}

class SqsBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return "sqs"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { Server()->Kill(); }
  // It forgets its queues.
  void StartServer() override {
    EXPECT_TRUE(Server()->Start());
    Server()->CreateQueue("orders");
  }
  std::string ShownBy(const std::string& fault) const override {
    const bool scripted =
        fault == fault::kRedirect || fault == fault::kCredentials || fault == fault::kOversize;
    return scripted ? "broker_sqs_test (SqsFaultsTest)" : "";
  }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::AwsSettings settings;
    settings.region = "eu-central-1";
    settings.access_key_id = "AKIDEXAMPLE";
    settings.secret_access_key = support::PlainSecret("the-secret-access-key");
    settings.endpoint = absl::StrCat(wish == Wish::kTls ? "https://" : "http://", address);
    core::BrokerTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.destination = absl::StrCat(Server()->endpoint(), "/123456789012/orders");
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  support::FaultRelay relay_{Server()->port()};
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

std::vector<FaultBenchMaker> Makers() {
  if (!support::SqsServer::Available()) return {};
  return {&MakeFaultBench<SqsBench>};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FaultSuite);
INSTANTIATE_TEST_SUITE_P(Sqs, FaultSuite, testing::ValuesIn(Makers()));

}  // namespace
}  // namespace conformance
