// Tests of connections to Pub/Sub: Google's own for tests, and a server that says what that does not.

#include <atomic>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "scheduler/dispatch/broker/pubsub/pubsub_driver.h"
#include "tests/integration/dispatch/broker/probe_fixture.h"
#include "tests/support/certificates.h"
#include "tests/support/http_server.h"
#include "tests/support/publisher_double.h"
#include "tests/support/pubsub_server.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;
using support::CodeOf;
using support::HttpServerAnswer;
using support::HttpServerRequest;
using support::PublisherDouble;
using testing::HasSubstr;
using testing::Not;

constexpr char kListed[] = "topics of project my-project can be listed";
constexpr char kDenied[] = "the account is known, and may not list topics of project my-project";

class PubsubProbeTest : public ProbeFixture {
 protected:
  PubsubProbeTest() { settings_.project = "my-project"; }

  HttpServerAnswer Issue() {
    HttpServerAnswer answer;
    answer.body = R"({"access_token":"token-)" + std::to_string(++issued_) + "-text" + after_ +
                  R"(","token_type":"Bearer","expires_in":3599})";
    if (issuer_refuses_) {
      answer.status = 400;
      answer.body = R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})";
    }
    return answer;
  }
  void UseServiceAccount() {
    const std::string key_file = dir_.File("account.key");
    support::RunCommand({"openssl", "genpkey", "-algorithm", "RSA", "-out", key_file},
                        dir_.File("log"));
    settings_.service_account =
        support::PlainSecret(json({{"type", "service_account"},
                                   {"project_id", "my-project"},
                                   {"private_key_id", "k1"},
                                   {"private_key", support::ReadFile(key_file)},
                                   {"client_email", "jobs@my-project.iam.gserviceaccount.com"},
                                   {"token_uri", issuer_.url("/token")}})
                                 .dump());
  }
  AttemptResult Try() { return Probe(driver_.get(), settings_); }

  std::atomic<int> code_{0};  // of gRPC, that the server answers with
  std::atomic<int> issued_{0};
  std::string after_;  // in each token, as JSON
  std::atomic<bool> issuer_refuses_{false};
  support::TempDir dir_;
  const support::Certificate certificate_ =
      support::MakeCertificate(dir_, "localhost", "DNS:localhost");
  support::HttpServer issuer_{[this](const HttpServerRequest& /*request*/) { return Issue(); }};
  PublisherDouble server_{[this](const PublisherDouble::Call& call) {
                            PublisherDouble::Answer answer;
                            answer.code = code_;
                            const auto sent = call.metadata.find("authorization");
                            if (sent != call.metadata.end()) answer.message = sent->second;
                            return answer;
                          },
                          certificate_.certificate_file, certificate_.key_file};
  core::PubsubSettings settings_;
  const std::unique_ptr<BrokerDriver> driver_ = NewPubsubDriver(
      options_, &egress_, &clock_,
      {"grpcs://localhost:" + std::to_string(server_.port()), certificate_.certificate_file});
};

TEST_F(PubsubProbeTest, TopicsAreListedWithATokenOfItsOwn) {
  UseServiceAccount();
  EXPECT_EQ(Told(Try()), kListed);
  EXPECT_EQ(Told(Try()), kListed);
  EXPECT_EQ(issuer_.request_count(), 2u);
  const PublisherDouble::Call call = server_.calls().back();
  EXPECT_EQ(call.method, "/google.pubsub.v1.Publisher/ListTopics");
  EXPECT_EQ(call.metadata.at("authorization"), "Bearer token-2-text");
  EXPECT_EQ(call.metadata.at("x-goog-request-params"), "project=projects%2Fmy-project");
  EXPECT_EQ(call.request, std::string("\n\x13projects/my-project\x10\x01"));
}

TEST_F(PubsubProbeTest, EachTestHasConnectionsOfItsOwn) {
  UseServiceAccount();
  EXPECT_EQ(Told(Try()), kListed);
  EXPECT_EQ(Told(Try()), kListed);
  EXPECT_NE(server_.calls().at(0).peer, server_.calls().at(1).peer);
  EXPECT_EQ(issuer_.accepted(), 2);
}

TEST_F(PubsubProbeTest, WhoIsDeniedItIsKnownIfATokenSaysWho) {
  code_ = 7;
  EXPECT_EQ(CodeOf(Try()), "FORBIDDEN");
  UseServiceAccount();
  EXPECT_EQ(Told(Try()), kDenied);
}

TEST_F(PubsubProbeTest, WhatIsWrongIsTold) {
  UseServiceAccount();
  code_ = 16;
  const std::string refused = Told(Try());
  EXPECT_THAT(refused, testing::StartsWith("UNAUTHENTICATED"));
  EXPECT_THAT(refused, Not(HasSubstr("-text")));
  issuer_refuses_ = true;
  EXPECT_THAT(Told(Try()), HasSubstr("Invalid JWT Signature."));
  settings_.service_account = support::PlainSecret("sesame-opens-nothing");
  const std::string no_file = Told(Try());
  EXPECT_THAT(no_file, testing::StartsWith("SECRET_UNAVAILABLE"));
  EXPECT_THAT(no_file, Not(HasSubstr("sesame")));
  settings_.service_account = {};
  settings_.endpoint = "127.0.0.1:" + std::to_string(support::UnusedPort());
  EXPECT_EQ(CodeOf(Try()), "CONNECTION");
  settings_.endpoint = "169.254.169.254:80";
  EXPECT_EQ(CodeOf(Try()), "EGRESS_DENIED");
}

TEST_F(PubsubProbeTest, ATokenThatCannotBeSentEndsTheTest) {
  UseServiceAccount();
  for (const char* const after : {"\\u0001", "\\u0000", "\\u00e9", "\\r\\nx: y", "\\u007f"}) {
    after_ = after;
    const std::string told = Told(Try());
    EXPECT_THAT(told, testing::StartsWith("UNAVAILABLE: access token: ")) << after;
    EXPECT_THAT(told, Not(HasSubstr("-text"))) << after;
  }
  EXPECT_EQ(server_.call_count(), 0u);
}

TEST_F(PubsubProbeTest, AnEmulatorNeedsNoToken) {
  if (!support::PubsubServer::Available()) GTEST_SKIP() << "no Pub/Sub for tests";
  support::PubsubServer emulator;
  ASSERT_TRUE(emulator.Start());
  settings_.endpoint = emulator.address();
  EXPECT_EQ(Told(Try()), kListed);
}

}  // namespace
}  // namespace scheduler::dispatch
