#ifndef SCHEDULER_DISPATCH_TEXT_H_
#define SCHEDULER_DISPATCH_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

// What targets send is bytes; what a run records is UTF-8 text of bounded size.
namespace scheduler::dispatch {

// `bytes` as valid UTF-8 of at most `max_bytes`: what is not UTF-8 (Unicode 15, table 3-7) becomes
// U+FFFD, and no character is cut in two. Sets `cut` where something was left out.
std::string ToUtf8(std::string_view bytes, size_t max_bytes, bool* cut);

// The same for one line of an error's message: control characters become spaces, and where
// something was left out the text ends in "…".
std::string ToMessage(std::string_view bytes, size_t max_bytes);

// Whether a name or value can be sent as a header or metadata: no CR, LF or NUL.
bool IsHeaderSafe(std::string_view text);

// Everything but RFC 3986's unreserved characters as %XX.
std::string PercentEncode(std::string_view text);

// Case-insensitive comparison of ASCII text.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEXT_H_
