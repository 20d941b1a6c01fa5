#include "scheduler/dispatch/text.h"

#include <algorithm>
#include <cstdint>

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

bool IsBetween(std::string_view text, size_t at, uint8_t low, uint8_t high) {
  if (at >= text.size()) return false;
  const auto byte = static_cast<uint8_t>(text[at]);
  return byte >= low && byte <= high;
}

// The length of the well-formed sequence at `at`; 0 if there is none. The second byte's range
// depends on the first: that keeps out overlong forms, surrogates and what is past U+10FFFF.
size_t SequenceLength(std::string_view text, size_t at) {
  const auto first = static_cast<uint8_t>(text[at]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return IsBetween(text, at + 1, 0x80, 0xBF) ? 2 : 0;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  if (!IsBetween(text, at + 1, low, high) || !IsBetween(text, at + 2, 0x80, 0xBF)) return 0;
  if (first < 0xF0) return 3;
  return IsBetween(text, at + 3, 0x80, 0xBF) ? 4 : 0;
}

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void AppendEncoded(char c, std::string* out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  const auto byte = static_cast<uint8_t>(c);
  out->push_back('%');
  out->push_back(kHex[byte >> 4]);
  out->push_back(kHex[byte & 15]);
}

}  // namespace

std::string ToUtf8(std::string_view bytes, size_t max_bytes, bool* cut) {
  std::string out;
  out.reserve(std::min(bytes.size(), max_bytes));
  *cut = false;
  for (size_t at = 0; at < bytes.size();) {
    const size_t length = SequenceLength(bytes, at);
    const std::string_view next = length == 0 ? kReplacement : bytes.substr(at, length);
    if (out.size() + next.size() > max_bytes) {
      *cut = true;
      break;
    }
    out.append(next);
    at += std::max<size_t>(length, 1);
  }
  return out;
}

std::string ToMessage(std::string_view bytes, size_t max_bytes) {
  bool cut = false;
  std::string out = ToUtf8(bytes, max_bytes, &cut);
  if (cut && max_bytes >= kEllipsis.size()) {
    bool again = false;
    out = ToUtf8(out, max_bytes - kEllipsis.size(), &again);
  }
  for (char& c : out) {
    if ((c >= 0 && c < 0x20) || c == 0x7f) c = ' ';
  }
  if (cut && max_bytes >= kEllipsis.size()) out.append(kEllipsis);
  return out;
}

bool IsHeaderSafe(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string PercentEncode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out.push_back(c);
    } else {
      AppendEncoded(c, &out);
    }
  }
  return out;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && StartsWithIgnoreCase(a, b);
}

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return ToLower(a) == ToLower(b); });
}

}  // namespace scheduler::dispatch
