// Sessions of a PostgreSQL server that break, hang or are never opened: TLS, passwords, ends and cancels.

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/dispatch/database/postgres_fixture.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

using support::Attempt;
using support::CodeOf;

// A connection's secret that is the content of a file.
class FileSecrets final : public secrets::SecretSource {
 public:
  absl::StatusOr<base::SecretText> Read(const core::ConnectionSpec& /*connection*/,
                                        const std::string& /*place*/,
                                        const core::Secret& secret) override {
    if (secret.name == "postgres") return base::SecretText(support::PostgresServer::kPassword);
    return base::SecretText(support::ReadFile(secret.name));
  }
  bool IsAtHand(const core::Secret& /*secret*/) override { return false; }
};

class PostgresSessionsTest : public PostgresFixture {
 protected:
  // Waits until so many statements of runs are at work on the server.
  void AwaitSleeping(int count) {
    while (server()->Query("select count(*) from pg_stat_activity where state = 'active' and query "
                           "like '/* ductape%pg_sleep%'") != std::to_string(count)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  std::string Tls() {
    return Told(
        Attempt(&tls_executor_,
                ClaimOf(TargetOf("select ssl from pg_stat_ssl where pid = pg_backend_pid()")))
            .Wait());
  }

  FileSecrets file_secrets_;
  DatabaseExecutor tls_executor_{DatabaseOptions(), &egress_, &clock_, &file_secrets_};
};

TEST_F(PostgresSessionsTest, TlsIsVerified) {
  settings_.tls.mode = core::TlsSettings::Mode::kRequired;
  const std::string untrusted = Tls();
  EXPECT_EQ(untrusted.rfind("CONNECTION: ", 0), 0u) << untrusted;
  EXPECT_NE(untrusted.find("certificate verify failed"), std::string::npos) << untrusted;
  settings_.tls.ca_certificates = tests::SecretNamed(server()->certificate().certificate_file);
  Renew();
  EXPECT_EQ(Tls(), R"([{"ssl":true}])");
  settings_.tls.server_name = "db.example.com";
  Renew();
  const std::string misnamed = Tls();
  EXPECT_EQ(misnamed.rfind("CONNECTION: ", 0), 0u) << misnamed;
  EXPECT_NE(misnamed.find("db.example.com"), std::string::npos) << misnamed;
  settings_.tls.server_name = "localhost";
  Renew();
  EXPECT_EQ(Tls(), R"([{"ssl":true}])");
  settings_.tls = {core::TlsSettings::Mode::kRequired, {}, {}, {}, "", true};
  Renew();
  EXPECT_EQ(Tls(), R"([{"ssl":true}])");
  settings_.tls = {};
  Renew();
  EXPECT_EQ(Tls(), R"([{"ssl":false}])");
}

TEST_F(PostgresSessionsTest, WrongCredentialsAreUnauthenticated) {
  settings_.password = tests::SecretNamed("wrong");
  const AttemptResult result = Run("select 1");
  EXPECT_EQ(CodeOf(result), "UNAUTHENTICATED");
  EXPECT_NE(result.error->message.find("28P01"), std::string::npos) << result.error->message;
  EXPECT_NE(result.error->status, 0);
  settings_.password = tests::SecretNamed("gone");
  Renew();
  EXPECT_EQ(CodeOf(Run("select 1")), "SECRET_UNAVAILABLE");
  settings_.password = tests::SecretNamed("postgres");
  settings_.database = "nowhere";
  Renew();
  EXPECT_EQ(CodeOf(Run("select 1")), "NOT_FOUND");
}

TEST_F(PostgresSessionsTest, AProbeTellsTheVersionOrWhatIsWrong) {
  settings_.read_only = true;
  const std::string version = Told(Probe());
  EXPECT_EQ(version.rfind("PostgreSQL ", 0), 0u) << version;
  settings_.password = tests::SecretNamed("wrong");
  Renew();
  const std::string refused = Told(Probe());
  EXPECT_EQ(refused.rfind("UNAUTHENTICATED: ", 0), 0u) << refused;
  EXPECT_EQ(refused.find("wrong-secret"), std::string::npos) << refused;
  settings_.address = "127.0.0.1:" + std::to_string(support::UnusedPort());
  Renew();
  EXPECT_EQ(CodeOf(Probe()), "CONNECTION");
  settings_.address = "169.254.169.254:5432";
  Renew();
  EXPECT_EQ(CodeOf(Probe()), "EGRESS_DENIED");
  // It waits for the end of a request that never comes.
  support::HttpServer silent([](const auto& /*request*/) { return support::HttpServerAnswer(); });
  settings_.address = "127.0.0.1:" + std::to_string(silent.port());
  Renew();
  EXPECT_EQ(CodeOf(Probe(300)), "TIMEOUT");
}

TEST_F(PostgresSessionsTest, AProbeOpensASessionOfItsOwn) {
  ASSERT_EQ(server()->Query("create role prober login password 'postgres-secret'"), "");
  settings_.username = "prober";
  Renew();
  ASSERT_EQ(Told(Run("select 1 as a")), R"([{"a":1}])");
  ASSERT_EQ(server()->Query("alter role prober password 'another'"), "");
  // The session that is open goes on, and shows nothing.
  EXPECT_EQ(Told(Run("select 1 as a")), R"([{"a":1}])");
  EXPECT_EQ(CodeOf(Probe()), "UNAUTHENTICATED");
  ASSERT_EQ(server()->Query("alter role prober password 'postgres-secret'"), "");
  EXPECT_EQ(CodeOf(Probe()), "COMPLETED");
  ASSERT_EQ(server()->Query("drop role prober"), "");
}

TEST_F(PostgresSessionsTest, AProbeDoesNotWaitForRuns) {
  settings_.max_connections = 1;
  Renew();
  Attempt sleeping(&executor_, ClaimOf(TargetOf("select pg_sleep(60)"), 2));
  AwaitSleeping(1);
  EXPECT_EQ(CodeOf(Probe()), "COMPLETED");
  executor_.Cancel(sleeping.ref());
  EXPECT_EQ(CodeOf(sleeping.Wait()), "CANCELLED");
}

TEST_F(PostgresSessionsTest, UnreachableServersAreConnectionFailures) {
  settings_.address = "127.0.0.1:" + std::to_string(support::UnusedPort());
  EXPECT_EQ(CodeOf(Run("select 1")), "CONNECTION");
  settings_.address = "no-such-host.invalid:5432";
  Renew();
  EXPECT_EQ(CodeOf(Run("select 1")), "CONNECTION");
  settings_.address = "169.254.169.254:5432";
  Renew();
  EXPECT_EQ(CodeOf(Run("select 1")), "EGRESS_DENIED");
}

TEST_F(PostgresSessionsTest, ThePasswordIsRedacted) {
  EXPECT_EQ(Told(Run("select 'postgres-secret' as p")), R"([{"p":"[redacted]"}])");
  EXPECT_EQ(Told(Run("select 'postgres-secret' as p")), R"([{"p":"[redacted]"}])");
}

TEST_F(PostgresSessionsTest, CancelStopsTheStatementOnTheServer) {
  Attempt attempt(&executor_, ClaimOf(TargetOf("select pg_sleep(3600)")));
  AwaitSleeping(1);
  executor_.Cancel(attempt.ref());
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
  AwaitSleeping(0);
}

TEST_F(PostgresSessionsTest, AStatementThatTakesTooLongIsStopped) {
  core::ClaimedRun run = ClaimOf(TargetOf("select pg_sleep(3600)"));
  run.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), "TIMEOUT");
  AwaitSleeping(0);
}

