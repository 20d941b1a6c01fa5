// Messages to Pub/Sub by a service account: TLS, and the access tokens that its key gives.

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "scheduler/dispatch/notification/access_tokens.h"
#include "tests/integration/dispatch/broker/pubsub_fixture.h"
#include "tests/support/certificates.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;
using support::CodeOf;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using support::PublisherDouble;
using testing::HasSubstr;
using testing::Not;

class PubsubTokenTest : public PubsubFixture {
 protected:
  PubsubTokenTest() {
    Use({"grpcs://localhost:" + std::to_string(server_.port()), certificate_.certificate_file});
    const std::string key_file = dir_.File("account.key");
    support::RunCommand({"openssl", "genpkey", "-algorithm", "RSA", "-out", key_file},
                        dir_.File("log"));
    settings_.project = "my-project";
    settings_.service_account =
        support::PlainSecret(json({{"type", "service_account"},
                                   {"project_id", "my-project"},
                                   {"private_key_id", "k1"},
                                   {"private_key", support::ReadFile(key_file)},
                                   {"client_email", "jobs@my-project.iam.gserviceaccount.com"},
                                   {"token_uri", issuer_.url("/token")}})
                                 .dump());
  }

  HttpServerAnswer Issue() {
    HttpServerAnswer answer;
    const int number = ++issued_;
    answer.body = R"({"access_token":"token-)" + std::to_string(number) +
                  R"(-text","token_type":"Bearer","expires_in":3599})";
    if (issuer_refuses_) {
      answer.status = 400;
      answer.body = R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})";
    }
    return answer;
  }
  // Takes the tokens from `oldest_` on.
  PublisherDouble::Answer Serve(const PublisherDouble::Call& call) {
    const std::string sent = call.metadata.at("authorization");
    if (std::atoi(sent.substr(13).c_str()) >= oldest_) return Taken();
    PublisherDouble::Answer refused;
    refused.code = 16;
    refused.message = "not with " + sent;
    return refused;
  }
  AttemptResult Publish(int64_t number = 1) {
    return Run(To(Kind::kTopic, "orders"), settings_, number);
  }

  std::atomic<int> issued_{0};
  std::atomic<int> oldest_{1};
  std::atomic<bool> issuer_refuses_{false};
  support::TempDir dir_;
  const support::Certificate certificate_ =
      support::MakeCertificate(dir_, "localhost", "DNS:localhost");
  support::HttpServer issuer_{[this](const HttpServerRequest& /*request*/) { return Issue(); }};
  PublisherDouble server_{[this](const PublisherDouble::Call& call) { return Serve(call); },
                          certificate_.certificate_file, certificate_.key_file};
  core::PubsubSettings settings_;
};

TEST_F(PubsubTokenTest, ATokenIsHadOnceAndSentWithEachMessage) {
  std::vector<std::unique_ptr<support::Attempt>> attempts;
  for (int i = 1; i <= 50; ++i) {
    attempts.push_back(Begin(ClaimOf(To(Kind::kTopic, "orders"), settings_, i)));
  }
  for (const auto& attempt : attempts) {
    const AttemptResult result = attempt->Wait();
    EXPECT_EQ(CodeOf(result), "COMPLETED") << MessageOf(result);
  }
  EXPECT_EQ(issuer_.request_count(), 1u);
  EXPECT_THAT(issuer_.requests().at(0).body, HasSubstr("grant_type=urn%3Aietf"));
  const PublisherDouble::Call call = server_.calls().at(49);
  EXPECT_EQ(call.method, "/google.pubsub.v1.Publisher/Publish");
  EXPECT_EQ(call.metadata.at("authorization"), "Bearer token-1-text");
  EXPECT_EQ(call.metadata.at("x-goog-request-params"),
            "topic=projects%2Fmy-project%2Ftopics%2Forders");
}

TEST_F(PubsubTokenTest, ARefusedTokenIsHadAnewOnce) {
  EXPECT_EQ(CodeOf(Publish(1)), "COMPLETED");
  oldest_ = 2;
  EXPECT_EQ(CodeOf(Publish(2)), "COMPLETED");
  EXPECT_EQ(issuer_.request_count(), 2u);
  oldest_ = 100;
  const AttemptResult refused = Publish(3);
  EXPECT_EQ(CodeOf(refused), "UNAUTHENTICATED");
  EXPECT_THAT(MessageOf(refused), Not(HasSubstr("-text")));
  EXPECT_EQ(issuer_.request_count(), 3u);
}

TEST_F(PubsubTokenTest, AsManyTokensAsMayBeKeptAreKept) {
  HttpClient client(HttpOptions(), &egress_, &clock_);
  AccessTokens tokens(&client, &clock_, "a scope");
  const auto account = ParseServiceAccount(settings_.service_account.name);
  ASSERT_TRUE(account.ok());
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < AccessTokens::kMaxKept; ++i) {
      std::promise<AccessToken> answer;
      tokens.Get("account-" + std::to_string(i), *account, "",
                 [&](const AccessToken& token) { answer.set_value(token); });
      ASSERT_NE(answer.get_future().get().token, "");
    }
  }
  EXPECT_EQ(issuer_.request_count(), AccessTokens::kMaxKept);
  client.Shutdown();
}

TEST_F(PubsubTokenTest, AKeyThatIsNotTakenIsUnauthenticated) {
  issuer_refuses_ = true;
  const AttemptResult refused = Publish();
  EXPECT_EQ(CodeOf(refused), "UNAUTHENTICATED");
  EXPECT_THAT(MessageOf(refused), HasSubstr("Invalid JWT Signature."));
  EXPECT_EQ(server_.call_count(), 0u);
  issuer_refuses_ = false;
  EXPECT_EQ(CodeOf(Publish(2)), "COMPLETED");
}

TEST_F(PubsubTokenTest, AFileThatIsNoKeyFileIsSaid) {
  settings_.service_account = support::PlainSecret("sesame-opens-nothing");
  const AttemptResult result = Publish();
  EXPECT_EQ(CodeOf(result), "SECRET_UNAVAILABLE");
  EXPECT_THAT(MessageOf(result), Not(HasSubstr("sesame")));
  settings_.service_account = support::PlainSecret("gone");
  EXPECT_EQ(CodeOf(Publish(2)), "SECRET_UNAVAILABLE");
}

TEST_F(PubsubTokenTest, ACertificateOfAnotherIsNotTaken) {
  const support::Certificate other = support::MakeCertificate(dir_, "other", "DNS:localhost");
  BrokerExecutor executor(Options(), &egress_, &clock_, &secrets_);
  executor.Register("pubsub",
                    NewPubsubDriver(Options(), &egress_, &clock_,
                                    {"grpcs://localhost:" + std::to_string(server_.port()),
                                     other.certificate_file}));
  support::Attempt attempt(&executor, ClaimOf(To(Kind::kTopic, "orders"), settings_));
  EXPECT_EQ(CodeOf(attempt.Wait()), "CONNECTION");
  EXPECT_EQ(server_.call_count(), 0u);
}

}  // namespace
}  // namespace scheduler::dispatch
