#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "scheduler/dispatch/egress_policy.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/connections.h"
#include "tests/support/http_server.h"
#include "tests/support/sqs_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
using nlohmann::json;
using Kind = support::HttpServerAnswer::Kind;

// One server for all tests; each bench has a queue of its own.
support::SqsServer* Server() {
  static const std::unique_ptr<support::SqsServer> server = [] {
    auto made = std::make_unique<support::SqsServer>();
    if (!made->Start()) abort();
    return made;
  }();
  return server.get();
}

// Plays what moto does not: the path of the endpoint says what.
support::HttpServerAnswer AnswerTo(const support::HttpServerRequest& request) {
  support::HttpServerAnswer answer;
  const auto refuse = [&answer](int status, const std::string& type, const std::string& message) {
    answer.status = status;
    answer.body = R"({"__type":"com.amazonaws.sqs#)" + type + R"(","message":")" + message + "\"}";
  };
  if (request.target == "/hang/") answer.kind = Kind::kHang;
  if (request.target == "/break/") answer.kind = Kind::kReset;
  if (request.target == "/unavailable/") refuse(503, "ServiceUnavailable", "later");
  if (request.target == "/limited/") refuse(400, "RequestThrottled", "slower");
  if (request.target == "/invalid/") refuse(400, "InvalidMessageContents", "no");
  if (request.target == "/unknown/") refuse(403, "InvalidClientTokenId", "who");
  if (request.target == "/forbidden/") refuse(403, "AccessDenied", "not you");
  if (request.target == "/hostile/") {
    refuse(400, "\x01\x1b[31m\xff\xfe", std::string(4000, 'x') + "\\u0007");
  }
  return answer;
}

class SqsBench final : public Bench {
 public:
  ~SqsBench() override { executor_.Shutdown(); }

  dispatch::Executor* executor() override { return &executor_; }

  // An answer that is too large is none of SQS's.
  bool Plays(Scenario scenario) override { return scenario != Scenario::kHuge; }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::HttpTarget();
    core::BrokerTarget target;
    target.connection = NameOf(scenario);
    target.destination = scenario == Scenario::kNotFound ? url_ + "-missing" : url_;
    if (scenario == Scenario::kMalformed) target.destination = "orders.fifo";
    return target;
  }

  std::vector<std::shared_ptr<const core::StoredConnection>> Connections() override {
    std::vector<std::shared_ptr<const core::StoredConnection>> all = {
        Of("main", Server()->endpoint()),
        Of("refused", "http://127.0.0.1:" + std::to_string(support::UnusedPort())),
        Of("unresolvable", "http://no-such-host.invalid"), Of("denied", "http://169.254.169.254")};
    for (const std::string name : {"hang", "break", "unavailable", "limited", "invalid", "unknown",
                                   "forbidden", "hostile"}) {
      all.push_back(Of(name, scripted_.url("/" + name)));
    }
    return all;
  }

  std::string SuccessOutput() override {
    return json({{"message_id", Messages().back()["MessageId"]}}).dump();
  }
  std::map<std::string, std::string> LastFields() override {
    const json message = Messages().back();
    std::map<std::string, std::string> fields;
    for (const auto& [name, value] : message["MessageAttributes"].items()) {
      fields[name] = value["StringValue"];
    }
    // Root=1-8-24;Parent=16;Sampled=1
    const std::string trace = message["Attributes"]["AWSTraceHeader"];
    fields["traceparent"] = "00-" + trace.substr(7, 8) + trace.substr(16, 24) + "-" +
                            trace.substr(48, 16) + "-0" + trace.back();
    return fields;
  }
  std::string LastInput() override { return Messages().back()["Body"]; }
  size_t deliveries() override {
    const json counted =
        Server()->Call("GetQueueAttributes",
                       {{"QueueUrl", url_}, {"AttributeNames", {"ApproximateNumberOfMessages"}}});
    return scripted_.request_count() +
           std::stoul(counted["Attributes"]["ApproximateNumberOfMessages"].get<std::string>());
  }

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

  static std::string NameOf(Scenario scenario) {
    switch (scenario) {
      case Scenario::kUnavailable:
        return "unavailable";
      case Scenario::kRateLimited:
        return "limited";
      case Scenario::kValidation:
        return "invalid";
      case Scenario::kUnauthenticated:
        return "unknown";
      case Scenario::kForbidden:
        return "forbidden";
      case Scenario::kHang:
        return "hang";
      case Scenario::kBreak:
        return "break";
      case Scenario::kHostileText:
        return "hostile";
      case Scenario::kRefused:
        return "refused";
      case Scenario::kUnresolvable:
        return "unresolvable";
      case Scenario::kDenied:
        return "denied";
      default:
        return "main";
    }
  }

  json Messages() const { return Server()->Messages(url_); }

  static std::string NewQueue() {
    static int made = 0;
    return Server()->CreateQueue("orders-" + std::to_string(++made));
  }

  const std::string url_ = NewQueue();
  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  support::PlainSecrets secrets_;
  support::HttpServer scripted_{&AnswerTo};
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

std::vector<BenchFactory> Factories() {
  if (!support::SqsServer::Available()) return {};
  return {[]() -> std::unique_ptr<Bench> { return std::make_unique<SqsBench>(); }};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExecutorSuite);
INSTANTIATE_TEST_SUITE_P(Sqs, ExecutorSuite, testing::ValuesIn(Factories()));

}  // namespace
}  // namespace conformance
