#ifndef SCHEDULER_SECRETS_SECRET_RULES_H_
#define SCHEDULER_SECRETS_SECRET_RULES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scheduler::secrets {

// What a secret is made of.
enum class SecretForm : uint8_t {
  // A password, token or key: 1 to limits::kMaxSecretBytes bytes without control characters, which would end
  // a header or begin another.
  kLine,
  // A certificate or key file: 1 to limits::kMaxSecretDocumentBytes bytes without other control characters
  // than tabs and line breaks.
  kDocument,
};

// What is wrong with a text as a secret, as the end of a sentence that begins with its name ("is empty");
// nothing if it can be used. Never shows the text.
std::optional<std::string> FaultOf(std::string_view text, SecretForm form);

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_SECRET_RULES_H_
