// Targets that are called by HTTP: any endpoint, AWS Lambda, and the services of push and short messages.

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/function/lambda_executor.h"
#include "scheduler/dispatch/http_executor.h"
#include "scheduler/dispatch/notification/notification_executor.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/http_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
using support::HttpServerAnswer;
using support::HttpServerRequest;

constexpr char kGood[] = "the-good-secret";

// The tag of a connection, and the word by which the server knows what is wished.
std::string WordOf(FaultBench::Wish wish) {
  switch (wish) {
    case FaultBench::Wish::kOversize:
      return "oversize";
    case FaultBench::Wish::kRedirect:
      return "redirect";
    default:
      return "success";
  }
}

// What is the same for all: a server that answers `success`, or what the word in the path or the body says.
class HttpFaultBench : public FaultBenchBase {
 public:
  support::FaultRelay* relay() override { return &relay_; }
  // More than the status line, before which libcurl has seen no answer.
  size_t bytes_of_half() const override { return 30; }
  void KillServer() override { server_.reset(); }
  void StartServer() override {
    server_ = NewServer();
    relay_.ServeFrom(server_->port());
  }

 protected:
  explicit HttpFaultBench(std::string success, int refusal = 401)
      : success_(std::move(success)), refusal_(refusal), server_(NewServer()) {}

  static std::string UrlOf(const std::string& address, Wish wish) {
    return absl::StrCat(wish == Wish::kTls ? "https://" : "http://", address);
  }
  // Wrong ones are "wrong" in the clear.
  static std::string SecretFor(Wish wish) {
    return wish == Wish::kWrongCredentials ? "wrong" : kGood;
  }

 private:
  std::unique_ptr<support::HttpServer> NewServer() {
    return std::make_unique<support::HttpServer>(
        [this](const HttpServerRequest& request) { return AnswerTo(request); });
  }

  HttpServerAnswer AnswerTo(const HttpServerRequest& request) const {
    HttpServerAnswer answer;
    answer.body = success_;
    const auto names = [&request](const char* word) {
      return absl::StrContains(request.target, word) || absl::StrContains(request.body, word);
    };
    if (names("oversize")) answer.kind = HttpServerAnswer::Kind::kEndless;
    if (names("redirect")) {
      answer.status = 307;
      answer.headers = {{"Location", "http://169.254.169.254/latest/meta-data/"}};
    }
    const std::string& account = request.Header("authorization");
    // Basic d3Jvbmc6… is "wrong:…"; AWS's has the name of the key.
    if (absl::StrContains(account, "wrong") || absl::StrContains(account, "d3Jvbmc6")) {
      answer.status = refusal_;
      answer.headers = {{"X-Amzn-ErrorType", "UnrecognizedClientException"}};
    }
    return answer;
  }

  const std::string success_;
  const int refusal_;
  std::unique_ptr<support::HttpServer> server_;
  support::FaultRelay relay_{server_->port()};
};

class EndpointBench final : public HttpFaultBench {
 public:
  EndpointBench() : HttpFaultBench(R"({"pong":true})") {}

  std::string kind() const override { return "http"; }
  dispatch::Executor* executor() override { return &executor_; }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::HttpSettings settings;
    settings.base_url = UrlOf(address, wish);
    settings.auth = core::BearerAuth{support::PlainSecret(SecretFor(wish))};
    core::HttpTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.url = "/" + WordOf(wish);
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  dispatch::HttpExecutor executor_{dispatch::HttpOptions(), &egress_, &clock_, &secrets_};
};

class LambdaBench final : public HttpFaultBench {
 public:
  LambdaBench() : HttpFaultBench(R"({"pong":true})", /*refusal=*/403) {}

  std::string kind() const override { return "lambda"; }
  dispatch::Executor* executor() override { return &executor_; }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::AwsSettings settings;
    settings.region = "eu-central-1";
    settings.access_key_id = SecretFor(wish);
    settings.secret_access_key = support::PlainSecret("the-secret-access-key");
    settings.endpoint = UrlOf(address, wish);
    core::LambdaTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.function = WordOf(wish);
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  dispatch::LambdaExecutor executor_{dispatch::HttpOptions(), &egress_, &clock_, &secrets_};
};

class PushBench final : public HttpFaultBench {
 public:
  PushBench() : HttpFaultBench(R"({"data":[{"status":"ok","id":"X1"}]})") {}

  std::string kind() const override { return "push"; }
  dispatch::Executor* executor() override { return &executor_; }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::PushSettings settings;
    settings.access_token = support::PlainSecret(SecretFor(wish));
    settings.endpoint = UrlOf(address, wish);
    const std::string tag = absl::StrCat(address, static_cast<int>(wish));
    core::NotificationTarget target;
    target.channels = {{tag, core::PushMessage{{"device"}, "title", WordOf(wish), {}}}};
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(tag, settings)};
    return run;
  }

 private:
  dispatch::NotificationExecutor executor_{dispatch::NotificationOptions(), &egress_, &clock_,
                                           &secrets_, nullptr};
};

class SmsBench final : public HttpFaultBench {
 public:
  SmsBench() : HttpFaultBench(R"({"sid":"SM1"})") {}

  std::string kind() const override { return "sms"; }
  dispatch::Executor* executor() override { return &executor_; }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::SmsSettings settings;
    settings.account = SecretFor(wish);
    settings.secret = support::PlainSecret("s3cret-of-sms");
    settings.from = "+15005550006";
    settings.endpoint = UrlOf(address, wish);
    const std::string tag = absl::StrCat(address, static_cast<int>(wish));
    core::NotificationTarget target;
    target.channels = {{tag, core::SmsMessage{"", {"+4915123456789"}, WordOf(wish)}}};
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(tag, settings)};
    return run;
  }

 private:
  dispatch::NotificationExecutor executor_{dispatch::NotificationOptions(), &egress_, &clock_,
                                           &secrets_, nullptr};
};

INSTANTIATE_TEST_SUITE_P(Http, FaultSuite, testing::Values(&MakeFaultBench<EndpointBench>));
INSTANTIATE_TEST_SUITE_P(Lambda, FaultSuite, testing::Values(&MakeFaultBench<LambdaBench>));
INSTANTIATE_TEST_SUITE_P(Push, FaultSuite, testing::Values(&MakeFaultBench<PushBench>));
INSTANTIATE_TEST_SUITE_P(Sms, FaultSuite, testing::Values(&MakeFaultBench<SmsBench>));

}  // namespace
}  // namespace conformance
