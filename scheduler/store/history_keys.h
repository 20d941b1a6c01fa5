#ifndef SCHEDULER_STORE_HISTORY_KEYS_H_
#define SCHEDULER_STORE_HISTORY_KEYS_H_

#include <optional>
#include <string>
#include <string_view>

#include "scheduler/base/millis.h"
#include "scheduler/core/ids.h"
#include "scheduler/store/key_bytes.h"

// Keys of history, the same in every store: byte order is the order of listings.
namespace scheduler::store {

// uid, then the complement of the number: a job's newest run first.
inline constexpr size_t kRunKeyBytes = 2 * kKeyNumberBytes;

inline void AppendRunKey(const core::RunKey& key, std::string* out) {
  AppendKeyNumber(key.uid, out);
  AppendKeyNumberDescending(key.number, out);
}

inline std::string RunHistoryKey(const core::RunKey& key) {
  std::string out;
  out.reserve(kRunKeyBytes);
  AppendRunKey(key, &out);
  return out;
}

// Nothing unless `bytes` is a key of RunHistoryKey.
inline std::optional<core::RunKey> ParseRunHistoryKey(std::string_view bytes) {
  if (bytes.size() != kRunKeyBytes) return std::nullopt;
  return core::RunKey{ReadKeyNumber(bytes), ReadKeyNumberDescending(bytes.substr(kKeyNumberBytes))};
}

// product "\0", the complement of the end time, then as above: the latest end first.
inline std::string UnsuccessfulKey(std::string_view product, base::Millis end_time,
                                   const core::RunKey& key) {
  std::string out;
  out.reserve(product.size() + 1 + kKeyNumberBytes + kRunKeyBytes);
  out.append(product);
  out.push_back('\0');
  AppendKeyNumberDescending(end_time, &out);
  AppendRunKey(key, &out);
  return out;
}

struct UnsuccessfulKeyParts {
  std::string_view product;
  base::Millis end_time = 0;
  core::RunKey key;
};

// Nothing unless `bytes` is a key of UnsuccessfulKey.
inline std::optional<UnsuccessfulKeyParts> ParseUnsuccessfulKey(std::string_view bytes) {
  constexpr size_t kTail = kKeyNumberBytes + kRunKeyBytes;
  if (bytes.size() < kTail + 1 || bytes[bytes.size() - kTail - 1] != '\0') return std::nullopt;
  const std::string_view tail = bytes.substr(bytes.size() - kTail);
  return UnsuccessfulKeyParts{bytes.substr(0, bytes.size() - kTail - 1),
                              ReadKeyNumberDescending(tail),
                              *ParseRunHistoryKey(tail.substr(kKeyNumberBytes))};
}

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_HISTORY_KEYS_H_
