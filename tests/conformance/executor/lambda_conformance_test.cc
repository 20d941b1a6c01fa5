#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/function/lambda_executor.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/connections.h"
#include "tests/support/http_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
using Kind = support::HttpServerAnswer::Kind;

support::HttpServerAnswer Refusal(int status, const std::string& type) {
  support::HttpServerAnswer answer;
  answer.status = status;
  answer.headers = {{"X-Amzn-ErrorType", type + ":http://internal.amazon.com/coral/"}};
  answer.body = R"({"Type":"User","Message":"the reason"})";
  return answer;
}

// The last part of the function's name says what comes back.
support::HttpServerAnswer AnswerTo(const support::HttpServerRequest& request) {
  const std::string prefix = "/2015-03-31/functions/";
  const std::string name =
      request.target.substr(prefix.size(), request.target.rfind('/') - prefix.size());
  support::HttpServerAnswer answer;
  answer.body = R"({"pong":true})";
  if (name == "hang") answer.kind = Kind::kHang;
  if (name == "break") answer.kind = Kind::kReset;
  if (name == "huge") answer.kind = Kind::kEndless;
  if (name == "unavailable") return Refusal(503, "ServiceException");
  if (name == "limited") return Refusal(429, "TooManyRequestsException");
  if (name == "invalid") return Refusal(400, "InvalidParameterValueException");
  if (name == "missing") return Refusal(404, "ResourceNotFoundException");
  if (name == "unknown") return Refusal(403, "UnrecognizedClientException");
  if (name == "forbidden") return Refusal(403, "AccessDeniedException");
  if (name == "hostile") {
    answer.headers = {{"X-Amz-Function-Error", "Unhandled"}};
    answer.body.assign("\r\n\0\x01\x1b[31m\xff\xfe\xc0\xaf", 12);
    answer.body.append(3000, '\n');
  }
  return answer;
}

class LambdaBench final : public Bench {
 public:
  ~LambdaBench() override { executor_.Shutdown(); }

  dispatch::Executor* executor() override { return &executor_; }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::HttpTarget();
    core::LambdaTarget target;
    target.connection = ConnectionFor(scenario);
    target.function = FunctionFor(scenario);
    return target;
  }

  std::vector<std::shared_ptr<const core::StoredConnection>> Connections() override {
    return {Of("works", server_.url("")),
            Of("refused", "http://127.0.0.1:" + std::to_string(support::UnusedPort())),
            Of("unresolvable", "http://no-such-host.invalid"),
            Of("denied", "http://169.254.169.254")};
  }

  std::map<std::string, std::string> LastFields() override {
    std::string context;
    absl::Base64Unescape(server_.requests().back().Header("x-amz-client-context"), &context);
    std::map<std::string, std::string> fields;
    const nlohmann::json parsed = nlohmann::json::parse(context);
    for (const auto& [name, value] : parsed["custom"].items()) {
      std::string header = name;
      for (char& c : header) c = c == '_' ? '-' : c;
      fields[header] = value.get<std::string>();
    }
    return fields;
  }
  std::string LastInput() override { return server_.requests().back().body; }
  size_t deliveries() override { return server_.request_count(); }

 private:
  static std::shared_ptr<const core::StoredConnection> Of(const std::string& tag,
                                                          const std::string& endpoint) {
    core::AwsSettings settings;
    settings.region = "eu-central-1";
    settings.access_key_id = "AKIDEXAMPLE";
    settings.secret_access_key = support::PlainSecret("the-secret-access-key");
    settings.endpoint = endpoint;
    return support::ConnectionOf(tag, settings);
  }

  static std::string ConnectionFor(Scenario scenario) {
    if (scenario == Scenario::kRefused) return "refused";
    if (scenario == Scenario::kUnresolvable) return "unresolvable";
    return scenario == Scenario::kDenied ? "denied" : "works";
  }

  static std::string FunctionFor(Scenario scenario) {
    switch (scenario) {
      case Scenario::kUnavailable:
        return "unavailable";
      case Scenario::kRateLimited:
        return "limited";
      case Scenario::kValidation:
        return "invalid";
      case Scenario::kNotFound:
        return "missing";
      case Scenario::kUnauthenticated:
        return "unknown";
      case Scenario::kForbidden:
        return "forbidden";
      case Scenario::kHang:
        return "hang";
      case Scenario::kBreak:
        return "break";
      case Scenario::kHuge:
        return "huge";
      case Scenario::kHostileText:
        return "hostile";
      case Scenario::kMalformed:
        return "no such/name";
      default:
        return "success";
    }
  }

  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  support::PlainSecrets secrets_;
  support::HttpServer server_{&AnswerTo};
  dispatch::LambdaExecutor executor_{dispatch::HttpOptions(), &egress_, &clock_, &secrets_};
};

INSTANTIATE_TEST_SUITE_P(Lambda, ExecutorSuite, testing::Values([]() -> std::unique_ptr<Bench> {
                           return std::make_unique<LambdaBench>();
                         }));

}  // namespace
}  // namespace conformance
