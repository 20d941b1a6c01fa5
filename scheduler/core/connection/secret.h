#ifndef SCHEDULER_CORE_CONNECTION_SECRET_H_
#define SCHEDULER_CORE_CONNECTION_SECRET_H_

#include <cstdint>
#include <map>
#include <string>

namespace scheduler::core {

// A secret as it is stored: encrypted under one of the server's keys (scheduler/secrets/secret_box.h).
struct SealedText {
  std::string key_id;
  std::string nonce;
  std::string ciphertext;

  friend bool operator==(const SealedText&, const SealedText&) = default;
};

// Where a secret comes from.
struct Secret {
  enum class Source : uint8_t {
    kNone = 0,
    kStored = 1,  // `sealed`
    kFile = 2,    // the file of the server whose path is `name`
    kEnvVar = 3,  // the environment variable of the server `name`
  };
  Source source = Source::kNone;
  std::string name;
  SealedText sealed;

  friend bool operator==(const Secret&, const Secret&) = default;
};

// Secrets that templates name.
using NamedSecrets = std::map<std::string, Secret>;

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_SECRET_H_
