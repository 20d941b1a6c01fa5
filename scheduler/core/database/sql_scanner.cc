#include "scheduler/core/database/sql_scanner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace scheduler::core {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, SqlDialect dialect)
      : text_(text), postgresql_(dialect == SqlDialect::kPostgresql) {}

  absl::StatusOr<std::vector<SqlSpan>> Scan() {
    if (text_.find('\0') != std::string_view::npos) {
      return absl::InvalidArgumentError("a NUL byte cannot stand in a statement");
    }
    while (at_ < text_.size()) {
      if (absl::Status status = Step(); !status.ok()) return status;
    }
    EndCode();
    return std::move(spans_);
  }

 private:
  absl::Status Step() {
    const char c = text_[at_];
    if (c == '\'' || c == '"' || (c == '`' && !postgresql_)) return Quoted(c);
    if (c == '$' && postgresql_ && !InWord()) {
      if (const std::string_view tag = DollarTag(); !tag.empty()) return DollarQuoted(tag);
    }
    if (StartsLineComment()) return LineComment();
    if (Peek("/*")) return BlockComment();
    ++at_;
    return absl::OkStatus();
  }

  bool Peek(std::string_view wanted) const { return text_.substr(at_, wanted.size()) == wanted; }
  // Whether what stands here continues a word.
  bool InWord() const { return at_ > 0 && IsSqlWordCharacter(text_[at_ - 1]); }

  bool HasBackslashes(char quote) const {
    if (!postgresql_) return quote != '`';
    // E'…'; the E is a word of its own.
    if (quote != '\'' || at_ == 0 || absl::ascii_tolower(text_[at_ - 1]) != 'e') return false;
    return at_ == 1 || !IsSqlWordCharacter(text_[at_ - 2]);
  }

  absl::Status Quoted(char quote) {
    const bool backslashes = HasBackslashes(quote);
    const size_t begin = at_;
    for (size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\' && backslashes) {
        ++i;
      } else if (text_[i] == quote) {
        if (i + 1 < text_.size() && text_[i + 1] == quote) {
          ++i;
          continue;
        }
        return Add(SqlSpan::Kind::kQuoted, begin, i + 1);
      }
    }
    return absl::InvalidArgumentError("a quote does not end");
  }

  // "$tag$" if that stands here.
  std::string_view DollarTag() const {
    size_t i = at_ + 1;
    if (i < text_.size() && absl::ascii_isdigit(text_[i])) return {};
    while (i < text_.size() && text_[i] != '$' && IsSqlWordCharacter(text_[i])) ++i;
    return i < text_.size() && text_[i] == '$' ? text_.substr(at_, i + 1 - at_)
                                               : std::string_view();
  }

  absl::Status DollarQuoted(std::string_view tag) {
    const size_t end = text_.find(tag, at_ + tag.size());
    if (end == std::string_view::npos) {
      return absl::InvalidArgumentError("a dollar quote does not end");
    }
    return Add(SqlSpan::Kind::kQuoted, at_, end + tag.size());
  }

  bool StartsLineComment() const {
    if (!postgresql_ && text_[at_] == '#') return true;
    if (!Peek("--")) return false;
    // MySQL reads 5--1 as a subtraction.
    return postgresql_ || at_ + 2 >= text_.size() || absl::ascii_isspace(text_[at_ + 2]) ||
           absl::ascii_iscntrl(text_[at_ + 2]);
  }

  absl::Status LineComment() {
    // The line's end stays code, so that what follows stays apart.
    const size_t end = std::min(text_.find('\n', at_), text_.size());
    return Add(SqlSpan::Kind::kComment, at_, end);
  }

  absl::Status BlockComment() {
    if (!postgresql_ && (Peek("/*!") || Peek("/*M!"))) {
      return absl::InvalidArgumentError("comments that are executed (/*! … */) are not taken");
    }
    int depth = 0;
    for (size_t i = at_; i + 1 < text_.size(); ++i) {
      const std::string_view two = text_.substr(i, 2);
      if (two == "/*" && (postgresql_ || depth == 0)) {
        ++depth;
        ++i;
      } else if (two == "*/") {
        ++i;
        if (--depth == 0) return Add(SqlSpan::Kind::kComment, at_, i + 1);
      }
    }
    return absl::InvalidArgumentError("a comment does not end");
  }

  absl::Status Add(SqlSpan::Kind kind, size_t begin, size_t end) {
    EndCode();
    spans_.push_back({kind, begin, end});
    at_ = code_begin_ = end;
    return absl::OkStatus();
  }

  void EndCode() {
    if (code_begin_ < at_) spans_.push_back({SqlSpan::Kind::kCode, code_begin_, at_});
  }

  const std::string_view text_;
  const bool postgresql_;
  size_t at_ = 0;
  size_t code_begin_ = 0;
  std::vector<SqlSpan> spans_;
};

}  // namespace

bool IsSqlWordCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '$' || (c & 0x80) != 0;
}

absl::StatusOr<std::vector<SqlSpan>> ScanSql(std::string_view text, SqlDialect dialect) {
  return Scanner(text, dialect).Scan();
}

}  // namespace scheduler::core
