#ifndef SCHEDULER_STORE_KEY_BYTES_H_
#define SCHEDULER_STORE_KEY_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>

// Numbers inside keys: big endian, so that byte order is number order.
namespace scheduler::store {

inline constexpr size_t kKeyNumberBytes = 8;

inline void AppendKeyNumber(uint64_t number, std::string* out) {
  char bytes[kKeyNumberBytes];
  for (char& byte : bytes) {
    byte = static_cast<char>(number >> 56);
    number <<= 8;
  }
  out->append(bytes, kKeyNumberBytes);
}

// REQUIRES: `bytes` has at least kKeyNumberBytes.
inline uint64_t ReadKeyNumber(std::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < kKeyNumberBytes; ++i) {
    number = (number << 8) | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}

// The same for times and other signed numbers, descending: the latest first.
inline void AppendKeyNumberDescending(int64_t number, std::string* out) {
  AppendKeyNumber(~(static_cast<uint64_t>(number) ^ (1ULL << 63)), out);
}

inline int64_t ReadKeyNumberDescending(std::string_view bytes) {
  return static_cast<int64_t>(~ReadKeyNumber(bytes) ^ (1ULL << 63));
}

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_KEY_BYTES_H_
