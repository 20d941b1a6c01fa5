#ifndef CLIENT_CPP_INTERNAL_TEXT_H_
#define CLIENT_CPP_INTERNAL_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace ductape::jobs::internal {

// The first `limit` bytes of `text` as valid UTF-8, which is all that a protobuf string may hold:
// each byte that belongs to no well-formed character becomes a question mark, and a character that
// the limit cuts is left out.
std::string FitText(absl::string_view text, size_t limit);

}  // namespace ductape::jobs::internal

#endif  // CLIENT_CPP_INTERNAL_TEXT_H_
