#ifndef SCHEDULER_BASE_RANDOM_H_
#define SCHEDULER_BASE_RANDOM_H_

#include <cstdint>
#include <string_view>

namespace scheduler::base {

// A well-mixed 64-bit value from `x`: the finalizer of SplitMix64 (Steele, Lea, Flood: "Fast
// splittable pseudorandom number generators", 2014). Pure and the same on every machine.
constexpr uint64_t Mix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// A hash of bytes that is the same in every process and version, for what is stored (the shard of
// a job, the hash of a request's body). Not for tables an attacker can fill: use absl::Hash there.
// FNV-1a (Fowler, Noll, Vo) finished by Mix64.
constexpr uint64_t StableHash(std::string_view bytes, uint64_t seed = 0) {
  uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return Mix64(hash);
}

// Deterministic random numbers from a seed (SplitMix64). Not thread-safe; not for secrets.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return Mix64(state_);
  }
  // Uniform in [0, n); n > 0. The bias of the modulo is below 2^-32 for n < 2^32.
  uint64_t Below(uint64_t n) { return Next() % n; }
  // True `percent` times in a hundred.
  bool Percent(uint64_t percent) { return Below(100) < percent; }

 private:
  uint64_t state_;
};

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_RANDOM_H_
