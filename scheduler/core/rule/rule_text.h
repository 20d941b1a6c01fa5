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

// Text without its folds: a line end that is followed by a blank or a tab continues the line (RFC
// 5545 3.1). Line ends are \n or \r\n.
class RuleText {
 public:
  struct Line {
    size_t begin = 0;
    size_t end = 0;
  };

  explicit RuleText(std::string_view raw);

  // The lines that are not empty.
  const std::vector<Line>& lines() const { return lines_; }
  const std::string& text() const { return text_; }
  // The place of text()[offset] in the raw text, in characters (code points) from 1.
  int PositionOf(size_t offset) const { return static_cast<int>(positions_[offset]); }

 private:
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
  // Passes and returns one to `most` digits as a number; none if there is no digit or one too many.
  std::optional<int64_t> TakeNumber(int most);

  // INVALID_ARGUMENT for field "rule": the place and what would be right there.
  absl::Status Error(std::string_view what_is_right) const {
    return ErrorAt(offset_, what_is_right);
  }
  absl::Status ErrorAt(size_t offset, std::string_view what_is_right) const;

 private:
  const RuleText& text_;
  size_t offset_;
  size_t end_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_TEXT_H_
