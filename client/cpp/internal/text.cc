#include "client/cpp/internal/text.h"

#include <cstdint>

namespace ductape::jobs::internal {
namespace {

// The length of the well-formed character at the head of `text`, 0 if there is none (Unicode 15,
// table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
size_t CharacterLength(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  uint32_t code = lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return 0;
    code = (code << 6) | (next & 0x3F);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

}  // namespace

std::string FitText(absl::string_view text, size_t limit) {
  std::string fit;
  while (!text.empty() && fit.size() < limit) {
    const size_t length = CharacterLength(text);
    if (fit.size() + length > limit) break;
    if (length == 0) {
      fit.push_back('?');
      text.remove_prefix(1);
    } else {
      fit.append(text.data(), length);
      text.remove_prefix(length);
    }
  }
  return fit;
}

}  // namespace ductape::jobs::internal
