#ifndef SCHEDULER_CORE_NOTIFICATION_MAIL_ADDRESS_H_
#define SCHEDULER_CORE_NOTIFICATION_MAIL_ADDRESS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace scheduler::core {

// Who sends or receives mail.
struct MailAddress {
  std::string name;     // UTF-8, as people read it; may be empty
  std::string address;  // "ops@example.com", ASCII

  friend bool operator==(const MailAddress&, const MailAddress&) = default;
};

// Reads "ops@example.com", "<ops@example.com>", "Ops <ops@example.com>" or "\"Ops, night\"
// <ops@example.com>". One address, without comments and groups (RFC 5322, 3.4). The part before the "@" is
// a dot-atom of at most 64 characters, the domain is of letters, digits and hyphens (RFC 5321, 4.1.2 and
// 4.5.3.1): domains in other scripts are given as "xn--" names.
//
// INVALID_ARGUMENT with what is wrong, as the end of a sentence about the text: "has no @".
absl::StatusOr<MailAddress> ParseMailAddress(std::string_view text);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_NOTIFICATION_MAIL_ADDRESS_H_
