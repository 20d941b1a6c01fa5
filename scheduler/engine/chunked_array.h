#ifndef SCHEDULER_ENGINE_CHUNKED_ARRAY_H_
#define SCHEDULER_ENGINE_CHUNKED_ARRAY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace scheduler::engine {

// An array that grows by chunks, so that elements never move: a growing vector would copy hundreds
// of megabytes in one step and invalidate what readers hold.
//
// One thread grows it; any thread may read elements that it learned of under a lock.
template <typename T, size_t kChunk = 4096, size_t kMaxChunks = 16384>
class ChunkedArray {
 public:
  static constexpr size_t kMaxSize = kChunk * kMaxChunks;

  ChunkedArray() = default;
  ~ChunkedArray() {
    for (auto& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
  }
  ChunkedArray(const ChunkedArray&) = delete;
  ChunkedArray& operator=(const ChunkedArray&) = delete;

  // Makes room for index `i`. REQUIRES: i < kMaxSize.
  void Reserve(size_t i) {
    std::atomic<T*>& chunk = chunks_[i / kChunk];
    if (chunk.load(std::memory_order_relaxed) == nullptr) {
      chunk.store(new T[kChunk](), std::memory_order_release);
      allocated_ += kChunk;
    }
  }

  // REQUIRES: Reserve(i) was called.
  T& operator[](size_t i) {
    return chunks_[i / kChunk].load(std::memory_order_acquire)[i % kChunk];
  }
  const T& operator[](size_t i) const {
    return chunks_[i / kChunk].load(std::memory_order_acquire)[i % kChunk];
  }

  size_t MemoryBytes() const { return allocated_ * sizeof(T); }

 private:
  std::array<std::atomic<T*>, kMaxChunks> chunks_{};
  size_t allocated_ = 0;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_CHUNKED_ARRAY_H_
