#ifndef TESTS_INTEGRATION_DISPATCH_FUNCTION_LAMBDA_FIXTURE_H_
#define TESTS_INTEGRATION_DISPATCH_FUNCTION_LAMBDA_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/function/lambda_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/connections.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {

// An executor, the connection "cloud" and an endpoint that answers as the test says.
class LambdaFixture : public testing::Test {
 protected:
  LambdaFixture() {
    settings_.region = "eu-central-1";
    settings_.access_key_id = "AKIDEXAMPLE";
    settings_.secret_access_key = support::PlainSecret("wJalrXUtnFEMI/K7MDENG");
    settings_.endpoint = server_.url("");
    target_.connection = "cloud";
    target_.function = "report:live";
    answer_.body = R"({"pages":3})";
  }
  ~LambdaFixture() override { executor_.Shutdown(); }

  // Holds for requests from now on.
  void Answer(support::HttpServerAnswer answer) {
    base::MutexLock lock(&mu_);
    answer_ = std::move(answer);
  }
  // What the API refuses is like this.
  static support::HttpServerAnswer Refusal(int status, const std::string& type,
                                           const std::string& message) {
    support::HttpServerAnswer answer;
    answer.status = status;
    answer.headers = {{"X-Amzn-ErrorType", type}};
    answer.body = R"({"Type":"User","message":")" + message + R"("})";
    return answer;
  }

  core::ClaimedRun RunOf(int64_t number = 1) {
    core::ClaimedRun run = support::ClaimedRunOf(target_, number);
    run.connections = {support::ConnectionOf("cloud", settings_)};
    return run;
  }
  AttemptResult Run() { return support::Attempt(&executor_, RunOf()).Wait(); }

  static std::string OutputOf(const AttemptResult& result) {
    return result.output == nullptr ? "" : result.output->output;
  }
  static std::string MessageOf(const AttemptResult& result) {
    return result.error == nullptr ? "" : result.error->message;
  }

  base::Mutex mu_;
  support::HttpServerAnswer answer_ ABSL_GUARDED_BY(mu_);
  support::HttpServer server_{[this](const support::HttpServerRequest& /*request*/) {
    base::MutexLock lock(&mu_);
    return answer_;
  }};
  core::AwsSettings settings_;
  core::LambdaTarget target_;
  base::SystemClock clock_;
  support::PlainSecrets secrets_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  LambdaExecutor executor_{HttpOptions(), &egress_, &clock_, &secrets_};
};

}  // namespace scheduler::dispatch

#endif  // TESTS_INTEGRATION_DISPATCH_FUNCTION_LAMBDA_FIXTURE_H_
