#ifndef TESTS_CONFORMANCE_FAULTS_SQL_FAULTS_H_
#define TESTS_CONFORMANCE_FAULTS_SQL_FAULTS_H_

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/database/database_executor.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/database_servers.h"

namespace conformance {

// The faults of a database of SQL. `Engine` names it: its Server (tests/support/database_servers.h), kKind as
// docs/events/faults.md has it, kEngine, kDatabase, kUser, and kOversize, a statement whose rows are too many.
template <typename Engine>
class SqlFaultBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return Engine::kKind; }
  scheduler::dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { Server()->Kill(); }
  void StartServer() override { EXPECT_TRUE(Server()->Start()); }
  std::string UntrustedAddress() override { return Server()->address(); }
  std::string Lacks(const std::string& fault) const override {
    return fault == fault::kRedirect ? "its protocol has no redirects" : "";
  }

  scheduler::core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    using Mode = scheduler::core::TlsSettings::Mode;
    scheduler::core::SqlSettings settings;
    settings.address = address;
    settings.engine = Engine::kEngine;
    settings.database = Engine::kDatabase;
    settings.username = Engine::kUser;
    const bool wrong = wish == Wish::kWrongCredentials;
    settings.password = support::PlainSecret(wrong ? "wrong" : Engine::Server::kPassword);
    settings.tls.mode = wish == Wish::kTls ? Mode::kRequired : Mode::kDisabled;
    scheduler::core::DatabaseTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.statement = wish == Wish::kOversize ? Engine::kOversize : "select true as pong";
    scheduler::core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  // One for all tests of the program, since it takes a while to start.
  static typename Engine::Server* Server() {
    static const auto server = std::make_unique<typename Engine::Server>();
    static const bool started = server->Start();
    if (!started) abort();
    return server.get();
  }

  support::FaultRelay relay_{Server()->port()};
  scheduler::dispatch::DatabaseExecutor executor_{scheduler::dispatch::DatabaseOptions(), &egress_,
                                                  &clock_, &secrets_};
};

// None where the machine has no such server.
template <typename Engine>
std::vector<FaultBenchMaker> SqlFaultBenches() {
  if (!Engine::Server::IsInstalled()) return {};
  return {&MakeFaultBench<SqlFaultBench<Engine>>};
}

}  // namespace conformance

#endif  // TESTS_CONFORMANCE_FAULTS_SQL_FAULTS_H_
