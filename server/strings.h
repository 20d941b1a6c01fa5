#ifndef SERVER_STRINGS_H_
#define SERVER_STRINGS_H_

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "scheduler/base/strings.h"

// Small text functions over std::string_view, which Debian's Abseil does not take.
namespace server {

using scheduler::base::FromAbsl;
using scheduler::base::StrAppend;
using scheduler::base::StrCat;
using scheduler::base::ToAbsl;

inline bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
inline bool Contains(std::string_view text, char c) {
  return text.find(c) != std::string_view::npos;
}

// ASCII letters in lower case.
inline std::string Lower(std::string_view text) { return absl::AsciiStrToLower(ToAbsl(text)); }

// The parts between separators: one more than there are separators.
inline std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  parts.push_back(text);
  return parts;
}

// The number that the whole of `text` is in decimal, without sign and spaces; nothing if it is none
// or too large for T.
template <typename T>
std::optional<T> ParseUnsigned(std::string_view text) {
  if (text.empty() || !absl::ascii_isdigit(text[0])) return std::nullopt;
  T value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace server

#endif  // SERVER_STRINGS_H_
