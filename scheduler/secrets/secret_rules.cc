#include "scheduler/secrets/secret_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scheduler/base/limits.h"

namespace scheduler::secrets {
namespace {

bool IsLineControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool IsDocumentControl(char c) { return IsLineControl(c) && c != '\n' && c != '\r' && c != '\t'; }

}  // namespace

std::optional<std::string> FaultOf(std::string_view text, SecretForm form) {
  const bool line = form == SecretForm::kLine;
  const size_t most = line ? base::limits::kMaxSecretBytes : base::limits::kMaxSecretDocumentBytes;
  if (text.empty()) return "is empty";
  if (text.size() > most) return absl::StrCat("has more than ", most, " bytes");
  if (std::any_of(text.begin(), text.end(), line ? IsLineControl : IsDocumentControl)) {
    return "holds a control character";
  }
  return std::nullopt;
}

}  // namespace scheduler::secrets
