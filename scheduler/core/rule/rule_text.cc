#include "scheduler/core/rule/rule_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

constexpr size_t kMaxNameLength = 32;

bool IsNameChar(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-'; }

bool StartsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// The length of the line end at `raw[i]`, 0 if there is none.
size_t LineEndAt(std::string_view raw, size_t i) {
  if (raw[i] == '\n') return 1;
  return raw.substr(i, 2) == "\r\n" ? 2 : 0;
}

}  // namespace

RuleText::RuleText(std::string_view raw) {
  uint32_t position = 0;
  size_t line_begin = 0;
  const auto end_line = [&] {
    if (text_.size() > line_begin) lines_.push_back({line_begin, text_.size()});
    line_begin = text_.size();
  };
  for (size_t i = 0; i < raw.size();) {
    const size_t line_end = LineEndAt(raw, i);
    if (line_end == 0) {
      if (StartsCharacter(raw[i])) ++position;
      text_.push_back(raw[i]);
      positions_.push_back(position);
      ++i;
      continue;
    }
    i += line_end;
    position += static_cast<uint32_t>(line_end);
    if (i < raw.size() && (raw[i] == ' ' || raw[i] == '\t')) {
      ++i;
      ++position;
    } else {
      end_line();
    }
  }
  positions_.push_back(position + 1);
  end_line();
}

bool RuleCursor::Take(char c) {
  if (AtEnd() || text_.text()[offset_] != c) return false;
  ++offset_;
  return true;
}

std::string RuleCursor::TakeName() {
  const std::string_view left = rest();
  size_t length = 0;
  while (length < std::min(left.size(), kMaxNameLength) && IsNameChar(left[length])) ++length;
  offset_ += length;
  return absl::AsciiStrToUpper(base::ToAbsl(left.substr(0, length)));
}

std::string_view RuleCursor::TakeUntil(std::string_view stops) {
  const std::string_view left = rest();
  const size_t length = std::min(left.find_first_of(stops), left.size());
  offset_ += length;
  return left.substr(0, length);
}

std::optional<int64_t> RuleCursor::TakeNumber(int most) {
  const std::string_view left = rest();
  int64_t number = 0;
  size_t length = 0;
  while (length < left.size() && absl::ascii_isdigit(static_cast<unsigned char>(left[length]))) {
    if (length == static_cast<size_t>(most)) return std::nullopt;
    number = number * 10 + (left[length] - '0');
    ++length;
  }
  if (length == 0) return std::nullopt;
  offset_ += length;
  return number;
}

absl::Status RuleCursor::ErrorAt(size_t offset, std::string_view what_is_right) const {
  // The end of a line is the place after its last character, not the next line's first.
  const int position =
      offset == end_ && offset > 0 ? text_.PositionOf(offset - 1) + 1 : text_.PositionOf(offset);
  return base::errors::FieldInvalid("rule",
                                    base::StrCat("at character ", position, ": ", what_is_right));
}

}  // namespace scheduler::core
