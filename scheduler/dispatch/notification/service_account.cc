#include "scheduler/dispatch/notification/service_account.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/notification/api_answer.h"
#include "scheduler/dispatch/text.h"
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;

// As long as Google takes.
constexpr int64_t kAssertionSeconds = 3600;

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

// RFC 7515, 2: base64url without padding.
std::string Base64Url(const std::string& text) {
  std::string encoded = absl::WebSafeBase64Escape(text);
  encoded.erase(encoded.find_last_not_of('=') + 1);
  return encoded;
}

// RFC 6749, appendix A.12. What carries it may do worse than to refuse anything else.
bool IsPrintable(std::string_view token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

absl::Status CannotSign() {
  return absl::UnavailableError("the private key of the service account cannot sign");
}

// Never asks for a passphrase on the terminal.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*unused*/) { return -1; }

// RFC 7518, 3.3: RSASSA-PKCS1-v1_5 with SHA-256.
absl::StatusOr<std::string> SignRs256(std::string_view pem, const std::string& text) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassphrase, nullptr),
                   &EVP_PKEY_free);
  if (key == nullptr || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) return CannotSign();
  const DigestPtr digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1)
    return CannotSign();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  if (EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) != 1) return CannotSign();
  std::string signature(size, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(digest.get(), out, &size, bytes, text.size()) != 1) return CannotSign();
  signature.resize(size);
  return signature;
}

}  // namespace

absl::StatusOr<ServiceAccount> ParseServiceAccount(std::string_view json_text) {
  const json file = json::parse(json_text, nullptr, /*allow_exceptions=*/false);
  ServiceAccount account;
  account.project_id = TextOf(file, "project_id");
  account.client_email = TextOf(file, "client_email");
  account.private_key_id = TextOf(file, "private_key_id");
  account.token_uri = TextOf(file, "token_uri");
  account.private_key = base::SecretText(TextOf(file, "private_key"));
  if (account.project_id.empty() || account.client_email.empty() || account.token_uri.empty() ||
      account.private_key.empty()) {
    return absl::UnavailableError(
        "the secret service_account is not the JSON key file of a service account: project_id, "
        "client_email, "
        "token_uri and private_key are needed");
  }
  return account;
}

absl::StatusOr<HttpCall> BuildTokenCall(const ServiceAccount& account, std::string_view scope,
                                        base::Millis now) {
  json header = {{"alg", "RS256"}, {"typ", "JWT"}};
  if (!account.private_key_id.empty()) header["kid"] = account.private_key_id;
  const int64_t seconds = now / base::kSecond;
  const json claims = {{"iss", account.client_email},
                       {"scope", std::string(scope)},
                       {"aud", account.token_uri},
                       {"iat", seconds},
                       {"exp", seconds + kAssertionSeconds}};
  const std::string unsigned_text = StrCat(Base64Url(header.dump()), ".", Base64Url(claims.dump()));
  const absl::StatusOr<std::string> signature =
      SignRs256(account.private_key.view(), unsigned_text);
  if (!signature.ok()) return signature.status();
  HttpCall call;
  call.url = account.token_uri;
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  call.body = FormBody({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                        {"assertion", StrCat(unsigned_text, ".", Base64Url(*signature))}});
  call.repeatable = true;
  return call;
}

AccessToken ReadTokenAnswer(const HttpAnswer& answer, base::Millis now) {
  AccessToken token;
  if (!answer.transport.ok()) {
    token.refusal = UnansweredDelivery("", answer);
    return token;
  }
  const json body = JsonOf(answer);
  std::string text = TextOf(body, "access_token");
  const bool success = answer.status / 100 == 2;
  if (success && (text.empty() || !IsPrintable(text))) {
    // Nothing of the body, which may have a token all the same.
    token.refusal = RefusedDelivery("", answer, core::failure::kUnavailable,
                                    "the answer has no access token that can be sent", now);
  } else if (!success) {
    // RFC 6749, 5.2: invalid_grant, invalid_client and the like come with 400.
    const std::string error = TextOf(body, "error");
    token.refusal =
        error.empty() ? RefusedByStatus("", answer, now)
                      : RefusedDelivery(
                            "", answer,
                            answer.status == 400 ? core::failure::kUnauthenticated
                                                 : core::failure::ClassOfHttpStatus(answer.status),
                            StrCat(error, ": ", TextOf(body, "error_description")), now);
  }
  if (!token.refusal.code.empty()) {
    token.refusal.message.insert(0, "access token: ");
    return token;
  }
  token.token = std::move(text);
  int64_t seconds = 0;
  const std::string lifetime = TextOf(body, "expires_in");
  std::from_chars(lifetime.data(), lifetime.data() + lifetime.size(), seconds);
  const bool plausible = seconds > 0 && seconds <= 86'400;
  token.lifetime = (plausible ? seconds : kAssertionSeconds) * base::kSecond;
  return token;
}

}  // namespace scheduler::dispatch
