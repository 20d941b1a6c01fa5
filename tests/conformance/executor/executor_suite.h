#ifndef TESTS_CONFORMANCE_EXECUTOR_EXECUTOR_SUITE_H_
#define TESTS_CONFORMANCE_EXECUTOR_EXECUTOR_SUITE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/core/connection/stored_connection.h"
#include "scheduler/core/model.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/executor.h"

// What every executor must do, whatever it speaks. An executor joins by writing a Bench, a real
// server that behaves as each scenario asks, and instantiating ExecutorSuite with its factory.
namespace conformance {

enum class Scenario {
  kSuccess,      // answers {"pong":true} in its own way
  kUnavailable,  // fails with the class of the name, by the target's own status
  kRateLimited,
  kValidation,
  kNotFound,
  kUnauthenticated,
  kForbidden,
  kHang,          // takes the request and never answers
  kBreak,         // takes the request and breaks the connection
  kRefused,       // nothing listens
  kUnresolvable,  // a name that does not exist
  kHuge,          // an answer far beyond what is kept
  kHostileText,   // fails with a message of control characters and bytes that are not UTF-8
  kDenied,        // a link-local address
  kMalformed,     // a target that can never be sent
  kWrongKind,     // a target of another executor
};

class Bench {
 public:
  virtual ~Bench() = default;

  virtual scheduler::dispatch::Executor* executor() = 0;
  virtual scheduler::core::Target TargetOf(Scenario scenario) = 0;
  // The connections that its targets name.
  virtual std::vector<std::shared_ptr<const scheduler::core::StoredConnection>> Connections() {
    return {};
  }
  // False for what this kind of target can never do; the suite leaves it out.
  virtual bool Plays(Scenario /*scenario*/) { return true; }
  // False for targets whose answers have no number of their own.
  virtual bool HasStatus() { return true; }
  // The output of a success.
  virtual std::string SuccessOutput() { return R"({"pong":true})"; }

  // Names, in lower case, and values of what came with the last delivery.
  virtual std::map<std::string, std::string> LastFields() = 0;
  // The JSON input that the last delivery brought.
  virtual std::string LastInput() = 0;
  // Deliveries that reached the server.
  virtual size_t deliveries() = 0;
};

using BenchFactory = std::function<std::unique_ptr<Bench>()>;

class ExecutorSuite : public testing::TestWithParam<BenchFactory> {
 protected:
  ExecutorSuite() : bench_(GetParam()()) {}

  scheduler::dispatch::Executor* executor() { return bench_->executor(); }
  // A run of the scenario's target.
  scheduler::core::ClaimedRun ClaimOf(Scenario scenario, int64_t number = 1);
  // Runs one attempt to its end.
  scheduler::dispatch::AttemptResult Run(Scenario scenario);
  // Waits until the server has taken `count` deliveries.
  void AwaitDeliveries(size_t count);

  const std::unique_ptr<Bench> bench_;
};

}  // namespace conformance

#endif  // TESTS_CONFORMANCE_EXECUTOR_EXECUTOR_SUITE_H_
