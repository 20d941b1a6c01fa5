#ifndef SCHEDULER_SECRETS_SECRET_RULES_H_
#define SCHEDULER_SECRETS_SECRET_RULES_H_

#include <optional>
#include <string>
#include <string_view>

namespace scheduler::secrets {

// What is wrong with a text as a secret, as the end of a sentence that begins with its name ("is empty");
// nothing if it can be sent: 1 to limits::kMaxSecretBytes bytes without control characters, which would
// end a header or begin another. Never shows the text.
std::optional<std::string> FaultOf(std::string_view text);

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_SECRET_RULES_H_
