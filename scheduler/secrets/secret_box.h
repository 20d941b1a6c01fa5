#ifndef SCHEDULER_SECRETS_SECRET_BOX_H_
#define SCHEDULER_SECRETS_SECRET_BOX_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/core/connection/connection_spec.h"

namespace scheduler::secrets {

// Seals secrets so that they can be stored, and opens them where they are used. What was sealed for one
// place is opened for that place alone, so that nobody who can write the store moves a secret to where it
// is sent elsewhere.
//
// Thread-safe. Neither errors nor logs ever hold a secret or a key.
class SecretBox {
 public:
  virtual ~SecretBox() = default;

  // The id of the key that Seal uses; empty if there is none.
  virtual std::string_view active_key() const = 0;

  // FAILED_PRECONDITION without a key; INTERNAL if the library fails.
  virtual absl::StatusOr<core::SealedText> Seal(std::string_view place,
                                                std::string_view text) const = 0;

  // NOT_FOUND if the box does not have the key it was sealed under; DATA_LOSS if it was not sealed for
  // this place, or is damaged.
  virtual absl::StatusOr<base::SecretText> Open(std::string_view place,
                                                const core::SealedText& sealed) const = 0;

  // What tells one text from another to whoever sees it stored, and says nothing else to those without
  // the active key. Without one it is the same for all.
  virtual std::string Fingerprint(std::string_view text) const = 0;
};

// What a secret of a connection is sealed for. `place` is one of core::ForEachSecret.
std::string PlaceOf(const core::ConnectionSpec& connection, std::string_view place);

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_SECRET_BOX_H_
