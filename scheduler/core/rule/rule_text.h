#ifndef SCHEDULER_CORE_RULE_RULE_TEXT_H_
#define SCHEDULER_CORE_RULE_RULE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

// The characters of an RFC 5545 text: its content lines unfolded, and a cursor that reads one of
// them and says in errors where it stands in the text as the client wrote it.
namespace scheduler::core {

// What a text is, and so how errors name it and a place in it.
enum class RuleTextKind : uint8_t {
  kRule,       // field "rule", "at character 7": the raw text's code points, from 1
  kIcalendar,  // field "icalendar", "at line 12": the raw text's lines, from 1
};

// Text without its folds: a line end that is followed by a blank or a tab continues the line (RFC
// 5545 3.1). Line ends are \n or \r\n.
class RuleText {
 public:
  struct Line {
    size_t begin = 0;
    size_t end = 0;
  };

  explicit RuleText(std::string_view raw, RuleTextKind kind = RuleTextKind::kRule);

  // The lines that are not empty.
  const std::vector<Line>& lines() const { return lines_; }
  const std::string& text() const { return text_; }
  // The character or line of the raw text, as its kind has it, that text()[offset] stands at. The
  // text's end counts as a character more.
  int PositionOf(size_t offset) const { return static_cast<int>(positions_[offset]); }
  // INVALID_ARGUMENT for the text's field: the place and what would be right there. `line_end` is the
  // end of the line that `offset` lies in.
  absl::Status ErrorAt(size_t offset, size_t line_end, std::string_view what_is_right) const;

 private:
  RuleTextKind kind_;
  std::string text_;
  std::vector<uint32_t> positions_;
  std::vector<Line> lines_;
};

// Reads a line from left to right. Letters are compared without case.
class RuleCursor {
 public:
  RuleCursor(const RuleText& text, RuleText::Line line)
      : text_(text), offset_(line.begin), end_(line.end) {}

  size_t offset() const { return offset_; }
  bool AtEnd() const { return offset_ == end_; }
  // What is left of the line.
  std::string_view rest() const {
    return std::string_view(text_.text()).substr(offset_, end_ - offset_);
  }

  // Passes `c` if it is next.
  bool Take(char c);
  // Passes and returns letters, digits and "-" in upper case, as property and part names have them;
  // at most 32 of them.
  std::string TakeName();
  // Passes and returns everything up to one of `stops` or the line's end.
  std::string_view TakeUntil(std::string_view stops);
  // Passes and returns the value of a parameter, with or without quotation marks (RFC 5545 3.2); none
  // where the closing one is missing.
  std::optional<std::string_view> TakeParameterValue();
  // Passes and returns one to `most` digits as a number; none if there is no digit or one too many.
  std::optional<int64_t> TakeNumber(int most);

  // INVALID_ARGUMENT for the text's field: the place and what would be right there.
  absl::Status Error(std::string_view what_is_right) const {
    return ErrorAt(offset_, what_is_right);
  }
  absl::Status ErrorAt(size_t offset, std::string_view what_is_right) const {
    return text_.ErrorAt(offset, end_, what_is_right);
  }

 private:
  const RuleText& text_;
  size_t offset_;
  size_t end_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_TEXT_H_
