#ifndef SCHEDULER_SECRETS_AEAD_BOX_H_
#define SCHEDULER_SECRETS_AEAD_BOX_H_

#include <string>
#include <string_view>
#include <utility>

#include "scheduler/secrets/key_ring.h"
#include "scheduler/secrets/secret_box.h"

namespace scheduler::secrets {

// Seals by AES-256-GCM (NIST SP 800-38D), with a random nonce of 96 bits and the place as associated
// data. A key is good for 2^32 secrets (the same, 8.3).
class AeadBox final : public SecretBox {
 public:
  explicit AeadBox(KeyRing ring) : ring_(std::move(ring)) {}

  std::string_view active_key() const override {
    return ring_.empty() ? std::string_view() : std::string_view(ring_.keys().front().id);
  }
  absl::StatusOr<core::SealedText> Seal(std::string_view place,
                                        std::string_view text) const override;
  absl::StatusOr<base::SecretText> Open(std::string_view place,
                                        const core::SealedText& sealed) const override;
  // HMAC-SHA-256 under a key of its own, which is made of the active one.
  std::string Fingerprint(std::string_view text) const override;

  const KeyRing& ring() const { return ring_; }

 private:
  const KeyRing ring_;
};

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_AEAD_BOX_H_
