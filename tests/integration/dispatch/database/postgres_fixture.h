#ifndef TESTS_INTEGRATION_DISPATCH_DATABASE_POSTGRES_FIXTURE_H_
#define TESTS_INTEGRATION_DISPATCH_DATABASE_POSTGRES_FIXTURE_H_

#include <memory>

#include "tests/integration/dispatch/database/database_fixture.h"
#include "tests/support/database_servers.h"

namespace scheduler::dispatch {

// One server for all tests of the program.
class PostgresFixture : public DatabaseFixture<core::SqlSettings> {
 protected:
  void SetUp() override {
    if (!support::PostgresServer::IsInstalled()) GTEST_SKIP() << "PostgreSQL is not installed";
    if (server() == nullptr) {
      server() = std::make_unique<support::PostgresServer>();
      started() = server()->Start();
    }
    ASSERT_TRUE(started()) << server()->log();
    settings_.engine = core::SqlSettings::Engine::kPostgresql;
    settings_.address = server()->address();
    settings_.database = settings_.username = "postgres";
    settings_.password = tests::SecretNamed("postgres");
    ASSERT_EQ(server()->Query("drop table if exists orders"), "");
    ASSERT_EQ(server()->Query("create table orders (id int primary key, name text, price numeric)"),
              "");
  }

  static std::unique_ptr<support::PostgresServer>& server() {
    static std::unique_ptr<support::PostgresServer> server;
    return server;
  }
  static bool& started() {
    static bool started = false;
    return started;
  }
};

}  // namespace scheduler::dispatch

#endif  // TESTS_INTEGRATION_DISPATCH_DATABASE_POSTGRES_FIXTURE_H_
