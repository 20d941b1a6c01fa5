#include "scheduler/dispatch/notification/service_account.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "scheduler/core/failure.h"
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using nlohmann::json;

class ServiceAccountTest : public testing::Test {
 protected:
  ServiceAccountTest() : key_(EVP_RSA_gen(2048), &EVP_PKEY_free) {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    pem_.assign(data, static_cast<size_t>(size));
    BIO_free(bio);
  }
  json File() const {
    return {{"type", "service_account"},       {"project_id", "p"},
            {"private_key_id", "k1"},          {"private_key", pem_},
            {"client_email", "svc@p.example"}, {"token_uri", "https://oauth2.example/token"}};
  }
  bool Verifies(const std::string& text, const std::string& signature) const {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key_.get());
    const int good = EVP_DigestVerify(
        context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
        reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    return good == 1;
  }
  static std::string Decoded(const std::string& part) {
    std::string text;
    EXPECT_TRUE(absl::WebSafeBase64Unescape(part, &text));
    return text;
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::string pem_;
};

TEST_F(ServiceAccountTest, TheTokenIsAskedForByASignedJwt) {
  const absl::StatusOr<ServiceAccount> account = ParseServiceAccount(File().dump());
  ASSERT_TRUE(account.ok()) << account.status();
  const absl::StatusOr<HttpCall> call = BuildTokenCall(*account, "scope", 1'735'787'045'678);
  ASSERT_TRUE(call.ok()) << call.status();
  EXPECT_EQ(call->url, "https://oauth2.example/token");
  const std::string prefix =
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  ASSERT_EQ(call->body.substr(0, prefix.size()), prefix);
  const std::vector<std::string> parts = absl::StrSplit(call->body.substr(prefix.size()), '.');
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(Decoded(parts[0]), R"({"alg":"RS256","kid":"k1","typ":"JWT"})");
  EXPECT_EQ(json::parse(Decoded(parts[1])), json({{"iss", "svc@p.example"},
                                                  {"scope", "scope"},
                                                  {"aud", "https://oauth2.example/token"},
                                                  {"iat", 1'735'787'045},
                                                  {"exp", 1'735'790'645}}));
  EXPECT_TRUE(Verifies(parts[0] + "." + parts[1], Decoded(parts[2])));
}

TEST_F(ServiceAccountTest, WhatIsNoKeyFileIsRefusedWithoutAWordOfIt) {
  for (const char* name : {"project_id", "private_key", "client_email", "token_uri"}) {
    json file = File();
    file.erase(name);
    const absl::Status status = ParseServiceAccount(file.dump()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), testing::Not(testing::HasSubstr("svc@")));
  }
  EXPECT_FALSE(ParseServiceAccount("nonsense").ok());
  json file = File();
  file["private_key"] = "nonsense";
  EXPECT_EQ(BuildTokenCall(*ParseServiceAccount(file.dump()), "s", 0).status().code(),
            absl::StatusCode::kUnavailable);
}

HttpAnswer Answer(int status, const std::string& body) {
  HttpAnswer answer;
  answer.status = status;
  answer.body = body;
  return answer;
}

TEST(TokenAnswerTest, GivesTheToken) {
  const AccessToken token =
      ReadTokenAnswer(Answer(200, R"({"access_token":"t","expires_in":3599})"), 0);
  EXPECT_EQ(token.token, "t");
  EXPECT_EQ(token.lifetime, 3'599'000);
  EXPECT_EQ(ReadTokenAnswer(Answer(200, R"({"access_token":"t"})"), 0).lifetime, 3'600'000);
  const AccessToken broken = ReadTokenAnswer(Answer(200, R"({"access_token":"a\nb"})"), 0);
  EXPECT_EQ(broken.token, "");
  EXPECT_EQ(broken.refusal.message,
            "access token: HTTP 200: the answer has no access token that can be sent");
}

TEST(TokenAnswerTest, RefusalsGiveTheirClass) {
  const AccessToken refused =
      ReadTokenAnswer(Answer(400, R"({"error":"invalid_grant","error_description":"no"})"), 0);
  EXPECT_EQ(refused.token, "");
  EXPECT_EQ(refused.refusal.code, failure::kUnauthenticated);
  EXPECT_EQ(refused.refusal.message, "access token: HTTP 400: invalid_grant: no");
  EXPECT_EQ(ReadTokenAnswer(Answer(503, ""), 0).refusal.code, failure::kUnavailable);
  EXPECT_EQ(ReadTokenAnswer(Answer(200, "{}"), 0).refusal.code, failure::kUnavailable);
  HttpAnswer none;
  none.transport = absl::UnavailableError("refused");
  EXPECT_EQ(ReadTokenAnswer(none, 0).refusal.code, failure::kConnection);
}

}  // namespace
}  // namespace scheduler::dispatch
