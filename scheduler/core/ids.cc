#include "scheduler/core/ids.h"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

// Crockford's base32 (https://www.crockford.com/base32.html) in lower case: without i, l, o and u,
// and rising in ASCII.
constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr size_t kUidLength = 13;
constexpr int kBitsPerDigit = 5;
// 13 digits hold 65 bits: the first one has four.
constexpr int kMaxFirstDigit = 15;
constexpr size_t kMaxNumberLength = std::numeric_limits<int64_t>::digits10 + 1;

// The value of each byte as a digit; -1 for those that are none.
constexpr std::array<int8_t, 256> MakeDigitValues() {
  std::array<int8_t, 256> values{};
  for (int8_t& value : values) value = -1;
  for (size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<int8_t>(i);
  }
  return values;
}
constexpr std::array<int8_t, 256> kDigitValues = MakeDigitValues();

void WriteUid(Uid uid, char* out) {
  for (size_t i = kUidLength; i-- > 0;) {
    out[i] = kDigits[uid & 31];
    uid >>= kBitsPerDigit;
  }
}

// A decimal number ≥ 1 as it is printed: digits alone, none of them a leading zero.
std::optional<int64_t> ParseNumber(std::string_view text) {
  if (text.empty() || text[0] < '1' || text[0] > '9') return std::nullopt;
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return number;
}

// 16 digits, most significant first.
void WriteHex(uint64_t value, char* out) {
  for (size_t i = 16; i-- > 0;) {
    out[i] = "0123456789abcdef"[value & 15];
    value >>= 4;
  }
}

}  // namespace

ShardId ShardForTag(std::string_view product, std::string_view tag) {
  return static_cast<ShardId>(base::StableHash(tag, base::StableHash(product)));
}

std::string FormatUid(Uid uid) {
  std::string text(kUidLength, '0');
  WriteUid(uid, text.data());
  return text;
}

std::optional<Uid> ParseUid(std::string_view text) {
  if (text.size() != kUidLength) return std::nullopt;
  Uid uid = 0;
  int valid = 0;  // negative as soon as one digit is
  for (const char c : text) {
    const int value = kDigitValues[static_cast<unsigned char>(c)];
    valid |= value;
    uid = (uid << kBitsPerDigit) | static_cast<Uid>(value & 31);
  }
  const int first = kDigitValues[static_cast<unsigned char>(text[0])];
  if (valid < 0 || first > kMaxFirstDigit || uid == 0) return std::nullopt;
  return uid;
}

std::string FormatRunId(const RunKey& key) {
  std::string text;
  AppendRunId(key, &text);
  return text;
}

void AppendRunId(const RunKey& key, std::string* out) {
  // The sign of a number that is none has room too.
  std::array<char, kUidLength + 1 + kMaxNumberLength + 1> text;
  WriteUid(key.uid, text.data());
  text[kUidLength] = '-';
  const std::to_chars_result result =
      std::to_chars(text.data() + kUidLength + 1, text.data() + text.size(), key.number);
  out->append(text.data(), static_cast<size_t>(result.ptr - text.data()));
}

std::optional<RunKey> ParseRunId(std::string_view text) {
  if (text.size() < kUidLength + 2 || text[kUidLength] != '-') return std::nullopt;
  const std::optional<Uid> uid = ParseUid(text.substr(0, kUidLength));
  const std::optional<int64_t> number = ParseNumber(text.substr(kUidLength + 1));
  if (!uid || !number) return std::nullopt;
  return RunKey{*uid, *number};
}

std::string TraceparentOf(const RunKey& key) {
  std::string text;
  AppendTraceparent(key, &text);
  return text;
}

void AppendTraceparent(const RunKey& key, std::string* out) {
  // https://www.w3.org/TR/trace-context/: neither id may be all zeros, hence the "| 1".
  const uint64_t high = base::Mix64(key.uid);
  const uint64_t low = base::Mix64(high ^ static_cast<uint64_t>(key.number));
  std::array<char, 55> text = {'0', '0', '-'};
  WriteHex(high, &text[3]);
  WriteHex(low | 1, &text[19]);
  text[35] = '-';
  WriteHex(base::Mix64(low) | 1, &text[36]);
  text[52] = '-';
  text[53] = '0';
  text[54] = '1';
  out->append(text.data(), text.size());
}

}  // namespace scheduler::core
