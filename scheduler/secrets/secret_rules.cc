#include "scheduler/secrets/secret_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scheduler/base/limits.h"

namespace scheduler::secrets {

std::optional<std::string> FaultOf(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > base::limits::kMaxSecretBytes) {
    return absl::StrCat("has more than ", base::limits::kMaxSecretBytes, " bytes");
  }
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  if (control) return "holds a control character";
  return std::nullopt;
}

}  // namespace scheduler::secrets
