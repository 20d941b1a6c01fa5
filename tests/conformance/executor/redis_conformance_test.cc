#include <atomic>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "scheduler/dispatch/egress_policy.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/broker_servers.h"
#include "tests/support/connections.h"
#include "tests/support/http_server.h"
#include "tests/support/scripted_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

constexpr char kPassword[] = "sesame-of-redis";

// One server for all tests; each bench empties it.
support::RedisServer* Server() {
  static const std::unique_ptr<support::RedisServer> server = [] {
    support::BrokerServerOptions options;
    options.password = kPassword;
    auto made = std::make_unique<support::RedisServer>(options);
    if (!made->Start()) abort();
    return made;
  }();
  return server.get();
}

// How often `word` is in `input`, which is emptied but for what may be the begin of one.
size_t TakeCount(const std::string& word, std::string* input) {
  size_t count = 0;
  size_t from = 0;
  for (size_t at; (at = input->find(word, from)) != std::string::npos; from = at + word.size()) {
    ++count;
  }
  const size_t keep = std::min(word.size() - 1, input->size() - from);
  input->erase(0, input->size() - keep);
  return count;
}

class RedisBench final : public Bench {
 public:
  RedisBench() {
    Server()->Cli({"FLUSHALL"});
    Server()->Cli({"CONFIG", "SET", "min-replicas-to-write", "0"});
    Server()->Cli({"SET", "a_string", "x"});
    Server()->Cli({"ACL", "SETUSER", "limited", "on", ">limited-secret", "~*", "+ping"});
  }
  ~RedisBench() override { executor_.Shutdown(); }

  dispatch::Executor* executor() override { return &executor_; }
  bool HasStatus() override { return false; }

  bool Plays(Scenario scenario) override {
    return scenario != Scenario::kRateLimited && scenario != Scenario::kNotFound &&
           scenario != Scenario::kHuge;
  }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::HttpTarget();
    core::BrokerTarget target;
    target.connection = ConnectionFor(scenario);
    target.destination_kind = core::BrokerTarget::DestinationKind::kStream;
    target.destination = scenario == Scenario::kValidation ? "a_string" : "orders";
    if (scenario == Scenario::kMalformed) target.key = "streams have no keys";
    Server()->Cli(
        {"CONFIG", "SET", "min-replicas-to-write", scenario == Scenario::kUnavailable ? "1" : "0"});
    return target;
  }

  std::vector<std::shared_ptr<const core::StoredConnection>> Connections() override {
    return {
        Of("main", Server()->address(), "", kPassword),
        Of("wrong", Server()->address(), "", "not-the-password"),
        Of("limited", Server()->address(), "limited", "limited-secret"),
        Of("hanging", absl::StrCat("127.0.0.1:", hanging_.port())),
        Of("breaking", absl::StrCat("127.0.0.1:", breaking_.port())),
        Of("hostile", absl::StrCat("127.0.0.1:", hostile_.port())),
        Of("refused", absl::StrCat("127.0.0.1:", support::UnusedPort())),
        Of("unresolvable", "no-such-host.invalid"),
        Of("denied", "169.254.169.254"),
    };
  }

  std::string SuccessOutput() override {
    return absl::StrCat("{\"id\":\"", LastMessage().front(), "\"}");
  }
  std::map<std::string, std::string> LastFields() override {
    std::map<std::string, std::string> fields;
    const std::vector<std::string> lines = LastMessage();
    for (size_t i = 1; i + 1 < lines.size(); i += 2) fields[lines[i]] = lines[i + 1];
    return fields;
  }
  std::string LastInput() override { return LastFields()["body"]; }
  size_t deliveries() override { return hung_ + std::stoul(Server()->Cli({"XLEN", "orders"})); }

 private:
  static std::shared_ptr<const core::StoredConnection> Of(const std::string& tag,
                                                          const std::string& address,
                                                          const std::string& username = "",
                                                          const std::string& password = "") {
    core::RedisSettings settings;
    settings.address = address;
    settings.username = username;
    if (!password.empty()) settings.password = support::PlainSecret(password);
    return support::ConnectionOf(tag, settings);
  }

  static std::string ConnectionFor(Scenario scenario) {
    switch (scenario) {
      case Scenario::kUnauthenticated:
        return "wrong";
      case Scenario::kForbidden:
        return "limited";
      case Scenario::kHang:
        return "hanging";
      case Scenario::kBreak:
        return "breaking";
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

  // Its id, then names and values in turn.
  static std::vector<std::string> LastMessage() {
    std::istringstream text(Server()->Cli({"XREVRANGE", "orders", "+", "-", "COUNT", "1"}));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    if (lines.empty()) lines.emplace_back();
    return lines;
  }

  std::atomic<size_t> hung_{0};
  support::ScriptedServer hanging_{[this](std::string* input, std::string* /*output*/) {
    hung_ += TakeCount("$4\r\nXADD\r\n", input);
    return true;
  }};
  support::ScriptedServer breaking_{
      [](std::string* /*input*/, std::string* /*output*/) { return false; }};
  support::ScriptedServer hostile_{[](std::string* input, std::string* output) {
    input->clear();
    *output = "-ERR \x01\x1b[31m\xff\xfe " + std::string(4000, 'x') + "\r\n";
    return true;
  }};
  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  support::PlainSecrets secrets_;
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

INSTANTIATE_TEST_SUITE_P(Redis, ExecutorSuite, testing::Values([]() -> std::unique_ptr<Bench> {
                           return std::make_unique<RedisBench>();
                         }));

}  // namespace
}  // namespace conformance
