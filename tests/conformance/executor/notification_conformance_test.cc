#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/notification/notification_executor.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/http_server.h"
#include "tests/support/notifications.h"
#include "tests/support/smtp_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

// Email, since it is the channel whose target is no HTTP server.
class EmailBench final : public Bench {
 public:
  ~EmailBench() override { executor_.Shutdown(); }

  dispatch::Executor* executor() override { return &executor_; }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::GrpcTarget();
    core::EmailMessage email;
    email.from = "ops@example.com";
    email.to = {scenario == Scenario::kMalformed ? "nobody" : WhoFor(scenario) + "@example.com"};
    email.subject = "conformance";
    // The suite's input is what a mail is written from.
    email.text = R"({"order":17})";
    core::NotificationTarget target;
    target.channels = {{ConnectionFor(scenario), std::move(email)}};
    return target;
  }

  std::vector<std::shared_ptr<const core::StoredConnection>> Connections() override {
    return {Connection("works", server_.address()), Connection("hangs", server_.address()),
            Connection("refused", "127.0.0.1:" + std::to_string(support::UnusedPort())),
            Connection("unresolvable", "no-such-host.invalid:25"),
            Connection("denied", "169.254.169.254:25")};
  }

  // The output is the executor's own, and short.
  bool Plays(Scenario scenario) override { return scenario != Scenario::kHuge; }
  std::string SuccessOutput() override {
    return R"({"channels":[{"id":"TEST1","kind":"email","status":"sent"}]})";
  }
  std::map<std::string, std::string> LastFields() override {
    std::map<std::string, std::string> fields = server_.mails().back()["headers"];
    const std::string& id = fields["message-id"];
    fields["idempotency-key"] = id.substr(1, id.find('@') - 1);
    return fields;
  }
  std::string LastInput() override {
    std::string text = server_.mails().back()["text"].get<std::string>();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
  size_t deliveries() override { return server_.mail_count(); }

 private:
  static std::string ConnectionFor(Scenario scenario) {
    if (scenario == Scenario::kHang) return "hangs";
    if (scenario == Scenario::kRefused) return "refused";
    if (scenario == Scenario::kUnresolvable) return "unresolvable";
    return scenario == Scenario::kDenied ? "denied" : "works";
  }

  static std::string WhoFor(Scenario scenario) {
    switch (scenario) {
      case Scenario::kUnavailable:
        return "data-451_4.3.0_later";
      case Scenario::kRateLimited:
        return "data-451_4.4.5_congested";
      case Scenario::kValidation:
        return "data-552_5.3.4_too_big";
      case Scenario::kNotFound:
        return "reject-550_5.1.1_nobody";
      case Scenario::kUnauthenticated:
        return "reject-530_5.7.0_authentication_required";
      case Scenario::kForbidden:
        return "data-554_5.7.1_spam";
      case Scenario::kHang:
        return "hang";
      case Scenario::kBreak:
        return "break";
      case Scenario::kHuge:
        return "huge";
      case Scenario::kHostileText:
        return "hostile";
      default:
        return "a";
    }
  }

  static std::shared_ptr<const core::StoredConnection> Connection(const std::string& tag,
                                                                  const std::string& address) {
    core::SmtpSettings settings;
    settings.address = address;
    settings.security = core::SmtpSettings::Security::kNone;
    return support::ConnectionOf(tag, settings);
  }

  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  support::SmtpServer server_;
  dispatch::NotificationExecutor executor_{dispatch::NotificationOptions(), &egress_, &clock_,
                                           nullptr, nullptr};
};

std::vector<BenchFactory> Factories() {
  if (!support::SmtpServer::Available()) return {};
  return {[]() -> std::unique_ptr<Bench> { return std::make_unique<EmailBench>(); }};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExecutorSuite);
INSTANTIATE_TEST_SUITE_P(Email, ExecutorSuite, testing::ValuesIn(Factories()));

}  // namespace
}  // namespace conformance
