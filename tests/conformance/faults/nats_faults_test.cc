#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/broker_servers.h"
#include "tests/support/nats_consumer.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

constexpr char kPassword[] = "sesame-of-nats";

// A stream in memory, which goes with the server.
void AddStream(const support::NatsServer& server) {
  support::NatsConsumer consumer(server.address(), "ductape", kPassword);
  if (!consumer.AddStream("ORDERS", "orders")) abort();
}

support::NatsServer* Server() {
  static const std::unique_ptr<support::NatsServer> server = [] {
    support::BrokerServerOptions options;
    options.password = kPassword;
    auto made = std::make_unique<support::NatsServer>(options);
    if (!made->Start()) abort();
    AddStream(*made);
    return made;
  }();
  return server.get();
}

// TLS alone, with a certificate that nobody trusts.
support::NatsServer* Stranger() {
  static const std::unique_ptr<support::NatsServer> server = [] {
    static const support::TempDir dir;
    support::BrokerServerOptions options;
    options.password = kPassword;
    options.certificate = support::MakeCertificate(dir, "nats", "IP:127.0.0.1");
    auto made = std::make_unique<support::NatsServer>(options);
    if (!made->Start()) abort();
    return made;
  }();
  return server.get();
}

class NatsBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return "nats"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { Server()->Kill(); }
  void StartServer() override {
    EXPECT_TRUE(Server()->Start());
    AddStream(*Server());
  }
  // NATS begins in the clear, so that it takes a server of its own.
  std::string UntrustedAddress() override { return Stranger()->address(); }
  std::string Lacks(const std::string& fault) const override {
    if (fault == fault::kRedirect) return "servers that a server tells of are not dialled";
    return fault == fault::kOversize ? "an acknowledgement is a few words" : "";
  }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::NatsSettings settings;
    settings.servers = {address};
    settings.username = "ductape";
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

INSTANTIATE_TEST_SUITE_P(Nats, FaultSuite, testing::Values(&MakeFaultBench<NatsBench>));

}  // namespace
}  // namespace conformance
