#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/notification/notification_executor.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/certificates.h"
#include "tests/support/smtp_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

constexpr char kPassword[] = "sesame-of-mail";

class SmtpBench final : public FaultBenchBase {
 public:
  SmtpBench() : relay_(server_->port()) {}

  std::string kind() const override { return "smtp"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { server_->Kill(); }
  void StartServer() override {
    server_ = NewServer();
    relay_.ServeFrom(server_->port());
  }
  std::string Lacks(const std::string& fault) const override {
    return fault == fault::kRedirect ? "its protocol has none that is followed" : "";
  }
  // One that asks for STARTTLS.
  std::string UntrustedAddress() override {
    if (strange_ == nullptr) {
      const support::Certificate made = support::MakeCertificate(dir_, "mail", "IP:127.0.0.1");
      strange_ = std::make_unique<support::SmtpServer>(std::vector<std::string>{
          "--security", "starttls", "--cert", made.certificate_file, "--key", made.key_file});
    }
    return strange_->address();
  }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::SmtpSettings settings;
    settings.address = address;
    settings.security = wish == Wish::kTls ? core::SmtpSettings::Security::kStarttls
                                           : core::SmtpSettings::Security::kNone;
    settings.username = "jobs";
    settings.password = support::PlainSecret(wish == Wish::kWrongCredentials ? "wrong" : kPassword);
    settings.from = "ops@example.com";
    core::EmailMessage email;
    email.to = {wish == Wish::kOversize ? "huge@example.com" : "ann@example.com"};
    email.subject = "faults";
    email.text = "text";
    const std::string tag = absl::StrCat(address, static_cast<int>(wish));
    core::NotificationTarget target;
    target.channels = {{tag, std::move(email)}};
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(tag, settings)};
    return run;
  }

 private:
  static std::unique_ptr<support::SmtpServer> NewServer() {
    return std::make_unique<support::SmtpServer>(
        std::vector<std::string>{"--login", absl::StrCat("jobs:", kPassword)});
  }

  const support::TempDir dir_;
  std::unique_ptr<support::SmtpServer> server_ = NewServer();
  std::unique_ptr<support::SmtpServer> strange_;
  support::FaultRelay relay_;
  dispatch::NotificationExecutor executor_{dispatch::NotificationOptions(), &egress_, &clock_,
                                           &secrets_, nullptr};
};

std::vector<FaultBenchMaker> Makers() {
  if (!support::SmtpServer::Available()) return {};
  return {&MakeFaultBench<SmtpBench>};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FaultSuite);
INSTANTIATE_TEST_SUITE_P(Smtp, FaultSuite, testing::ValuesIn(Makers()));

}  // namespace
}  // namespace conformance
