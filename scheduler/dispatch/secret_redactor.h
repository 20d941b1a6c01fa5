#ifndef SCHEDULER_DISPATCH_SECRET_REDACTOR_H_
#define SCHEDULER_DISPATCH_SECRET_REDACTOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/base/secret_text.h"
#include "scheduler/core/attempt_trace.h"
#include "scheduler/dispatch/executor.h"

namespace scheduler::dispatch {

// Takes the secrets that were sent to a target out of what it answered, since targets send back what they
// got: in error pages, in debugging endpoints, in redirects.
class SecretRedactor {
 public:
  // What stands in the place of a secret.
  static constexpr std::string_view kMark = "[redacted]";
  // Shorter texts are not looked for: they are in everything.
  static constexpr size_t kMinBytes = 4;

  // A secret, in the forms that it has in URLs and JSON texts, too.
  void Add(std::string_view secret);

  // From now on `trace`, too, hides each secret that is added. Null: none does.
  void Follow(const std::shared_ptr<core::AttemptTrace>& trace);

  bool empty() const { return forms_.empty(); }

  // `text` without the secrets. With `cut`, it may end within one: then what it has of it goes, too.
  std::string Redact(std::string text, bool cut) const;
  AttemptResult Redact(AttemptResult result) const;

 private:
  struct Shared;  // a redactor with a lock

  void AddForm(std::string_view form);

  std::vector<base::SecretText> forms_;  // the longest first
  std::shared_ptr<Shared> of_trace_;     // null: there is none
};

// `done`, told of the result without the secrets.
Executor::Done Redacting(SecretRedactor redactor, Executor::Done done);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_SECRET_REDACTOR_H_
