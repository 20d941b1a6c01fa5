#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/database/database_executor.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/database_servers.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

support::MariadbServer* Server() {
  static const auto server = std::make_unique<support::MariadbServer>();
  static const bool started = server->Start();
  if (!started) abort();
  return server.get();
}

class MariadbBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return "mariadb"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { Server()->Kill(); }
  void StartServer() override { EXPECT_TRUE(Server()->Start()); }
  std::string UntrustedAddress() override { return Server()->address(); }
  std::string Lacks(const std::string& fault) const override {
    return fault == fault::kRedirect ? "its protocol has no redirects" : "";
  }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::SqlSettings settings;
    settings.address = address;
    settings.engine = core::SqlSettings::Engine::kMysql;
    settings.database = "test";
    settings.username = "root";
    const bool wrong = wish == Wish::kWrongCredentials;
    settings.password = support::PlainSecret(wrong ? "wrong" : support::MariadbServer::kPassword);
    settings.tls.mode = wish == Wish::kTls ? core::TlsSettings::Mode::kRequired
                                           : core::TlsSettings::Mode::kDisabled;
    core::DatabaseTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.statement = wish == Wish::kOversize
                           ? "select repeat('x', 1000) as text from seq_1_to_20000"
                           : "select true as pong";
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  support::FaultRelay relay_{Server()->port()};
  dispatch::DatabaseExecutor executor_{dispatch::DatabaseOptions(), &egress_, &clock_, &secrets_};
};

std::vector<FaultBenchMaker> Makers() {
  if (!support::MariadbServer::IsInstalled()) return {};
  return {&MakeFaultBench<MariadbBench>};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FaultSuite);
INSTANTIATE_TEST_SUITE_P(Mariadb, FaultSuite, testing::ValuesIn(Makers()));

}  // namespace
}  // namespace conformance
