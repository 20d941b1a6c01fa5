#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/database/database_executor.h"
#include "scheduler/dispatch/egress_policy.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/database_servers.h"
#include "tests/support/fake_secrets.h"
#include "tests/support/http_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

// One server for all benches of the program; null if there is none.
support::PostgresServer* Server() {
  static const std::unique_ptr<support::PostgresServer> server = [] {
    std::unique_ptr<support::PostgresServer> made;
    if (!support::PostgresServer::IsInstalled()) return made;
    made = std::make_unique<support::PostgresServer>();
    if (!made->Start()) made.reset();
    return made;
  }();
  return server.get();
}

// Statements note what they were; those that hang count themselves, which no transaction undoes.
class PostgresBench final : public Bench {
 public:
  PostgresBench() {
    Server()->Query("drop table if exists deliveries; drop sequence if exists hangs");
    Server()->Query("create table deliveries (id serial, query text, input text)");
    Server()->Query("create sequence hangs");
  }

  dispatch::Executor* executor() override { return &executor_; }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::HttpTarget();
    core::DatabaseTarget target;
    target.connection = ConnectionOf(scenario);
    target.statement = StatementOf(scenario);
    if (scenario == Scenario::kSuccess) target.params = {"input json"};
    return target;
  }

  std::vector<std::shared_ptr<const core::StoredConnection>> Connections() override {
    return {Connection("db", Server()->address(), 10),
            Connection("hanging", Server()->address(), 60),
            Connection("refused", absl::StrCat("127.0.0.1:", support::UnusedPort()), 1),
            Connection("unresolvable", "no-such-host.invalid", 1),
            Connection("denied", "169.254.169.254", 1)};
  }

  // Ends of connections are told apart in the integration tests: the server's own end says so before.
  bool Plays(Scenario scenario) override { return scenario != Scenario::kBreak; }
  std::string SuccessOutput() override { return R"([{"pong":true}])"; }

  std::map<std::string, std::string> LastFields() override {
    static const std::map<std::string, std::string> names = {
        {"run", "idempotency-key"},
        {"product", "ductape-product"},
        {"job", "ductape-job"},
        {"number", "ductape-run-number"},
        {"attempt", "ductape-attempt"},
        {"scheduled", "ductape-scheduled-time"},
        {"token", "ductape-fencing-token"},
        {"traceparent", "traceparent"}};
    const std::string query = Server()->Query("select query from deliveries order by id desc");
    std::map<std::string, std::string> fields;
    const std::vector<std::string> words = absl::StrSplit(query.substr(0, query.find("*/")), ' ');
    for (const std::string& word : words) {
      const std::vector<std::string> pair = absl::StrSplit(word, absl::MaxSplits('=', 1));
      const auto name = names.find(pair[0]);
      if (name != names.end()) fields[name->second] = pair[1];
    }
    return fields;
  }
  std::string LastInput() override {
    return absl::StrReplaceAll(Server()->Query("select input from deliveries order by id desc"),
                               {{" ", ""}});
  }
  size_t deliveries() override {
    return std::stoul(
        Server()->Query("select (select count(*) from deliveries) + "
                        "(select case when is_called then last_value else 0 end from hangs)"));
  }

 private:
  static std::shared_ptr<const core::StoredConnection> Connection(const std::string& tag,
                                                                  const std::string& address,
                                                                  int max_connections) {
    core::SqlSettings settings;
    settings.address = address;
    settings.database = settings.username = "postgres";
    settings.password = tests::SecretNamed("postgres");
    settings.max_connections = max_connections;
    auto connection = std::make_shared<core::StoredConnection>();
    connection->uid = static_cast<core::Uid>(tag.size());  // each has a length of its own
    connection->generation = 1;
    connection->spec.tag = tag;
    connection->spec.env[""] = settings;
    return connection;
  }

  static std::string ConnectionOf(Scenario scenario) {
    switch (scenario) {
      case Scenario::kHang:
        return "hanging";
      case Scenario::kRefused:
        return "refused";
      case Scenario::kUnresolvable:
        return "unresolvable";
      case Scenario::kDenied:
        return "denied";
      default:
        return "db";
    }
  }

  static std::string Raising(const std::string& state) {
    return absl::StrCat("do $$ begin raise sqlstate '", state,
                        "' using message = 'as asked'; end $$");
  }

  static std::string StatementOf(Scenario scenario) {
    switch (scenario) {
      case Scenario::kUnavailable:
        return Raising("57P03");
      case Scenario::kRateLimited:
        return Raising("53300");
      case Scenario::kValidation:
        return "select 1/0";
      case Scenario::kNotFound:
        return "select * from nowhere";
      case Scenario::kUnauthenticated:
        return Raising("28000");
      case Scenario::kForbidden:
        return Raising("42501");
      case Scenario::kHang:
        return "select nextval('hangs'), pg_sleep(3600)";
      case Scenario::kHuge:
        return "select repeat('x', 1000) as text from generate_series(1, 10000)";
      case Scenario::kHostileText:
        return "do $$ begin raise exception using message = E'\\r\\n\\x01\\x1b[31m' || "
               "repeat(E'\\n', 3000); end $$";
      case Scenario::kRefused:
      case Scenario::kUnresolvable:
      case Scenario::kDenied:
        return "select 1";
      case Scenario::kMalformed:
        return "select 1; select 2";
      default:
        return "with d as (insert into deliveries (query, input) values (current_query(), "
               "{{input}}::text) returning 1) select true as pong from d";
    }
  }

  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  tests::FakeSecrets secrets_;
  dispatch::DatabaseExecutor executor_{dispatch::DatabaseOptions(), &egress_, &clock_, &secrets_};
};

std::vector<BenchFactory> Factories() {
  if (!support::PostgresServer::IsInstalled()) return {};
  return {[]() -> std::unique_ptr<Bench> { return std::make_unique<PostgresBench>(); }};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExecutorSuite);
INSTANTIATE_TEST_SUITE_P(Postgres, ExecutorSuite, testing::ValuesIn(Factories()));

}  // namespace
}  // namespace conformance