TEST_F(PostgresSessionsTest, AttemptsThatWaitForAConnectionEndToo) {
  settings_.max_connections = 1;
  Attempt sleeping(&executor_, ClaimOf(TargetOf("select pg_sleep(3600)"), 1));
  AwaitSleeping(1);
  Attempt cancelled(&executor_, ClaimOf(TargetOf("select 1"), 2));
  core::ClaimedRun late = ClaimOf(TargetOf("select 1"), 3);
  late.attempt_timeout = 50;
  EXPECT_EQ(CodeOf(Attempt(&executor_, late).Wait()), "TIMEOUT");
  executor_.Cancel(cancelled.ref());
  EXPECT_EQ(CodeOf(cancelled.Wait()), "CANCELLED");
  // Another connection is not held up.
  Renew();
  EXPECT_EQ(CodeOf(Attempt(&executor_, ClaimOf(TargetOf("select 1"), 4)).Wait()), "COMPLETED");
  executor_.Cancel(sleeping.ref());
  EXPECT_EQ(CodeOf(sleeping.Wait()), "CANCELLED");
  AwaitSleeping(0);
}

TEST_F(PostgresSessionsTest, AKilledServerFailsItsAttemptsAndIsUsedAgain) {
  Attempt attempt(&executor_, ClaimOf(TargetOf("select pg_sleep(3600)")));
  AwaitSleeping(1);
  server()->Kill();
  const std::string code = CodeOf(attempt.Wait());
  EXPECT_TRUE(code == "CONNECTION" || code == "UNAVAILABLE") << code;
  EXPECT_EQ(CodeOf(Run("select 1")), "CONNECTION");
  ASSERT_TRUE(server()->Start()) << server()->log();
  while (CodeOf(Run("select 1")) != "COMPLETED") {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  // Connections that were idle when it ended are not used.
  server()->Kill();
  ASSERT_TRUE(server()->Start()) << server()->log();
  while (server()->Query("select 1") != "1") {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(CodeOf(Run("select 1")), "COMPLETED");
}

TEST_F(PostgresSessionsTest, AKilledBackendIsNoticed) {
  const std::string pid = Told(Run("select pg_backend_pid() as pid"));
  EXPECT_EQ(server()->Query("select count(pg_terminate_backend(pid)) from pg_stat_activity where "
                            "application_name = 'ductape-jobs'"),
            "1");
  while (server()->Query("select count(*) from pg_stat_activity where application_name = "
                         "'ductape-jobs'") != "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const std::string next = Told(Run("select pg_backend_pid() as pid"));
  EXPECT_EQ(next.rfind(R"([{"pid":)", 0), 0u) << next;
  EXPECT_NE(next, pid);
}

TEST_F(PostgresSessionsTest, ShutdownStopsStatements) {
  Attempt attempt(&executor_, ClaimOf(TargetOf("select pg_sleep(3600)")));
  AwaitSleeping(1);
  executor_.Shutdown();
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
  EXPECT_EQ(CodeOf(Run("select 1")), "CANCELLED");
  AwaitSleeping(0);
}

}  // namespace
}  // namespace scheduler::dispatch
