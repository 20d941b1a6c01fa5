#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/http_executor.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/http_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
using Kind = support::HttpServerAnswer::Kind;

support::HttpServerAnswer AnswerTo(const support::HttpServerRequest& request) {
  support::HttpServerAnswer answer;
  const std::string& path = request.target;
  if (path == "/hang") answer.kind = Kind::kHang;
  if (path == "/break") answer.kind = Kind::kReset;
  if (path == "/success") answer.body = R"({"pong":true})";
  if (path == "/huge") answer.kind = Kind::kEndless;
  if (path == "/hostile") {
    answer.status = 500;
    answer.body.assign("\r\n\0\x01\x1b[31m\xff\xfe\xc0\xaf", 12);
    answer.body.append(3000, '\n');
  }
  if (path.rfind("/status/", 0) == 0) answer.status = std::stoi(path.substr(8));
  return answer;
}

class HttpBench final : public Bench {
 public:
  dispatch::Executor* executor() override { return &executor_; }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::GrpcTarget();
    core::HttpTarget target;
    target.url = UrlOf(scenario);
    return target;
  }

  std::map<std::string, std::string> LastFields() override {
    return server_.requests().back().headers;
  }
  std::string LastInput() override { return server_.requests().back().body; }
  size_t deliveries() override { return server_.request_count(); }

 private:
  std::string UrlOf(Scenario scenario) {
    switch (scenario) {
      case Scenario::kSuccess:
        return server_.url("/success");
      case Scenario::kUnavailable:
        return server_.url("/status/503");
      case Scenario::kRateLimited:
        return server_.url("/status/429");
      case Scenario::kValidation:
        return server_.url("/status/422");
      case Scenario::kNotFound:
        return server_.url("/status/404");
      case Scenario::kUnauthenticated:
        return server_.url("/status/401");
      case Scenario::kForbidden:
        return server_.url("/status/403");
      case Scenario::kHang:
        return server_.url("/hang");
      case Scenario::kBreak:
        return server_.url("/break");
      case Scenario::kRefused:
        return "http://127.0.0.1:" + std::to_string(support::UnusedPort()) + "/";
      case Scenario::kUnresolvable:
        return "http://no-such-host.invalid/";
      case Scenario::kHuge:
        return server_.url("/huge");
      case Scenario::kHostileText:
        return server_.url("/hostile");
      case Scenario::kDenied:
        return "http://169.254.169.254/latest/meta-data/";
      case Scenario::kMalformed:
      case Scenario::kWrongKind:
        break;
    }
    return "gopher://127.0.0.1/";
  }

  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  support::HttpServer server_{&AnswerTo};
  dispatch::HttpExecutor executor_{dispatch::HttpOptions(), &egress_, &clock_};
};

INSTANTIATE_TEST_SUITE_P(Http, ExecutorSuite, testing::Values([]() -> std::unique_ptr<Bench> {
                           return std::make_unique<HttpBench>();
                         }));

}  // namespace
}  // namespace conformance
