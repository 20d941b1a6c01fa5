#include "scheduler/dispatch/broker/nats_credentials.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include <openssl/evp.h>

namespace scheduler::dispatch {
namespace {

constexpr size_t kSeedBytes = 32;  // of Ed25519, RFC 8032
// A seed in base32: two bytes of prefix, the seed, two bytes of CRC-16.
constexpr size_t kEncodedBytes = 2 + kSeedBytes + 2;

// The first line after the one that begins with "-----BEGIN" and has `what`.
std::string_view BlockOf(std::string_view text, std::string_view what) {
  bool within = false;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (within) return line;
    within = line.substr(0, 10) == "-----BEGIN" && line.find(what) != std::string_view::npos;
  }
  return {};
}

// RFC 4648 without padding; nothing if it is none.
std::optional<base::SecretText> DecodeBase32(std::string_view text) {
  base::SecretText decoded(text.size() * 5 / 8);
  uint32_t bits = 0;
  int count = 0;
  size_t at = 0;
  for (const char c : text) {
    uint32_t value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<uint32_t>(c - 'A');
    } else if (c >= '2' && c <= '7') {
      value = static_cast<uint32_t>(c - '2' + 26);
    } else {
      return std::nullopt;
    }
    bits = (bits << 5) | value;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    if (at < decoded.size()) decoded.data()[at++] = static_cast<char>((bits >> count) & 0xff);
  }
  return decoded;
}

}  // namespace

std::string NatsCredentials::Sign(std::string_view nonce) const {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(seed.view().data());
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes, seed.size()), &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  std::array<uint8_t, 64> signature = {};
  size_t size = signature.size();
  if (key == nullptr || context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size,
                     reinterpret_cast<const uint8_t*>(nonce.data()), nonce.size()) != 1) {
    return "";
  }
  std::string encoded;
  absl::WebSafeBase64Escape({reinterpret_cast<const char*>(signature.data()), size}, &encoded);
  return encoded;
}

absl::StatusOr<NatsCredentials> ReadNatsCredentials(std::string_view text) {
  const absl::Status bad =
      absl::InvalidArgumentError("the secret at credentials holds no JWT and seed of a user");
  NatsCredentials credentials;
  credentials.jwt = BlockOf(text, "JWT");
  const std::string_view seed = BlockOf(text, "SEED");
  if (credentials.jwt.empty() || seed.substr(0, 2) != "SU") return bad;
  const std::optional<base::SecretText> decoded = DecodeBase32(seed);
  if (!decoded || decoded->size() != kEncodedBytes) return bad;
  credentials.seed = base::SecretText(decoded->view().substr(2, kSeedBytes));
  return credentials;
}

}  // namespace scheduler::dispatch
