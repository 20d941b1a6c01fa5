#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "scheduler/dispatch/broker/pubsub/pubsub_driver.h"
#include "scheduler/dispatch/egress_policy.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/connections.h"
#include "tests/support/http_server.h"
#include "tests/support/publisher_double.h"
#include "tests/support/pubsub_server.h"
#include "tests/support/scripted_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
using nlohmann::json;
using support::PublisherDouble;

// One server for all tests.
support::PubsubServer* Server() {
  static const std::unique_ptr<support::PubsubServer> server = [] {
    auto made = std::make_unique<support::PubsubServer>();
    if (!made->Start()) abort();
    made->CreateTopic("my-project", "orders");
    return made;
  }();
  return server.get();
}

// Plays what Pub/Sub's own does not: the topic says what.
PublisherDouble::Answer AnswerTo(const PublisherDouble::Call& call) {
  const auto names = [&call](const std::string& topic) {
    return call.request.find("/topics/" + topic) != std::string::npos;
  };
  PublisherDouble::Answer answer;
  answer.message = "the reason";
  answer.hang = names("hang");
  if (names("unavailable")) answer.code = 14;
  if (names("limited")) answer.code = 8;
  if (names("invalid")) answer.code = 3;
  if (names("unknown")) answer.code = 16;
  if (names("forbidden")) answer.code = 7;
  if (names("huge")) answer.reply = std::string(2 * 1024 * 1024, 'x');
  if (names("hostile")) {
    answer.code = 3;
    answer.message = "\r\n\x01\x1b[31m\xff\xfe" + std::string(3000, 'x');
  }
  return answer;
}

class PubsubBench final : public Bench {
 public:
  PubsubBench() : before_(Server()->Messages().size()) {
    executor_.Register("pubsub",
                       dispatch::NewPubsubDriver(dispatch::BrokerOptions(), &egress_, &clock_));
  }
  ~PubsubBench() override { executor_.Shutdown(); }

  dispatch::Executor* executor() override { return &executor_; }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::HttpTarget();
    core::BrokerTarget target;
    target.connection = ConnectionFor(scenario);
    target.destination = TopicFor(scenario);
    return target;
  }

  std::vector<std::shared_ptr<const core::StoredConnection>> Connections() override {
    const std::string local = "127.0.0.1:";
    return {Of("main", Server()->address()),
            Of("scripted", scripted_.address()),
            Of("breaking", local + std::to_string(breaking_.port())),
            Of("refused", local + std::to_string(support::UnusedPort())),
            Of("unresolvable", "no-such-host.invalid:80"),
            Of("denied", "169.254.169.254:80")};
  }

  std::string SuccessOutput() override {
    return json({{"message_id", Server()->Messages().back()["id"]}}).dump();
  }
  std::map<std::string, std::string> LastFields() override {
    return Server()->Messages().back()["attributes"].get<std::map<std::string, std::string>>();
  }
  std::string LastInput() override { return Server()->Messages().back()["data"]; }
  size_t deliveries() override {
    return scripted_.call_count() + Server()->Messages().size() - before_;
  }

 private:
  static std::shared_ptr<const core::StoredConnection> Of(const std::string& tag,
                                                          const std::string& endpoint) {
    core::PubsubSettings settings;
    settings.project = "my-project";
    settings.endpoint = endpoint;
    return support::ConnectionOf(tag, settings);
  }

  static std::string ConnectionFor(Scenario scenario) {
    switch (scenario) {
      case Scenario::kSuccess:
      case Scenario::kNotFound:
      case Scenario::kMalformed:
        return "main";
      case Scenario::kBreak:
        return "breaking";
      case Scenario::kRefused:
        return "refused";
      case Scenario::kUnresolvable:
        return "unresolvable";
      case Scenario::kDenied:
        return "denied";
      default:
        return "scripted";
    }
  }

  static std::string TopicFor(Scenario scenario) {
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
      case Scenario::kHuge:
        return "huge";
      case Scenario::kHostileText:
        return "hostile";
      case Scenario::kMalformed:
        return "no topic";
      default:
        return "orders";
    }
  }

  const size_t before_;  // messages of other tests
  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  support::PlainSecrets secrets_;
  PublisherDouble scripted_{&AnswerTo};
  support::ScriptedServer breaking_{
      [](std::string* /*input*/, std::string* /*output*/) { return false; }};
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

std::vector<BenchFactory> Factories() {
  if (!support::PubsubServer::Available()) return {};
  return {[]() -> std::unique_ptr<Bench> { return std::make_unique<PubsubBench>(); }};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExecutorSuite);
INSTANTIATE_TEST_SUITE_P(Pubsub, ExecutorSuite, testing::ValuesIn(Factories()));

}  // namespace
}  // namespace conformance
