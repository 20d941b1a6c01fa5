#include "server/converters/page_token.h"

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/status_macros.h"
#include "server/strings.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace server {
namespace {

namespace core = scheduler::core;
namespace engine = scheduler::engine;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;

constexpr size_t kChecksumBytes = 12;
constexpr char kUidBody = 'u';
constexpr char kRunBody = 'r';

void AppendFixed64(uint64_t value, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

// REQUIRES: text has 8 bytes from `at`.
uint64_t Fixed64At(std::string_view text, size_t at) {
  uint64_t value = 0;
  for (size_t i = at; i < at + 8; ++i) value = (value << 8) | static_cast<unsigned char>(text[i]);
  return value;
}

}  // namespace

std::string PageTokens::Make(std::string_view query, core::Uid after) const {
  std::string body(1, kUidBody);
  AppendFixed64(after, &body);
  return Seal(query, std::move(body));
}

std::string PageTokens::Make(std::string_view query, const engine::RunCursor& after) const {
  std::string body(1, kRunBody);
  body.push_back(after.unsuccessful ? '\1' : '\0');
  AppendFixed64(after.key.uid, &body);
  AppendFixed64(static_cast<uint64_t>(after.key.number), &body);
  AppendFixed64(static_cast<uint64_t>(after.end_time), &body);
  return Seal(query, std::move(body));
}

absl::StatusOr<core::Uid> PageTokens::ReadUid(std::string_view query,
                                              const std::string& token) const {
  DUCTAPE_ASSIGN_OR_RETURN(const std::string body, Open(query, token));
  if (body.size() != 9 || body[0] != kUidBody) return errors::PageTokenInvalid();
  return Fixed64At(body, 1);
}

absl::StatusOr<engine::RunCursor> PageTokens::ReadRunCursor(std::string_view query,
                                                            const std::string& token) const {
  DUCTAPE_ASSIGN_OR_RETURN(const std::string body, Open(query, token));
  if (body.size() != 26 || body[0] != kRunBody) return errors::PageTokenInvalid();
  engine::RunCursor cursor;
  cursor.unsuccessful = body[1] != '\0';
  cursor.key = {Fixed64At(body, 2), static_cast<int64_t>(Fixed64At(body, 10))};
  cursor.end_time = static_cast<scheduler::base::Millis>(Fixed64At(body, 18));
  return cursor;
}

std::string PageTokens::Seal(std::string_view query, std::string body) const {
  return absl::WebSafeBase64Escape(StrCat(body, Checksum(query, body)));
}

absl::StatusOr<std::string> PageTokens::Open(std::string_view query,
                                             const std::string& token) const {
  // Longer than any token there is: not worth decoding.
  constexpr size_t kMaxToken = 128;
  std::string bytes;
  if (token.size() > kMaxToken || !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() <= kChecksumBytes || absl::WebSafeBase64Escape(bytes) != token) {
    return errors::PageTokenInvalid();
  }
  const std::string checksum = bytes.substr(bytes.size() - kChecksumBytes);
  bytes.resize(bytes.size() - kChecksumBytes);
  if (CRYPTO_memcmp(checksum.data(), Checksum(query, bytes).data(), kChecksumBytes) != 0) {
    return errors::PageTokenInvalid();
  }
  return bytes;
}

std::string PageTokens::Checksum(std::string_view query, std::string_view body) const {
  std::string text;
  AppendFixed64(query.size(), &text);
  StrAppend(&text, query, body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
  return std::string(reinterpret_cast<const char*>(digest.data()), kChecksumBytes);
}

absl::StatusOr<int> ToPageSize(int32_t page_size) {
  if (page_size < 0) {
    return errors::FieldOutOfRange("page_size", StrCat(page_size),
                                   StrCat("0 to ", limits::kMaxPageSize));
  }
  return page_size == 0 ? limits::kDefaultPageSize : std::min(page_size, limits::kMaxPageSize);
}

}  // namespace server
