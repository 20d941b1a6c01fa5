#ifndef SCHEDULER_SECRETS_KEY_RING_H_
#define SCHEDULER_SECRETS_KEY_RING_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/base/secret_text.h"

namespace scheduler::secrets {

// The keys that secrets are sealed under. The first is the active one; the others open what was sealed
// before it.
class KeyRing {
 public:
  static constexpr size_t kKeyBytes = 32;
  static constexpr size_t kMaxKeys = 100;
  static constexpr size_t kMaxIdLength = 64;

  struct Key {
    std::string id;
    base::SecretText bytes;
  };

  KeyRing() = default;

  // One key a line (a ";" ends a line, too): its id ([A-Za-z0-9][A-Za-z0-9._:-]{0,63}), spaces, and 32
  // bytes in base64. Empty lines and those that begin with "#" are passed over. INVALID_ARGUMENT names
  // the line and never shows it; also if there is no key at all.
  static absl::StatusOr<KeyRing> Parse(std::string_view text);

  // The keys of a file, at most 64 KiB. Errors begin with its path.
  static absl::StatusOr<KeyRing> Load(const std::string& path);

  bool empty() const { return keys_.empty(); }
  const std::vector<Key>& keys() const { return keys_; }
  // Null if there is none.
  const Key* Find(std::string_view id) const;

 private:
  std::vector<Key> keys_;
};

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_KEY_RING_H_
