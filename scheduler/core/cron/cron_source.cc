#include "scheduler/core/cron/cron_source.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

constexpr size_t kMaxQuoted = 24;  // bytes

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The length in bytes of the UTF-8 character at the head of `text`; 0 if there is no valid one.
// Overlong forms and surrogates count as invalid.
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char head = byte(0);
  const size_t length = head < 0x80 ? 1 : head < 0xc2 ? 0 : head < 0xe0 ? 2 : head < 0xf0 ? 3 : 4;
  if (length == 0 || head > 0xf4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!Continues(text[i])) return 0;
  }
  if (head == 0xe0 && byte(1) < 0xa0) return 0;
  if (head == 0xed && byte(1) > 0x9f) return 0;
  if (head == 0xf0 && byte(1) < 0x90) return 0;
  if (head == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

void AppendHex(unsigned char byte, std::string* out) {
  base::StrAppend(out, "\\x", absl::Hex(byte, absl::kZeroPad2));
}

}  // namespace

std::string CronSource::Quoted(size_t begin, size_t end) const {
  end = std::min(end, text_.size());
  std::string quoted = "\"";
  for (size_t i = begin; i < end;) {
    if (quoted.size() > kMaxQuoted) {
      quoted += "…";
      break;
    }
    const size_t length = CharacterLength(text_.substr(i, end - i));
    if (length == 0 || (length == 1 && !absl::ascii_isprint(text_[i]))) {
      AppendHex(static_cast<unsigned char>(text_[i]), &quoted);
      ++i;
      continue;
    }
    quoted.append(text_, i, length);
    i += length;
  }
  return quoted + "\"";
}

std::string CronSource::QuotedWord(size_t position) const {
  size_t end = position;
  while (end < size() && absl::ascii_isalnum(text_[end]) && end - position <= kMaxQuoted) ++end;
  if (end == position && end < size()) {
    end += std::max<size_t>(1, CharacterLength(text_.substr(position)));
  }
  return Quoted(position, end);
}

absl::Status CronSource::ErrorAt(size_t position, std::string_view what) const {
  const std::string_view before = text_.substr(0, position);
  const auto characters =
      std::count_if(before.begin(), before.end(), [](char c) { return !Continues(c); });
  return absl::InvalidArgumentError(base::StrCat("at character ", characters + 1, ": ", what));
}

}  // namespace scheduler::core
