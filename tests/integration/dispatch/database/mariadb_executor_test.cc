// Statements against a MariaDB server that the test starts.

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/dispatch/database/database_fixture.h"
#include "tests/support/database_servers.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

using support::Attempt;
using support::CodeOf;

class MariadbExecutorTest : public DatabaseFixture<core::SqlSettings> {
 protected:
  void SetUp() override {
    if (!support::MariadbServer::IsInstalled()) GTEST_SKIP() << "MariaDB is not installed";
    if (server() == nullptr) {
      server() = std::make_unique<support::MariadbServer>();
      started() = server()->Start();
    }
    ASSERT_TRUE(started()) << server()->log();
    settings_.engine = core::SqlSettings::Engine::kMysql;
    settings_.address = server()->address();
    settings_.database = "test";
    settings_.username = "root";
    settings_.password = tests::SecretNamed("mariadb");
    ASSERT_EQ(server()->Query("drop table if exists orders"), "");
    ASSERT_EQ(
        server()->Query("create table orders (id int primary key, name text, price decimal(10,2))"),
        "");
  }
  void AwaitSleeping(int count) {
    while (server()->Query("select count(*) from information_schema.processlist where info like "
                           "'/* ductape%sleep%'") != std::to_string(count)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  static std::unique_ptr<support::MariadbServer>& server() {
    static std::unique_ptr<support::MariadbServer> server;
    return server;
  }
  static bool& started() {
    static bool started = false;
    return started;
  }
};

TEST_F(MariadbExecutorTest, RowsAreJson) {
  EXPECT_EQ(Told(Run("select 1 as a, 'it''s' as b, null as c, 1.50 as e, x'0102' as f, "
                     "cast('2025-01-02 03:04:05' as datetime) as g")),
            R"([{"a":1,"b":"it's","c":null,"e":1.50,"f":"\\x0102","g":"2025-01-02 03:04:05"}])");
  EXPECT_EQ(Told(Run("select id from orders")), "[]");
}

TEST_F(MariadbExecutorTest, OperationsGiveRowsOrNumbers) {
  EXPECT_EQ(Told(Run("insert into orders values (1, 'a', 2), (2, 'b', 3)", Operation::kCreate)),
            R"({"affected":2})");
  EXPECT_EQ(Told(Run("update orders set price = price + 1", Operation::kUpdate)),
            R"({"affected":2})");
  EXPECT_EQ(Told(Run("select count(*) from orders", Operation::kCount)), R"({"count":2})");
  EXPECT_EQ(Told(Run("delete from orders", Operation::kRemove)), R"({"affected":2})");
  EXPECT_EQ(CodeOf(Run("select 1, 2", Operation::kCount)), "VALIDATION");
}

TEST_F(MariadbExecutorTest, RealNumbersHaveAllDigits) {
  server()->Query("create or replace table reals (d double, f float)");
  server()->Query("insert into reals values (3.14159, 2.5)");
  EXPECT_EQ(Told(Run("select d, f from reals")), R"([{"d":3.14159,"f":2.5}])");
}

TEST_F(MariadbExecutorTest, ReturnedRowsAreCounted) {
  EXPECT_EQ(Told(Run("insert into orders values (1, 'a', 2), (2, 'b', 3) returning id",
                     Operation::kCreate)),
            R"({"affected":2,"rows":[{"id":1},{"id":2}]})");
}

TEST_F(MariadbExecutorTest, LaterResultsMayFail) {
  server()->Query(
      "create or replace procedure failing() begin select 1; signal sqlstate '45000'; end");
  EXPECT_EQ(CodeOf(Run("call failing()", Operation::kUpdate)), "VALIDATION");
  EXPECT_EQ(Told(Run("select 1 as a")), R"([{"a":1}])");
}

TEST_F(MariadbExecutorTest, ValuesAreBound) {
  input_ = R"({"id":1,"name":"x'); drop table orders; -- \\","price":"12.50",
              "at":"2025-01-02T03:04:05Z","b":"AQI=","n":null,"f":0.5,"yes":true})";
  EXPECT_EQ(Told(Run("insert into orders values ({{id}}, {{name}}, {{price}})", Operation::kCreate,
                     {"id int 1..10", "name text 1..64", "price decimal 0..100"})),
            R"({"affected":1})");
  EXPECT_EQ(Told(Run("select name, price from orders where id = {{id}} or id = {{id}}")),
            R"([{"name":"x'); drop table orders; -- \\","price":12.50}])");
  EXPECT_EQ(Told(Run("select cast({{at}} as datetime(3)) as at, {{n}} as n, {{f}} as f, "
                     "{{yes}} as yes, hex({{b}}) as b",
                     Operation::kRead, {"at timestamp", "b bytes", "yes bool", "f float"})),
            R"([{"at":"2025-01-02 03:04:05.000","n":null,"f":0.5,"yes":1,"b":"0102"}])");
}

TEST_F(MariadbExecutorTest, ErrorsHaveTheirClass) {
  EXPECT_EQ(CodeOf(Run("select * from nowhere")), "NOT_FOUND");
  EXPECT_EQ(CodeOf(Run("selec 1")), "VALIDATION");
  EXPECT_EQ(CodeOf(Run("select 1; select 2")), "VALIDATION");
  EXPECT_EQ(Run("select * from nowhere").error->status, 1146);
  Run("insert into orders values (1, 'a', 1)", Operation::kCreate);
  EXPECT_EQ(CodeOf(Run("insert into orders values (1, 'a', 1)", Operation::kCreate)), "VALIDATION");
  settings_.password = tests::SecretNamed("wrong");
  Renew();
  EXPECT_EQ(CodeOf(Run("select 1")), "UNAUTHENTICATED");
  settings_.address = "127.0.0.1:" + std::to_string(support::UnusedPort());
  Renew();
  EXPECT_EQ(CodeOf(Run("select 1")), "CONNECTION");
  settings_.address = "169.254.169.254:3306";
  Renew();
  EXPECT_EQ(CodeOf(Run("select 1")), "EGRESS_DENIED");
}

TEST_F(MariadbExecutorTest, AProbeTellsTheVersionOrWhatIsWrong) {
  settings_.read_only = true;
  const std::string version = Told(Probe());
  EXPECT_NE(version.find("MariaDB"), std::string::npos) << version;
  EXPECT_EQ(version.find('{'), std::string::npos) << version;
  settings_.password = tests::SecretNamed("wrong");
  Renew();
  EXPECT_EQ(CodeOf(Probe()), "UNAUTHENTICATED");
  settings_.address = "127.0.0.1:" + std::to_string(support::UnusedPort());
  Renew();
  EXPECT_EQ(CodeOf(Probe()), "CONNECTION");
}

TEST_F(MariadbExecutorTest, LongResultsAreCutAtARow) {
  const AttemptResult result = Run("select seq, repeat('x', 100) as text from seq_1_to_20000");
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_TRUE(result.output->truncated);
  EXPECT_EQ(result.output->output.substr(result.output->output.size() - 2), "}]");
  EXPECT_EQ(Told(Run("select 1 as a")), R"([{"a":1}])");
}

TEST_F(MariadbExecutorTest, ReadOnlyConnectionsDoNotWrite) {
  settings_.read_only = true;
  EXPECT_EQ(Told(Run("select 1 as a")), R"([{"a":1}])");
  EXPECT_EQ(CodeOf(Run("insert into orders values (1, 'a', 1)", Operation::kCreate)), "FORBIDDEN");
  EXPECT_EQ(server()->Query("select count(*) from orders"), "0");
}

TEST_F(MariadbExecutorTest, TlsIsVerifiedByName) {
  const char* const cipher =
      "select variable_value <> '' as tls from information_schema.session_status where "
      "variable_name = 'SSL_CIPHER'";
  EXPECT_EQ(Told(Run(cipher)), R"([{"tls":0}])");
  settings_.tls.mode = core::TlsSettings::Mode::kRequired;
  settings_.address = "localhost:" + std::to_string(server()->port());
  Renew();
  EXPECT_EQ(CodeOf(Run(cipher)), "CONNECTION");
  DatabaseOptions options;
  options.ca_file = server()->certificate().certificate_file;
  DatabaseExecutor trusting(options, &egress_, &clock_, &secrets_);
  EXPECT_EQ(Told(Attempt(&trusting, ClaimOf(TargetOf(cipher))).Wait()), R"([{"tls":1}])");
  settings_.address = "ip6-localhost:" + std::to_string(server()->port());
  Renew();
  EXPECT_EQ(CodeOf(Attempt(&trusting, ClaimOf(TargetOf(cipher))).Wait()), "CONNECTION");
  settings_.address = "localhost:" + std::to_string(server()->port());
  settings_.tls.server_name = "db.example";
  Renew();
  EXPECT_EQ(CodeOf(Attempt(&trusting, ClaimOf(TargetOf(cipher))).Wait()), "CONNECTION");
  settings_.address = server()->address();
  settings_.tls.server_name = "localhost";
  Renew();
  EXPECT_EQ(Told(Attempt(&trusting, ClaimOf(TargetOf(cipher))).Wait()), R"([{"tls":1}])");
}

TEST_F(MariadbExecutorTest, CancelStopsTheStatementOnTheServer) {
  Attempt attempt(&executor_, ClaimOf(TargetOf("select sleep(3600)")));
  AwaitSleeping(1);
  executor_.Cancel(attempt.ref());
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
  AwaitSleeping(0);
  core::ClaimedRun late = ClaimOf(TargetOf("select sleep(3600)"), 2);
  late.attempt_timeout = 200;
  EXPECT_EQ(CodeOf(Attempt(&executor_, late).Wait()), "TIMEOUT");
  AwaitSleeping(0);
}

TEST_F(MariadbExecutorTest, AKilledServerFailsItsAttemptsAndIsUsedAgain) {
  Attempt attempt(&executor_, ClaimOf(TargetOf("select sleep(3600)")));
  AwaitSleeping(1);
  server()->Kill();
  EXPECT_EQ(CodeOf(attempt.Wait()), "CONNECTION");
  ASSERT_TRUE(server()->Start()) << server()->log();
  while (CodeOf(Run("select 1")) != "COMPLETED") {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace
}  // namespace scheduler::dispatch
