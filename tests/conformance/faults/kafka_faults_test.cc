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

constexpr char kPassword[] = "sesame-of-kafka";

support::KafkaServer* Server() {
  static const std::unique_ptr<support::KafkaServer> server = [] {
    support::BrokerServerOptions options;
    options.password = kPassword;
    return std::make_unique<support::KafkaServer>(options);
  }();
  return server.get();
}

// One for all benches: the broker tells clients to come by it.
support::FaultRelay* Relay() {
  static const std::unique_ptr<support::FaultRelay> relay = [] {
    auto made = std::make_unique<support::FaultRelay>(Server()->port());
    Server()->Advertise(made->port());
    if (!Server()->Start()) abort();
    return made;
  }();
  return relay.get();
}

class KafkaBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return "kafka"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return Relay(); }
  void KillServer() override { Server()->Kill(); }
  void StartServer() override { EXPECT_TRUE(Server()->Start()); }
  bool rests() const override { return true; }
  std::string Lacks(const std::string& fault) const override {
    if (fault == fault::kRedirect) return "brokers that a broker tells of are checked when dialled";
    return fault == fault::kOversize ? "an offset is a number" : "";
  }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::KafkaSettings settings;
    settings.brokers = {address};
    settings.mechanism = core::KafkaSettings::Mechanism::kPlain;
    settings.username = "ductape";
    settings.password = support::PlainSecret(wish == Wish::kWrongCredentials ? "wrong" : kPassword);
    if (wish == Wish::kTls) settings.tls.mode = core::TlsSettings::Mode::kRequired;
    core::BrokerTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.destination_kind = core::BrokerTarget::DestinationKind::kTopic;
    target.destination = "orders";
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

INSTANTIATE_TEST_SUITE_P(Kafka, FaultSuite, testing::Values(&MakeFaultBench<KafkaBench>));

}  // namespace
}  // namespace conformance
