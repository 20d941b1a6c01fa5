#ifndef TESTS_INTEGRATION_DISPATCH_DATABASE_DATABASE_FIXTURE_H_
#define TESTS_INTEGRATION_DISPATCH_DATABASE_DATABASE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/connection_probe.h"
#include "scheduler/dispatch/database/database_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/fake_secrets.h"

namespace scheduler::dispatch {

// An executor, and runs of statements over connections whose settings a test changes. Every connection is
// taken for a new one, so that changed settings are used.
template <typename Settings>
class DatabaseFixture : public testing::Test {
 protected:
  using Operation = core::DatabaseTarget::Operation;

  core::ClaimedRun ClaimOf(const core::DatabaseTarget& target, int64_t number = 1) {
    core::ClaimedRun run = support::ClaimedRunOf(target, number);
    run.input_json = input_;
    auto connection = std::make_shared<core::StoredConnection>();
    connection->spec.tag = "db";
    connection->uid = 7;
    connection->generation = generation_;
    connection->spec.env[""] = settings_;
    run.connections = {std::move(connection)};
    return run;
  }
  core::DatabaseTarget TargetOf(const std::string& statement,
                                Operation operation = Operation::kRead,
                                std::vector<std::string> params = {}) {
    core::DatabaseTarget target;
    target.connection = "db";
    target.operation = operation;
    target.statement = statement;
    target.params = std::move(params);
    return target;
  }
  AttemptResult Run(const std::string& statement, Operation operation = Operation::kRead,
                    std::vector<std::string> params = {}) {
    return support::Attempt(&executor_, ClaimOf(TargetOf(statement, operation, params))).Wait();
  }
  // A test of the connection.
  AttemptResult Probe(base::Millis timeout = 60 * base::kSecond) {
    core::ClaimedRun run = ClaimOf({});
    core::ClaimedRun probe = ProbeOf(run.connections.front(), "");
    probe.key = run.key;
    probe.token = run.token;
    probe.attempt_timeout = timeout;
    return support::Attempt(&executor_, std::move(probe)).Wait();
  }
  // The output, or the class and message of the failure.
  static std::string Told(const AttemptResult& result) {
    if (result.completed) return result.output == nullptr ? "" : result.output->output;
    return support::CodeOf(result) + (result.error == nullptr ? "" : ": " + result.error->message);
  }
  // Settings have changed.
  void Renew() { ++generation_; }

  base::SystemClock clock_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  tests::FakeSecrets secrets_;
  Settings settings_;
  int64_t generation_ = 1;
  std::string input_;
  DatabaseExecutor executor_{DatabaseOptions(), &egress_, &clock_, &secrets_};
};

}  // namespace scheduler::dispatch

#endif  // TESTS_INTEGRATION_DISPATCH_DATABASE_DATABASE_FIXTURE_H_
