#include "scheduler/core/notification/mail_address.h"

#include <algorithm>
#include <utility>

namespace scheduler::core {
namespace {

constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxLocalBytes = 64;
constexpr size_t kMaxDomainBytes = 253;
constexpr size_t kMaxAddressBytes =
    254;  // of a path of 256 with its brackets (RFC 5321, 4.5.3.1.3)
constexpr size_t kMaxLabelBytes = 63;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsAtomCharacter(char c) {
  return IsAlphanumeric(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool IsControl(char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Calls `part` for each piece between dots; false if one call does.
template <typename Part>
bool EachPart(std::string_view text, Part part) {
  while (true) {
    const size_t dot = text.find('.');
    if (!part(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool IsLocalPart(std::string_view text) {
  return text.size() <= kMaxLocalBytes && EachPart(text, [](std::string_view atom) {
           return !atom.empty() && std::all_of(atom.begin(), atom.end(), IsAtomCharacter);
         });
}

bool IsDomain(std::string_view text) {
  return text.size() <= kMaxDomainBytes && EachPart(text, [](std::string_view label) {
           return !label.empty() && label.size() <= kMaxLabelBytes && label.front() != '-' &&
                  label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
                    return IsAlphanumeric(c) || c == '-';
                  });
         });
}

const char* FaultOfAddress(std::string_view address) {
  const size_t at = address.rfind('@');
  if (at == std::string_view::npos) return "has no @";
  if (address.size() > kMaxAddressBytes) return "has more than 254 bytes";
  if (!IsLocalPart(address.substr(0, at))) {
    return "has a part before the @ that is not of letters, digits and !#$%&'*+-/=?^_`{|}~ with "
           "single dots "
           "between them";
  }
  if (!IsDomain(address.substr(at + 1)))
    return "has a part after the @ that is not the name of a domain";
  return nullptr;
}

// The text of `quoted`, which begins with a quotation mark; what follows it becomes `rest`.
absl::StatusOr<std::string> Unquote(std::string_view quoted, std::string_view* rest) {
  std::string name;
  for (size_t i = 1; i < quoted.size(); ++i) {
    if (quoted[i] == '"') {
      *rest = Trimmed(quoted.substr(i + 1));
      return name;
    }
    if (quoted[i] == '\\' && i + 1 < quoted.size()) ++i;
    name.push_back(quoted[i]);
  }
  return absl::InvalidArgumentError("has a quotation mark without its end");
}

absl::StatusOr<std::string> TakeName(std::string_view text, std::string_view* rest) {
  if (!text.empty() && text.front() == '"') return Unquote(text, rest);
  const size_t bracket = text.find('<');
  const std::string_view name = Trimmed(text.substr(0, bracket));
  if (name.find_first_of("()<>[]:;@\\,\"") != std::string_view::npos) {
    return absl::InvalidArgumentError("has a name that must stand in quotation marks");
  }
  *rest = text.substr(bracket);
  return std::string(name);
}

}  // namespace

absl::StatusOr<MailAddress> ParseMailAddress(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    return absl::InvalidArgumentError("holds a control character");
  }
  std::string_view rest = Trimmed(text);
  MailAddress result;
  if (rest.find('<') != std::string_view::npos || (!rest.empty() && rest.front() == '"')) {
    absl::StatusOr<std::string> name = TakeName(rest, &rest);
    if (!name.ok()) return name.status();
    if (name->size() > kMaxNameBytes)
      return absl::InvalidArgumentError("has a name of more than 256 bytes");
    result.name = *std::move(name);
    if (rest.size() < 2 || rest.front() != '<' || rest.back() != '>') {
      return absl::InvalidArgumentError("has no address in angle brackets at its end");
    }
    rest = rest.substr(1, rest.size() - 2);
  }
  if (const char* fault = FaultOfAddress(rest)) return absl::InvalidArgumentError(fault);
  result.address = std::string(rest);
  return result;
}

}  // namespace scheduler::core
