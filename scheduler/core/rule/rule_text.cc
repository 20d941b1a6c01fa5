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

RuleText::RuleText(std::string_view raw, RuleTextKind kind) : kind_(kind) {
  uint32_t position = 0;
  uint32_t line = 1;
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
      positions_.push_back(kind == RuleTextKind::kRule ? position : line);
      ++i;
      continue;
    }
    i += line_end;
    ++line;
    position += static_cast<uint32_t>(line_end);
    if (i < raw.size() && (raw[i] == ' ' || raw[i] == '\t')) {
      ++i;
      ++position;
    } else {
      end_line();
    }
  }
  positions_.push_back(kind == RuleTextKind::kRule ? position + 1 : line);
  end_line();
}

absl::Status RuleText::ErrorAt(size_t offset, size_t line_end,
                               std::string_view what_is_right) const {
  // The end of a line is the place after its last character, not the next line's first.
  const bool at_end = offset == line_end && offset > 0;
  const int position = PositionOf(at_end ? offset - 1 : offset);
  if (kind_ == RuleTextKind::kIcalendar) {
    return base::errors::FieldInvalid("icalendar",
                                      base::StrCat("at line ", position, ": ", what_is_right));
  }
  return base::errors::FieldInvalid(
      "rule", base::StrCat("at character ", position + (at_end ? 1 : 0), ": ", what_is_right));
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

std::optional<std::string_view> RuleCursor::TakeParameterValue() {
  if (!Take('"')) return TakeUntil(":;,");
  const std::string_view value = TakeUntil("\"");
  if (!Take('"')) return std::nullopt;
  return value;
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

}  // namespace scheduler::core
