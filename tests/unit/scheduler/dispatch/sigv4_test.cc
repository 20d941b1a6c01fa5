#include "scheduler/dispatch/sigv4.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

// 2015-08-30T12:36:00Z
constexpr base::Millis kNow = 1'440'938'160'000;

constexpr char kSessionToken[] =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfp"
    "SPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQ"
    "DYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+s"
    "cqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

// A case of AWS's signing test suite (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4): what is signed
// in the name of AKIDEXAMPLE for "service" in us-east-1, and the signature.
struct Case {
  std::string name;
  std::string method;
  std::string path;
  std::string query;
  HttpHeaders headers;  // besides Host: example.amazonaws.com
  std::string body;
  std::string session_token;
  std::string signature;
};

std::vector<Case> Cases() {
  return {
      {"get-header-key-duplicate",
       "GET",
       "/",
       "",
       {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
       "",
       "",
       "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
      {"get-header-value-multiline",
       "GET",
       "/",
       "",
       {{"My-Header1", "value1\n  value2\n     value3"}},
       "",
       "",
       "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
      {"get-header-value-order",
       "GET",
       "/",
       "",
       {{"My-Header1", "value4"},
        {"My-Header1", "value1"},
        {"My-Header1", "value3"},
        {"My-Header1", "value2"}},
       "",
       "",
       "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
      {"get-header-value-trim",
       "GET",
       "/",
       "",
       {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
       "",
       "",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"get-relative-normalized",
       "GET",
       "/example/..",
       "",
       {},
       "",
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-relative-relative-normalized",
       "GET",
       "/example1/example2/../..",
       "",
       {},
       "",
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slash-dot-slash-normalized",
       "GET",
       "/./",
       "",
       {},
       "",
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slash-normalized",
       "GET",
       "//",
       "",
       {},
       "",
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-slash-pointless-dot-normalized",
       "GET",
       "/./example",
       "",
       {},
       "",
       "",
       "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
      {"get-slashes-normalized",
       "GET",
       "//example//",
       "",
       {},
       "",
       "",
       "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
      {"get-space-normalized",
       "GET",
       "/example space/",
       "",
       {},
       "",
       "",
       "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
      {"get-unreserved",
       "GET",
       "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
       "",
       {},
       "",
       "",
       "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
      {"get-utf8",
       "GET",
       "/ሴ",
       "",
       {},
       "",
       "",
       "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"get-vanilla-empty-query-key",
       "GET",
       "/",
       "Param1=value1",
       {},
       "",
       "",
       "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
      {"get-vanilla-query-order-encoded",
       "GET",
       "/",
       "Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
       {},
       "",
       "",
       "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
      {"get-vanilla-query-order-key-case",
       "GET",
       "/",
       "Param2=value2&Param1=value1",
       {},
       "",
       "",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-query-unreserved",
       "GET",
       "/",
       "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~"
       "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
       {},
       "",
       "",
       "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
      {"get-vanilla-query",
       "GET",
       "/",
       "",
       {},
       "",
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"get-vanilla-utf8-query",
       "GET",
       "/",
       "ሴ=bar",
       {},
       "",
       "",
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"get-vanilla-with-session-token",
       "GET",
       "/",
       "",
       {},
       "",
       "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
       "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
      {"get-vanilla",
       "GET",
       "/",
       "",
       {},
       "",
       "",
       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
      {"post-header-key-case",
       "POST",
       "/",
       "",
       {},
       "",
       "",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"post-header-key-sort",
       "POST",
       "/",
       "",
       {{"My-Header1", "value1"}},
       "",
       "",
       "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
      {"post-header-value-case",
       "POST",
       "/",
       "",
       {{"My-Header1", "VALUE1"}},
       "",
       "",
       "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
      {"post-sts-header-after",
       "POST",
       "/",
       "",
       {},
       "",
       "",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"post-sts-header-before",
       "POST",
       "/",
       "",
       {},
       "",
       kSessionToken,
       "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
      {"post-vanilla-empty-query-value",
       "POST",
       "/",
       "Param1=value1",
       {},
       "",
       "",
       "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
      {"post-vanilla-query",
       "POST",
       "/",
       "Param1=value1",
       {},
       "",
       "",
       "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
      {"post-vanilla",
       "POST",
       "/",
       "",
       {},
       "",
       "",
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"post-x-www-form-urlencoded-parameters",
       "POST",
       "/",
       "",
       {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
        {"Content-Length", "13"},
        {"X-Amz-Content-Sha256",
         "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"}},
       "Param1=value1",
       "",
       "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422"},
      {"post-x-www-form-urlencoded",
       "POST",
       "/",
       "",
       {{"Content-Type", "application/x-www-form-urlencoded"},
        {"Content-Length", "13"},
        {"X-Amz-Content-Sha256",
         "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"}},
       "Param1=value1",
       "",
       "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"},
  };
}

AwsKey ExampleKey() {
  AwsKey key;
  key.access_key_id = "AKIDEXAMPLE";
  key.secret_access_key =
      base::SecretText(std::string_view("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
  key.region = "us-east-1";
  key.service = "service";
  return key;
}

std::string HeaderOf(const HttpHeaders& headers, const std::string& name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(SigV4Test, SignsAsTheTestSuiteOfAwsSays) {
  for (const Case& c : Cases()) {
    AwsKey key = ExampleKey();
    key.session_token = base::SecretText(c.session_token);
    AwsRequest request{c.method, c.path, c.query, c.headers, c.body};
    request.headers.emplace_back("Host", "example.amazonaws.com");
    const std::string authorization = HeaderOf(SignatureOf(key, request, kNow), "Authorization");
    EXPECT_EQ(authorization.substr(authorization.find("Signature=") + 10), c.signature)
        << c.name << ": " << authorization;
  }
}

TEST(SigV4Test, SaysWhatItSigned) {
  AwsKey key = ExampleKey();
  key.session_token = base::SecretText(std::string_view("session"));
  const HttpHeaders added =
      SignatureOf(key, {"GET", "/", "", {{"Host", "example.amazonaws.com"}}, ""}, kNow);
  EXPECT_EQ(HeaderOf(added, "X-Amz-Date"), "20150830T123600Z");
  EXPECT_EQ(HeaderOf(added, "X-Amz-Security-Token"), "session");
  EXPECT_EQ(HeaderOf(added, "X-Amz-Content-Sha256"), "");
  EXPECT_EQ(
      HeaderOf(added, "Authorization")
          .rfind("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                 "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=",
                 0),
      0u);
}

// "GET Object" of "Signature Calculations for the Authorization Header" in the API reference of Amazon S3.
TEST(SigV4Test, SignsForS3) {
  AwsKey key;
  key.access_key_id = "AKIAIOSFODNN7EXAMPLE";
  key.secret_access_key =
      base::SecretText(std::string_view("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
  key.region = "us-east-1";
  key.service = "s3";
  const HttpHeaders added =
      SignatureOf(key,
                  {"GET",
                   "/test.txt",
                   "",
                   {{"Host", "examplebucket.s3.amazonaws.com"}, {"Range", "bytes=0-9"}},
                   ""},
                  1'369'353'600'000);
  const std::string authorization = HeaderOf(added, "Authorization");
  EXPECT_EQ(authorization.substr(authorization.find("Signature=") + 10),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

// What the case get-vanilla-query-unreserved signs, whatever else the request has.
TEST(SigV4Test, SignsRequestsAsTheyAreSent) {
  HttpRequest request;
  request.method = core::HttpMethod::kPost;
  request.url = "https://example.amazonaws.com:443/?Param1=value1";
  request.headers = {"User-Agent: x", "Ductape-Job: y", "X-Empty;"};
  request.has_body = true;
  Sign(ExampleKey(), kNow, &request);
  ASSERT_EQ(request.headers.size(), 5u);
  EXPECT_EQ(request.headers[3], "X-Amz-Date: 20150830T123600Z");
  EXPECT_EQ(request.headers[4],
            "Authorization: AWS4-HMAC-SHA256 "
            "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            "SignedHeaders=host;x-amz-date, "
            "Signature=28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11");
  HttpCall call;
  call.url = "http://example.amazonaws.com?Param1=value1";
  Sign(ExampleKey(), kNow, &call);
  EXPECT_EQ("Authorization: " + HeaderOf(call.headers, "Authorization"), request.headers[4]);
}

}  // namespace
}  // namespace scheduler::dispatch
