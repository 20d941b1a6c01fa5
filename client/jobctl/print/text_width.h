#ifndef CLIENT_JOBCTL_PRINT_TEXT_WIDTH_H_
#define CLIENT_JOBCTL_PRINT_TEXT_WIDTH_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace jobctl {

// How many columns a terminal gives to `text`, UTF-8: wide characters (East Asian, emoji) take two,
// combining marks and other invisible ones none. A byte that is no UTF-8 counts as one.
size_t DisplayWidth(absl::string_view text);

// `text` with what would disturb a terminal or a table made visible: control characters, among
// them escape sequences, tabs and newlines, become U+FFFD; so do bytes that are no UTF-8. Texts
// come from whoever may write to the server.
std::string Printable(absl::string_view text);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_TEXT_WIDTH_H_
