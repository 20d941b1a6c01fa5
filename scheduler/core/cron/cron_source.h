#ifndef SCHEDULER_CORE_CRON_CRON_SOURCE_H_
#define SCHEDULER_CORE_CRON_CRON_SOURCE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

// The text of a cron pattern and errors that point into it.
namespace scheduler::core {

// A view of a text of any bytes; positions are byte offsets from 0. Errors count characters from 1,
// as people and editors do: a character of several bytes in UTF-8 is one.
class CronSource {
 public:
  explicit CronSource(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  size_t size() const { return text_.size(); }
  // NUL beyond the end.
  char At(size_t position) const { return position < text_.size() ? text_[position] : '\0'; }

  // The part [begin, end) in quotes, short and in plain UTF-8: what is not printable as \x00 and
  // what is long with an ellipsis.
  std::string Quoted(size_t begin, size_t end) const;
  // The word at `position`: letters and digits, or the one character that is there.
  std::string QuotedWord(size_t position) const;

  // INVALID_ARGUMENT: "at character 5: " and what would be right.
  absl::Status ErrorAt(size_t position, std::string_view what) const;

 private:
  std::string_view text_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CRON_CRON_SOURCE_H_
