#include "scheduler/secrets/aead_box.h"

#include <array>
#include <memory>

#include "scheduler/base/strings.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace scheduler::secrets {
namespace {

constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(char* text) { return reinterpret_cast<unsigned char*>(text); }

// Encrypts or decrypts `in` to `out`, which has as many bytes, after the associated data.
bool Run(EVP_CIPHER_CTX* cipher, bool encrypt, const KeyRing::Key& key, std::string_view nonce,
         std::string_view place, std::string_view in, char* out) {
  int done = 0;
  return EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), nullptr, Bytes(key.bytes.view()),
                           Bytes(nonce), encrypt ? 1 : 0) == 1 &&
         EVP_CipherUpdate(cipher, nullptr, &done, Bytes(place), static_cast<int>(place.size())) ==
             1 &&
         EVP_CipherUpdate(cipher, Bytes(out), &done, Bytes(in), static_cast<int>(in.size())) == 1 &&
         static_cast<size_t>(done) == in.size();
}

std::array<unsigned char, 32> Mac(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> mac{};
  unsigned int size = mac.size();
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(text), text.size(), mac.data(),
       &size);
  return mac;
}

std::string_view View(const std::array<unsigned char, 32>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string PlaceOf(const core::ConnectionSpec& connection, std::string_view place) {
  std::string all = connection.product;
  all.push_back('\0');
  all.append(connection.tag);
  all.push_back('\0');
  return all.append(place);
}

absl::StatusOr<core::SealedText> AeadBox::Seal(std::string_view place,
                                               std::string_view text) const {
  if (ring_.empty()) return absl::FailedPreconditionError("there is no key");
  const KeyRing::Key& key = ring_.keys().front();
  core::SealedText sealed;
  sealed.key_id = key.id;
  sealed.nonce.resize(kNonceBytes);
  sealed.ciphertext.resize(text.size() + kTagBytes);
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int rest = 0;
  char* const tag = sealed.ciphertext.data() + text.size();
  const bool done =
      cipher != nullptr && RAND_bytes(Bytes(sealed.nonce.data()), kNonceBytes) == 1 &&
      Run(cipher.get(), true, key, sealed.nonce, place, text, sealed.ciphertext.data()) &&
      EVP_CipherFinal_ex(cipher.get(), Bytes(tag), &rest) == 1 && rest == 0 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag) == 1;
  if (!done) return absl::InternalError("the secret could not be encrypted");
  return sealed;
}

absl::StatusOr<base::SecretText> AeadBox::Open(std::string_view place,
                                               const core::SealedText& sealed) const {
  const KeyRing::Key* const key = ring_.Find(sealed.key_id);
  if (key == nullptr) {
    return absl::NotFoundError(
        base::StrCat("it is stored under key \"", sealed.key_id, "\", which this server lacks"));
  }
  const absl::Status damaged =
      absl::DataLossError("what is stored cannot be decrypted: it is damaged, or of another place");
  if (sealed.nonce.size() != kNonceBytes || sealed.ciphertext.size() < kTagBytes) return damaged;
  const std::string_view all = sealed.ciphertext;
  const std::string_view body = all.substr(0, all.size() - kTagBytes);
  std::string tag(all.substr(body.size()));
  base::SecretText text(body.size());
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  std::array<unsigned char, kTagBytes> rest{};
  int rest_size = 0;
  const bool done =
      cipher != nullptr && Run(cipher.get(), false, *key, sealed.nonce, place, body, text.data()) &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_CipherFinal_ex(cipher.get(), rest.data(), &rest_size) == 1 && rest_size == 0;
  if (!done) return damaged;
  return text;
}

std::string AeadBox::Fingerprint(std::string_view text) const {
  if (ring_.empty()) return std::string(View({}));
  const auto key = Mac(ring_.keys().front().bytes.view(), "ductape-jobs fingerprint");
  const auto mac = Mac(View(key), text);
  return std::string(View(mac));
}

}  // namespace scheduler::secrets
