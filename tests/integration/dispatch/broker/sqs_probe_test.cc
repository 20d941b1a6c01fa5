// Tests of AWS accounts by SQS, as moto plays it, and by servers that say what moto does not.

#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "scheduler/dispatch/broker/sqs_driver.h"
#include "tests/integration/dispatch/broker/probe_fixture.h"
#include "tests/support/http_server.h"
#include "tests/support/sqs_server.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;
using support::CodeOf;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using testing::HasSubstr;
using testing::Not;

class SqsProbeTest : public ProbeFixture {
 protected:
  SqsProbeTest() {
    settings_.region = "eu-central-1";
    settings_.access_key_id = "AKIDEXAMPLE";
    settings_.secret_access_key = support::PlainSecret("the-secret-access-key");
  }
  AttemptResult ProbeAt(const std::string& endpoint) {
    settings_.endpoint = endpoint;
    return Probe(driver_.get(), settings_);
  }
  AttemptResult ProbeWith(int status, const std::string& body) {
    support::HttpServer server([&](const HttpServerRequest& request) {
      asked_ = request;
      HttpServerAnswer answer;
      answer.status = status;
      answer.body = body;
      return answer;
    });
    return ProbeAt(server.url(""));
  }
  static std::string Refusal(const std::string& type) {
    return json({{"__type", "com.amazonaws.sqs#" + type}, {"message", "the reason"}}).dump();
  }

  core::AwsSettings settings_;
  HttpServerRequest asked_;
  const std::unique_ptr<BrokerDriver> driver_ = NewSqsDriver(options_, &egress_, &clock_);
};

TEST_F(SqsProbeTest, QueuesAreListed) {
  EXPECT_EQ(Told(ProbeWith(200, "{}")), "queues in eu-central-1 can be listed");
  EXPECT_EQ(asked_.Header("x-amz-target"), "AmazonSQS.ListQueues");
  EXPECT_EQ(asked_.body, R"({"MaxResults":1})");
  EXPECT_THAT(asked_.Header("authorization"), HasSubstr("Credential=AKIDEXAMPLE/"));
  EXPECT_EQ(CodeOf(ProbeWith(200, "<html>")), "UNAVAILABLE");
}

TEST_F(SqsProbeTest, WhoIsDeniedItIsKnown) {
  const std::string denied = "the account is known, and may not list queues in eu-central-1";
  EXPECT_EQ(Told(ProbeWith(400, Refusal("AccessDeniedException"))), denied);
  EXPECT_EQ(Told(ProbeWith(403, Refusal("AccessDenied"))), denied);
}

TEST_F(SqsProbeTest, OtherRefusalsFail) {
  const std::pair<const char*, const char*> cases[] = {
      {"InvalidClientTokenId", "UNAUTHENTICATED"},
      {"UnrecognizedClientException", "UNAUTHENTICATED"},
      {"SignatureDoesNotMatch", "UNAUTHENTICATED"},
      {"OptInRequired", "FORBIDDEN"},
      {"RequestThrottled", "RATE_LIMITED"}};
  for (const auto& [type, code] : cases) EXPECT_EQ(CodeOf(ProbeWith(403, Refusal(type))), code);
  // Of something that is not AWS.
  EXPECT_EQ(CodeOf(ProbeWith(403, "<html>no</html>")), "FORBIDDEN");
  EXPECT_EQ(CodeOf(ProbeAt("http://127.0.0.1:" + std::to_string(support::UnusedPort()))),
            "CONNECTION");
  EXPECT_EQ(CodeOf(ProbeAt("http://169.254.169.254")), "EGRESS_DENIED");
}

TEST_F(SqsProbeTest, MotoKnowsItsOwnAlone) {
  if (!support::SqsServer::Available()) GTEST_SKIP() << "no moto";
  support::SqsServer server;
  ASSERT_TRUE(server.Start());
  server.CreateQueue("orders");
  const support::SqsServer::AccessKey key = server.RequireSignatures(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]})");
  settings_.access_key_id = key.id;
  settings_.secret_access_key = support::PlainSecret(key.secret);
  EXPECT_EQ(Told(ProbeAt(server.endpoint())), "queues in eu-central-1 can be listed");
  // moto says so in XML, so that the status alone tells.
  settings_.secret_access_key = support::PlainSecret("another-secret-access-key");
  const std::string wrong = Told(ProbeAt(server.endpoint()));
  EXPECT_THAT(wrong, HasSubstr("SignatureDoesNotMatch"));
  EXPECT_THAT(wrong, testing::StartsWith("FORBIDDEN"));
  EXPECT_THAT(wrong, Not(HasSubstr("another-secret-access-key")));
}

}  // namespace
}  // namespace scheduler::dispatch
