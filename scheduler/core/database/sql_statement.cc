#include "scheduler/core/database/sql_statement.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

using base::StrCat;

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

// What ends or changes the state of a session that others use next, or speaks another protocol.
constexpr std::array<std::string_view, 25> kSessionWords = {
    "abort",   "begin",    "close",   "commit", "copy",     "deallocate", "declare",
    "discard", "end",      "execute", "fetch",  "handler",  "listen",     "lock",
    "move",    "prepare",  "release", "reset",  "rollback", "savepoint",  "set",
    "start",   "unlisten", "unlock",  "xa"};

bool IsSpace(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isspace(c); });
}

bool HoldsPlaceholder(std::string_view text) {
  size_t length = 0;
  for (size_t at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen, at + 1)) {
    if (PlaceholderAt(text.substr(at), &length)) return true;
  }
  return false;
}

class Parser {
 public:
  Parser(std::string_view text, SqlDialect dialect) : text_(text), dialect_(dialect) {}

  absl::StatusOr<SqlStatement> Parse() {
    const absl::StatusOr<std::vector<SqlSpan>> spans = ScanSql(text_, dialect_);
    if (!spans.ok()) return spans.status();
    for (const SqlSpan& span : *spans) {
      if (absl::Status status = Take(span); !status.ok()) return status;
    }
    if (!begun_) return absl::InvalidArgumentError("the statement is empty");
    return std::move(result_);
  }

 private:
  absl::Status Take(const SqlSpan& span) {
    const std::string_view piece = text_.substr(span.begin, span.end - span.begin);
    if (span.kind == SqlSpan::Kind::kCode) return TakeCode(span);
    if (span.kind == SqlSpan::Kind::kQuoted) {
      if (ended_) return Several();
      if (HoldsPlaceholder(piece)) {
        return absl::InvalidArgumentError(
            "a placeholder stands in quotes; write {{name}} alone, the value is bound");
      }
      begun_ = true;
    } else if (ended_) {
      return absl::OkStatus();
    }
    result_.text += piece;
    return absl::OkStatus();
  }

  absl::Status TakeCode(const SqlSpan& span) {
    for (size_t at = span.begin; at < span.end;) {
      const char c = text_[at];
      if (ended_ && !absl::ascii_isspace(c)) return Several();
      absl::Status status;
      if (text_.substr(at, span.end - at).substr(0, 2) == kOpen) {
        status = TakePlaceholder(span, &at);
      } else if (c == ';') {
        ended_ = true;
        ++at;
      } else {
        status = TakeCharacter(span, &at);
      }
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status TakeCharacter(const SqlSpan& span, size_t* at) {
    const char c = text_[*at];
    if (IsOwnParameter(*at)) {
      return absl::InvalidArgumentError(
          StrCat("it has a parameter of its own (", text_.substr(*at, 1), "); write {{name}}"));
    }
    if (!begun_ && !absl::ascii_isspace(c)) {
      begun_ = true;
      if (absl::Status status = CheckFirstWord(span, *at); !status.ok()) return status;
    }
    if (!ended_) result_.text.push_back(c);
    ++*at;
    return absl::OkStatus();
  }

  bool IsOwnParameter(size_t at) const {
    if (dialect_ == SqlDialect::kMysql) return text_[at] == '?';
    return text_[at] == '$' && at + 1 < text_.size() && absl::ascii_isdigit(text_[at + 1]) &&
           (at == 0 || !IsSqlWordCharacter(text_[at - 1]));
  }

  absl::Status CheckFirstWord(const SqlSpan& span, size_t at) const {
    size_t end = at;
    while (end < span.end && IsSqlWordCharacter(text_[end])) ++end;
    const std::string word = absl::AsciiStrToLower(base::ToAbsl(text_.substr(at, end - at)));
    if (std::find(kSessionWords.begin(), kSessionWords.end(), word) == kSessionWords.end()) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        StrCat("a statement cannot begin with ", absl::AsciiStrToUpper(word),
               ": connections are shared, and each statement is a transaction of its own"));
  }

  absl::Status TakePlaceholder(const SqlSpan& span, size_t* at) {
    size_t length = 0;
    const std::string_view rest = text_.substr(*at, span.end - *at);
    const std::optional<std::string_view> name = PlaceholderAt(rest, &length);
    if (!name.has_value()) {
      return absl::InvalidArgumentError(
          "a placeholder is {{name}}, with a name of letters, digits, \"_\", \"-\" and dots");
    }
    const size_t end = *at + length;
    if ((*at > 0 && IsSqlWordCharacter(text_[*at - 1])) ||
        (end < text_.size() && IsSqlWordCharacter(text_[end]))) {
      return absl::InvalidArgumentError(StrCat("{{", *name, "}} stands within a word"));
    }
    begun_ = true;
    result_.text += Reference(*name);
    *at = end;
    return absl::OkStatus();
  }

  std::string Reference(std::string_view name) {
    std::vector<std::string>& names = result_.parameters;
    if (dialect_ == SqlDialect::kMysql) {
      names.emplace_back(name);
      return "?";
    }
    const auto found = std::find(names.begin(), names.end(), name);
    const size_t number = found - names.begin() + 1;
    if (found == names.end()) names.emplace_back(name);
    return StrCat("$", number);
  }

  static absl::Status Several() {
    return absl::InvalidArgumentError("only one statement is taken, and more follows the \";\"");
  }

  const std::string_view text_;
  const SqlDialect dialect_;
  bool begun_ = false;  // something but space and comments was there
  bool ended_ = false;  // a semicolon was
  SqlStatement result_;
};

}  // namespace

bool IsParameterName(std::string_view name) {
  if (name.empty() || !(absl::ascii_isalpha(name[0]) || name[0] == '_')) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '.' && (i + 1 == name.size() || name[i + 1] == '.')) return false;
    if (!absl::ascii_isalnum(c) && c != '_' && c != '-' && c != '.') return false;
  }
  return true;
}

std::optional<std::string_view> PlaceholderAt(std::string_view text, size_t* length) {
  if (text.substr(0, kOpen.size()) != kOpen) return std::nullopt;
  const size_t close = text.find(kClose, kOpen.size());
  if (close == std::string_view::npos) return std::nullopt;
  std::string_view name = text.substr(kOpen.size(), close - kOpen.size());
  while (!name.empty() && IsSpace(name.substr(0, 1))) name.remove_prefix(1);
  while (!name.empty() && IsSpace(name.substr(name.size() - 1))) name.remove_suffix(1);
  if (!IsParameterName(name)) return std::nullopt;
  *length = close + kClose.size();
  return name;
}

absl::StatusOr<SqlStatement> ParseSqlStatement(std::string_view text, SqlDialect dialect) {
  return Parser(text, dialect).Parse();
}

}  // namespace scheduler::core
