#ifndef SCHEDULER_ENGINE_TEXT_ARENA_H_
#define SCHEDULER_ENGINE_TEXT_ARENA_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "scheduler/engine/chunked_array.h"

namespace scheduler::engine {

// The texts of a job that firing needs: its tag, its name where it is short, its input where it is
// small.
struct JobText {
  std::string_view tag;
  std::string_view name;   // empty where it stands on disk only
  std::string_view input;  // empty where there is none, or on disk only
};

// Job texts, packed back to back in chunks that never move. One entry is three length bytes and the
// bytes; a name equal to the tag costs nothing. Freed entries are used again by entries of the same
// rounded size.
//
// One thread adds and frees; any thread may read an entry that a lock keeps alive.
class TextArena {
 public:
  // Texts up to this length stand in memory.
  static constexpr size_t kMaxName = 32;
  static constexpr size_t kMaxInput = 32;

  // REQUIRES: tag ≤ 128 bytes, name ≤ kMaxName, input ≤ kMaxInput. Returns a handle.
  uint32_t Add(const JobText& text);
  void Free(uint32_t handle);
  JobText Get(uint32_t handle) const;

  size_t MemoryBytes() const { return chunks_.MemoryBytes(); }

 private:
  static constexpr size_t kChunk = 1 << 16;
  static constexpr size_t kUnit = 2;  // sizes are rounded up to this
  static constexpr uint8_t kSameAsTag = 255;

  static size_t SizeOf(const JobText& text);
  uint32_t Allocate(size_t size);

  ChunkedArray<char, kChunk, 65536> chunks_;  // 4 GiB at the most
  uint32_t end_ = 0;
  std::vector<std::vector<uint32_t>> free_;  // by size / kUnit
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_TEXT_ARENA_H_
