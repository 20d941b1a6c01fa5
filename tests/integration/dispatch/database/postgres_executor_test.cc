// Statements against a PostgreSQL server that the test starts.

#include <string>
#include <vector>

#include "scheduler/core/ids.h"
#include "tests/integration/dispatch/database/postgres_fixture.h"

namespace scheduler::dispatch {
namespace {

using support::Attempt;
using support::CodeOf;

class PostgresExecutorTest : public PostgresFixture {};

TEST_F(PostgresExecutorTest, RowsAreJson) {
  EXPECT_EQ(Told(Run("select 1 as a, 'it''s' as b, null as c, true as d, 1.50::numeric as e, "
                     "'{\"x\": [1]}'::jsonb as f, '2025-01-02 03:04:05+00'::timestamptz as g, "
                     "'NaN'::float8 as h, array[1,2] as i, '\\x0102'::bytea as j")),
            R"([{"a":1,"b":"it's","c":null,"d":true,"e":1.50,"f":{"x": [1]},)"
            R"("g":"2025-01-02 03:04:05+00","h":"NaN","i":"{1,2}","j":"\\x0102"}])");
  EXPECT_EQ(Told(Run("select 1 as a, 2 as a")), R"([{"a":1,"a_2":2}])");
  EXPECT_EQ(Told(Run("select id from orders")), "[]");
}

TEST_F(PostgresExecutorTest, OperationsGiveRowsOrNumbers) {
  EXPECT_EQ(Told(Run("insert into orders values (1, 'a', 2), (2, 'b', 3)", Operation::kCreate)),
            R"({"affected":2})");
  EXPECT_EQ(Told(Run("insert into orders values (3, 'c', 4) returning id", Operation::kCreate)),
            R"({"affected":1,"rows":[{"id":3}]})");
  EXPECT_EQ(Told(Run("update orders set price = price + 1 where id < 3", Operation::kUpdate)),
            R"({"affected":2})");
  EXPECT_EQ(Told(Run("select count(*) from orders", Operation::kCount)), R"({"count":3})");
  EXPECT_EQ(Told(Run("select name, sum(price) as total from orders group by name order by name",
                     Operation::kAggregate)),
            R"([{"name":"a","total":3},{"name":"b","total":4},{"name":"c","total":4}])");
  EXPECT_EQ(Told(Run("delete from orders", Operation::kRemove)), R"({"affected":3})");
  EXPECT_EQ(CodeOf(Run("select 1, 2", Operation::kCount)), "VALIDATION");
}

TEST_F(PostgresExecutorTest, ValuesAreBound) {
  input_ =
      R"({"id":1,"name":"x'); drop table orders; --","price":"12.50","at":"2025-01-02T03:04:05Z",
              "tags":{"a":[1]},"u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","b":"AQI=","n":null,
              "f":0.5,"yes":true,"user":{"ids":[4,5]}})";
  EXPECT_EQ(Told(Run("insert into orders values ({{id}}, {{name}}, {{price}})", Operation::kCreate,
                     {"id int 1..10", "name text 1..64", "price decimal 0..100"})),
            R"({"affected":1})");
  EXPECT_EQ(server()->Query("select name from orders where id = 1"), "x'); drop table orders; --");
  EXPECT_EQ(
      Told(
          Run("select {{at}} as at, {{tags}} as tags, {{u}} as u, {{b}} as b, {{n}} as n, "
              "{{f}} as f, {{yes}} as yes, {{user.ids.1}}::int as id, {{run.number}}::int as r",
              Operation::kRead,
              {"at timestamp", "tags json", "u uuid", "b bytes", "n text", "f float", "yes bool"})),
      R"([{"at":"2025-01-02 03:04:05+00","tags":{"a": [1]},)"
      R"("u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","b":"\\x0102","n":null,"f":0.5,"yes":true,)"
      R"("id":5,"r":1}])");
  EXPECT_EQ(Told(Run("select name from orders where id = {{id}} or id = {{id}}")),
            R"([{"name":"x'); drop table orders; --"}])");
}

TEST_F(PostgresExecutorTest, WrongValuesFailValidation) {
  input_ = R"({"id":11})";
  EXPECT_EQ(Told(Run("select {{id}}", Operation::kRead, {"id int 1..10"})),
            "VALIDATION: parameter \"id\" must be an int from 1 up to 10");
  const std::string missing = Told(Run("select {{nobody}}"));
  EXPECT_EQ(missing.rfind("VALIDATION: parameter \"nobody\" is not defined", 0), 0u) << missing;
}

TEST_F(PostgresExecutorTest, LongResultsAreCutAtARow) {
  const AttemptResult result =
      Run("select n, repeat('x', 100) as text from generate_series(1, 100000) as n");
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_TRUE(result.output->truncated);
  EXPECT_LE(result.output->output.size(), static_cast<size_t>(base::limits::kMaxOutputBytes));
  EXPECT_EQ(result.output->output.substr(0, 8), R"([{"n":1,)");
  EXPECT_EQ(result.output->output.substr(result.output->output.size() - 2), "}]");
  const AttemptResult wide = Run("select repeat('x', 10000) as text");
  EXPECT_EQ(Told(wide), "[]");
  EXPECT_TRUE(wide.output->truncated);
}

TEST_F(PostgresExecutorTest, ErrorsHaveTheirClass) {
  const std::pair<const char*, const char*> cases[] = {
      {"select * from nowhere", "NOT_FOUND: SQLSTATE 42P01: relation \"nowhere\" does not exist"},
      {"selec 1", "VALIDATION: SQLSTATE 42601: syntax error at or near \"selec\""},
      {"select 1/0", "VALIDATION: SQLSTATE 22012: division by zero"},
      {"do $$ begin raise sqlstate '53300' using message = 'full'; end $$",
       "RATE_LIMITED: SQLSTATE 53300: full"},
      {"do $$ begin raise sqlstate '40001'; end $$", "UNAVAILABLE: SQLSTATE 40001: 40001"},
      {"do $$ begin raise sqlstate '42501'; end $$", "FORBIDDEN: SQLSTATE 42501: 42501"},
  };
  for (const auto& [statement, told] : cases) EXPECT_EQ(Told(Run(statement)), told) << statement;
  EXPECT_NE(Run("select 1/0").error->status, 0);
}

TEST_F(PostgresExecutorTest, OneStatementOnly) {
  EXPECT_EQ(CodeOf(Run("select 1; select 2")), "VALIDATION");
  EXPECT_EQ(CodeOf(Run("begin")), "VALIDATION");
  EXPECT_EQ(CodeOf(Run("select '{{id}}'")), "VALIDATION");
}

TEST_F(PostgresExecutorTest, ReadOnlyConnectionsDoNotWrite) {
  settings_.read_only = true;
  EXPECT_EQ(Told(Run("select 1 as a")), R"([{"a":1}])");
  EXPECT_EQ(CodeOf(Run("insert into orders values (1, 'a', 1)", Operation::kCreate)), "FORBIDDEN");
  EXPECT_EQ(CodeOf(Run("select set_config('transaction_read_only', 'off', false)")), "VALIDATION");
  EXPECT_EQ(CodeOf(Run("select set_config('default_transaction_read_only', 'off', false)")),
            "COMPLETED");
  EXPECT_EQ(CodeOf(Run("insert into orders values (1, 'a', 1)", Operation::kCreate)), "FORBIDDEN");
  EXPECT_EQ(server()->Query("select count(*) from orders"), "0");
}

TEST_F(PostgresExecutorTest, StatementsSayWhoseTheyAre) {
  core::ClaimedRun run = ClaimOf(TargetOf("select current_query() as q, current_setting("
                                          "'application_name') as a"),
                                 12);
  run.attempt = 3;
  run.job_tag = "a */ b";
  const std::string told = Told(Attempt(&executor_, run).Wait());
  const std::string comment = "/* ductape run=" + core::FormatRunId(run.key) +
                              " product=default job=a%20%2A%2F%20b number=12 attempt=3 "
                              "scheduled=2025-01-02T03:04:05.678Z token=" +
                              std::to_string(run.token) +
                              " traceparent=" + core::TraceparentOf(run.key) + " */ select";
  EXPECT_NE(told.find(comment), std::string::npos) << told;
  EXPECT_NE(told.find(R"("a":"ductape-jobs")"), std::string::npos) << told;
}

TEST_F(PostgresExecutorTest, ConnectionsAreKeptAndBounded) {
  settings_.max_connections = 3;
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 1; i <= 60; ++i) {
    attempts.push_back(std::make_unique<Attempt>(
        &executor_, ClaimOf(TargetOf("insert into orders values ({{run.number}}::int, "
                                     "pg_backend_pid()::text, 0)",
                                     Operation::kCreate),
                            i)));
  }
  for (const auto& attempt : attempts) EXPECT_EQ(Told(attempt->Wait()), R"({"affected":1})");
  EXPECT_EQ(server()->Query("select count(*) from orders"), "60");
  EXPECT_LE(std::stoi(server()->Query("select count(distinct name) from orders")), 3);
}

}  // namespace
}  // namespace scheduler::dispatch
