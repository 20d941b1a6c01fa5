#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "scheduler/dispatch/egress_policy.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/broker_servers.h"
#include "tests/support/connections.h"
#include "tests/support/http_server.h"
#include "tests/support/nats_consumer.h"
#include "tests/support/scripted_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

constexpr char kPassword[] = "sesame-of-nats";
constexpr char kInfo[] = "INFO {\"server_id\":\"X\",\"version\":\"2.9.0\",\"headers\":true}\r\n";

support::NatsServer* Server() {
  static const std::unique_ptr<support::NatsServer> server = [] {
    support::BrokerServerOptions options;
    options.password = kPassword;
    auto made = std::make_unique<support::NatsServer>(options);
    if (!made->Start()) abort();
    return made;
  }();
  return server.get();
}

// JetStream with a stream that each bench makes anew.
class NatsBench final : public Bench {
 public:
  NatsBench() {
    consumer_.DeleteStream("ORDERS");
    if (!consumer_.AddStream("ORDERS", "orders", 4096)) abort();
  }
  ~NatsBench() override { executor_.Shutdown(); }

  dispatch::Executor* executor() override { return &executor_; }
  bool HasStatus() override { return false; }

  bool Plays(Scenario scenario) override {
    return scenario != Scenario::kRateLimited && scenario != Scenario::kUnavailable &&
           scenario != Scenario::kHuge;
  }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::HttpTarget();
    core::BrokerTarget target;
    target.connection = ConnectionFor(scenario);
    target.destination_kind = core::BrokerTarget::DestinationKind::kStream;
    target.destination = scenario == Scenario::kNotFound ? "nobody.takes" : "orders";
    if (scenario == Scenario::kMalformed) target.destination = "orders.*";
    if (scenario == Scenario::kValidation) target.body = std::string(10'000, 'x');
    return target;
  }

  std::vector<std::shared_ptr<const core::StoredConnection>> Connections() override {
    return {
        Of("main", Server()->address(), "ductape", kPassword),
        Of("wrong", Server()->address(), "ductape", "not-the-password"),
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
    return absl::StrCat("{\"stream\":\"ORDERS\",\"sequence\":", consumer_.LastSequenceOf("ORDERS"),
                        ",\"duplicate\":false}");
  }
  std::map<std::string, std::string> LastFields() override {
    std::map<std::string, std::string> fields;
    for (const auto& [name, value] : consumer_.LastOf("ORDERS", "orders").headers) {
      fields[absl::AsciiStrToLower(name)] = value;
    }
    return fields;
  }
  std::string LastInput() override { return consumer_.LastOf("ORDERS", "orders").body; }
  size_t deliveries() override { return hung_ + consumer_.CountOf("ORDERS"); }

 private:
  static std::shared_ptr<const core::StoredConnection> Of(const std::string& tag,
                                                          const std::string& address,
                                                          const std::string& username = "",
                                                          const std::string& password = "") {
    core::NatsSettings settings;
    settings.servers = {address};
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

  // Takes the lines that are whole; returns how many begin with `word`.
  static size_t TakeLines(const std::string& word, std::string* input) {
    size_t count = 0;
    for (size_t end; (end = input->find("\r\n")) != std::string::npos; input->erase(0, end + 2)) {
      if (input->compare(0, word.size(), word) == 0) ++count;
    }
    return count;
  }

  // Greets, and acknowledges nothing.
  support::ScriptedServer::Handler Greeting(std::function<bool(size_t)> on_published) {
    return [on_published](std::string* input, std::string* output) {
      if (input->find("CONNECT") != std::string::npos) {
        TakeLines("", input);
        *output = "PONG\r\n";
        return true;
      }
      return on_published(TakeLines("HPUB ", input));
    };
  }

  std::atomic<size_t> hung_{0};
  support::ScriptedServer hanging_{Greeting([this](size_t count) {
                                     hung_ += count;
                                     return true;
                                   }),
                                   kInfo};
  support::ScriptedServer breaking_{Greeting([](size_t /*count*/) { return false; }), kInfo};
  support::ScriptedServer hostile_{[](std::string* input, std::string* output) {
                                     input->clear();
                                     *output = "-ERR 'Invalid \x01\x1b[31m\xff\xfe " +
                                               std::string(4000, 'x') + "'\r\n";
                                     return true;
                                   },
                                   kInfo};
  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  support::PlainSecrets secrets_;
  support::NatsConsumer consumer_{Server()->address(), "ductape", kPassword};
  dispatch::BrokerExecutor executor_{dispatch::BrokerOptions(), &egress_, &clock_, &secrets_};
};

INSTANTIATE_TEST_SUITE_P(Nats, ExecutorSuite, testing::Values([]() -> std::unique_ptr<Bench> {
                           return std::make_unique<NatsBench>();
                         }));

}  // namespace
}  // namespace conformance
