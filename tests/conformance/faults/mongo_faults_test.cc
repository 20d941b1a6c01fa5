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

support::MongoServer* Server() {
  static const auto server = std::make_unique<support::MongoServer>();
  static const bool started = server->Start();
  if (!started) abort();
  return server.get();
}

class MongoBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return "mongo"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { Server()->Kill(); }
  void StartServer() override { EXPECT_TRUE(Server()->Start()); }
  std::string Lacks(const std::string& fault) const override {
    return fault == fault::kRedirect ? "members of a set are dialled as any address" : "";
  }
  std::string ShownBy(const std::string& fault) const override {
    return fault == fault::kOversize ? "mongo_executor_test (LongResultsAreCutAtADocument)" : "";
  }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::MongoSettings settings;
    settings.uri = absl::StrCat("mongodb://", address, "/");
    settings.database = "test";
    if (wish == Wish::kWrongCredentials) {  // as any are to a server that has no accounts
      settings.username = "nobody";
      settings.password = support::PlainSecret("wrong");
    }
    if (wish == Wish::kTls) settings.tls.mode = core::TlsSettings::Mode::kRequired;
    core::DatabaseTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.document_json = R"({"filter":{"_id":"nobody"}})";
    target.collection = "orders";
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  support::FaultRelay relay_{Server()->port()};
  dispatch::DatabaseExecutor executor_{dispatch::DatabaseOptions(), &egress_, &clock_, &secrets_};
};

std::vector<FaultBenchMaker> Makers() {
  if (!support::MongoServer::IsInstalled()) return {};
  return {&MakeFaultBench<MongoBench>};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FaultSuite);
INSTANTIATE_TEST_SUITE_P(Mongo, FaultSuite, testing::ValuesIn(Makers()));

}  // namespace
}  // namespace conformance
