#ifndef SCHEDULER_BASE_STRINGS_H_
#define SCHEDULER_BASE_STRINGS_H_

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// Debian's Abseil is built for C++14: its absl::string_view is a type of its own, which
// std::string_view does not convert to. These bridge the two.
namespace scheduler::base {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view FromAbsl(absl::string_view text) { return {text.data(), text.size()}; }

namespace strings_internal {

inline absl::string_view Piece(std::string_view text) { return ToAbsl(text); }
inline absl::string_view Piece(const std::string& text) { return text; }
inline absl::string_view Piece(const char* text) { return text; }
template <typename T>
const T& Piece(const T& value) {
  return value;
}

}  // namespace strings_internal

// absl::StrCat and absl::StrAppend for arguments of which some are std::string_view.
template <typename... Args>
std::string StrCat(const Args&... args) {
  return absl::StrCat(strings_internal::Piece(args)...);
}
template <typename... Args>
void StrAppend(std::string* out, const Args&... args) {
  absl::StrAppend(out, strings_internal::Piece(args)...);
}

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_STRINGS_H_
