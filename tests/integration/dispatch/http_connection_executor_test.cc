// HTTP targets with a connection, against a server that says what it was sent.

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/http_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

using support::Attempt;
using support::ClaimedRunOf;
using support::CodeOf;
using support::HttpServerAnswer;

constexpr char kSecret[] = "hunter2-is-the-secret";

class OneSecret final : public secrets::SecretSource {
 public:
  absl::StatusOr<base::SecretText> Read(const core::ConnectionSpec& /*connection*/,
                                        const std::string& /*place*/,
                                        const core::Secret& secret) override {
    if (secret.name == "gone") return absl::UnavailableError("the secret cannot be read");
    if (secret.name == "lines") return base::SecretText("hunter2\n");
    return base::SecretText(kSecret);
  }
  bool IsAtHand(const core::Secret& secret) override {
    return secret.source != core::Secret::Source::kFile;
  }
};

class HttpConnectionExecutorTest : public testing::Test {
 protected:
  HttpConnectionExecutorTest() { settings_.base_url = server_.url("/v2"); }

  AttemptResult Run(const std::string& url, bool with_connection = true) {
    core::HttpTarget target;
    target.connection = "billing";
    target.url = url;
    core::ClaimedRun run = ClaimedRunOf(target);
    if (with_connection) {
      auto connection = std::make_shared<core::StoredConnection>();
      connection->spec.tag = "billing";
      connection->spec.env[""] = settings_;
      run.connections = {std::move(connection)};
    }
    return std::make_unique<Attempt>(&executor_, std::move(run))->Wait();
  }
  void AuthenticateBy(const std::string& name) {
    settings_.auth = core::BearerAuth{{core::Secret::Source::kEnvVar, name, {}}};
  }

  base::SystemClock clock_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  // Sends back what it got, after `padding` bytes.
  int status_ = 200;
  size_t padding_ = 0;
  support::HttpServer server_{[this](const support::HttpServerRequest& request) {
    HttpServerAnswer answer;
    answer.status = status_;
    answer.body = std::string(padding_, 'x') + request.target + " " +
                  request.Header("authorization") + " " + request.Header("x-key");
    return answer;
  }};
  core::HttpSettings settings_;
  OneSecret secrets_;
  HttpExecutor executor_{HttpOptions(), &egress_, &clock_, &secrets_};
};

TEST_F(HttpConnectionExecutorTest, SendsWhatTheConnectionAdds) {
  AuthenticateBy("token");
  settings_.headers = {{"X-Key", "plain"}};
  const AttemptResult result = Run("/orders?a=b");
  EXPECT_EQ(CodeOf(result), "COMPLETED");
  const support::HttpServerRequest seen = server_.requests().back();
  EXPECT_EQ(seen.target, "/v2/orders?a=b");
  EXPECT_EQ(seen.Header("authorization"), std::string("Bearer ") + kSecret);
  EXPECT_EQ(result.output->output, "/v2/orders?a=b Bearer [redacted] plain");
}

TEST_F(HttpConnectionExecutorTest, ASecretThatIsNotAtHandIsReadApart) {
  settings_.auth = core::BearerAuth{{core::Secret::Source::kFile, "/run/secrets/token", {}}};
  EXPECT_EQ(CodeOf(Run("/orders")), "COMPLETED");
  EXPECT_EQ(server_.requests().back().Header("authorization"), std::string("Bearer ") + kSecret);
  settings_.auth = core::BearerAuth{{core::Secret::Source::kFile, "gone", {}}};
  EXPECT_EQ(CodeOf(Run("/orders")), "SECRET_UNAVAILABLE");
  executor_.Shutdown();
  settings_.auth = core::BearerAuth{{core::Secret::Source::kFile, "/run/secrets/token", {}}};
  EXPECT_EQ(CodeOf(Run("/orders")), "CANCELLED");
}

TEST_F(HttpConnectionExecutorTest, TemplatesNameSecretsOfTheConnection) {
  settings_.secrets["api_key"] = {core::Secret::Source::kEnvVar, "token", {}};
  settings_.secrets["gone"] = {core::Secret::Source::kEnvVar, "gone", {}};
  settings_.secrets["late"] = {core::Secret::Source::kFile, "/run/secrets/token", {}};
  const AttemptResult result = Run("/orders?key={{secrets.api_key}}&late={{secrets.late}}");
  ASSERT_EQ(CodeOf(result), "COMPLETED");
  EXPECT_EQ(server_.requests().back().target,
            base::StrCat("/v2/orders?key=", kSecret, "&late=", kSecret));
  EXPECT_EQ(result.output->output.find("hunter2"), std::string::npos);
  EXPECT_EQ(CodeOf(Run("/orders?key={{secrets.gone}}")), "SECRET_UNAVAILABLE");
  settings_.secrets["lines"] = {core::Secret::Source::kEnvVar, "lines", {}};
  EXPECT_EQ(CodeOf(Run("/orders?key={{secrets.lines}}")), "SECRET_UNAVAILABLE");
  const AttemptResult unknown = Run("/orders?key={{secrets.nosuch}}");
  EXPECT_EQ(CodeOf(unknown), "VALIDATION");
  EXPECT_NE(unknown.error->message.find("nosuch"), std::string::npos);
}

TEST_F(HttpConnectionExecutorTest, ErrorsAreRedacted) {
  AuthenticateBy("token");
  status_ = 400;
  const AttemptResult result = Run("/orders");
  EXPECT_EQ(CodeOf(result), "VALIDATION");
  EXPECT_EQ(result.error->message, "HTTP 400: /v2/orders Bearer [redacted] ");
  EXPECT_EQ(result.output->output.find("hunter2"), std::string::npos);
}

TEST_F(HttpConnectionExecutorTest, NoCutLeavesHalfASecret) {
  AuthenticateBy("token");
  status_ = 400;
  const size_t before = std::string("/v2/orders Bearer hunter2").size();
  // Cut within the secret: once where the output ends, once where the error's excerpt does.
  for (const size_t end : {size_t{base::limits::kMaxOutputBytes}, size_t{256}}) {
    padding_ = end - before;
    const AttemptResult result = Run("/orders");
    EXPECT_EQ(result.output->output.find("hunter2"), std::string::npos);
    EXPECT_EQ(result.error->message.find("hunter2"), std::string::npos);
  }
}

TEST_F(HttpConnectionExecutorTest, TellsWhatIsMissing) {
  AttemptResult result = Run("/orders", /*with_connection=*/false);
  EXPECT_EQ(CodeOf(result), "CONNECTION_NOT_FOUND");
  EXPECT_NE(result.error->message.find("billing"), std::string::npos);
  AuthenticateBy("gone");
  EXPECT_EQ(CodeOf(Run("/orders")), "SECRET_UNAVAILABLE");
  EXPECT_EQ(CodeOf(Run("http://127.0.0.2:9/")), "VALIDATION");
  settings_.base_url.clear();
  EXPECT_EQ(CodeOf(Run("/orders")), "VALIDATION");
  EXPECT_EQ(server_.request_count(), 0U);
}

}  // namespace
}  // namespace scheduler::dispatch
