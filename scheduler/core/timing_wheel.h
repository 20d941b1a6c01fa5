#ifndef SCHEDULER_CORE_TIMING_WHEEL_H_
#define SCHEDULER_CORE_TIMING_WHEEL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "scheduler/base/millis.h"

namespace scheduler::core {

using base::Millis;

// A hierarchical timing wheel (Varghese, Lauck: "Hashed and hierarchical timing wheels", 1987).
// A bucket of level L spans 256^L ms, aligned; 256 of them are a lap, which is one bucket of the
// level above. A level has buckets for two laps, the current one and the next, so that the next
// lap is filled from above while the current one passes: that "cascade" is spread evenly over the
// ticks before its time, and a bucket with millions of timers delays no tick by more than its share.
// Eight levels reach beyond every time that can be armed.
//
// A timer is a small integer (a slot number of its owner); one slot has at most one timer. Its node
// is 16 bytes, in an array that grows by chunks as slots are first used, so that nothing moves.
//
// Not thread-safe: a wheel has one owner.
class TimingWheel {
 public:
  using Slot = uint32_t;  // below 2^31

  // Times beyond this (18 million years) count as kNever: they are never due.
  static constexpr Millis kMaxDue = (Millis{1} << 59) - 1;

  // The wheel's time starts at `now`.
  explicit TimingWheel(Millis now);

  // Sets the slot's timer to `due`, moving it if it was armed; a due time that is not after the
  // wheel's time fires in the next Advance. O(1).
  void Arm(Slot slot, Millis due);

  // Does nothing if the slot is not armed. O(1).
  void Disarm(Slot slot);

  bool IsArmed(Slot slot) const;
  // REQUIRES: IsArmed(slot).
  Millis DueOf(Slot slot) const;

  // Moves the wheel's time forward, at most to `now`, and appends the slots whose timers have
  // come due (in order of their millisecond; within one, any order), disarming them. Stops early
  // after `max` timers were given or, where a jump has skipped their cascade, moved: call again
  // until it returns true, which says that the time is `now` and all due timers were given. With a
  // `now` before the wheel's time the time stays. REQUIRES: max ≥ 1.
  //
  // Hours without timers are passed in one step.
  bool Advance(Millis now, size_t max, std::vector<Slot>* due);

  // Moves the wheel's time back to `now` and places every timer again, so that what was already due
  // and is still armed waits for its time anew; for backward steps of the clock. Does nothing if
  // `now` is not before the wheel's time. O(slots).
  void Rewind(Millis now);

  // A time not after the next due timer, at which Advance should be called next; kNever if nothing
  // is armed. Exact for timers in the 256 ms (aligned) of now(); else it may be earlier, so that
  // cascades are spread.
  Millis NextWakeup() const;

  size_t armed() const { return armed_; }
  Millis now() const { return now_; }
  // How many times a timer was moved down a level since the start: the wheel's work beside O(1).
  uint64_t moved() const { return moved_; }
  // Bytes held by nodes and buckets.
  size_t MemoryBytes() const;

 private:
  static constexpr Slot kNoSlot = ~Slot{0};
  static constexpr int kLevels = 8;
  static constexpr int kLevelBits = 8;
  static constexpr size_t kBuckets = 512;  // two laps
  static constexpr size_t kWords = kBuckets / 64;
  static constexpr int kChunkBits = 17;
  static constexpr size_t kChunkNodes = size_t{1} << kChunkBits;  // 2 MiB

  // Where a node is: on a level, in the list of what was armed too late, or nowhere.
  static constexpr int kReady = kLevels;
  static constexpr int kUnarmed = kLevels + 1;

  // Links a node into the list of the bucket that `place` and `due` name.
  struct Node {
    Slot next;
    Slot prev;  // kNoSlot: the first
    int64_t due : 60;
    uint64_t place : 4;
  };
  static_assert(sizeof(Node) == 16);

  // A bucket's timers are spread over four lists by their slot, so that four chains of cache misses
  // overlap when it is emptied.
  static constexpr size_t kLanes = 4;
  struct Bucket {
    std::array<Slot, kLanes> heads = {kNoSlot, kNoSlot, kNoSlot, kNoSlot};
    uint32_t count = 0;

    Slot& HeadOf(Slot slot) { return heads[slot % kLanes]; }
  };

  struct Level {
    std::array<Bucket, kBuckets> buckets;
    std::array<uint64_t, kWords> occupied{};  // a bit for each bucket that is not empty
    uint32_t occupied_count = 0;
  };

  struct ChunkDeleter {
    void operator()(Node* nodes) const;
  };
  using Chunk = std::unique_ptr<Node[], ChunkDeleter>;
  static Chunk NewChunk();

  // The number of the bucket of `level` that spans `time`, counted from 1970.
  static constexpr int64_t UnitOf(int level, Millis time) { return time >> (kLevelBits * level); }
  static constexpr size_t IndexOf(int64_t unit) {
    return static_cast<size_t>(unit) & (kBuckets - 1);
  }
  static constexpr Millis StartOf(int level, int64_t unit) {
    return unit * (Millis{1} << (kLevelBits * level));
  }

  Node& NodeAt(Slot slot) { return chunks_[slot >> kChunkBits][slot & (kChunkNodes - 1)]; }
  const Node& NodeAt(Slot slot) const {
    return chunks_[slot >> kChunkBits][slot & (kChunkNodes - 1)];
  }
  Bucket& BucketAt(int level, int64_t unit) { return levels_[level].buckets[IndexOf(unit)]; }
  const Bucket& BucketAt(int level, int64_t unit) const {
    return levels_[level].buckets[IndexOf(unit)];
  }

  Bucket& BucketFor(int place, Millis due) {
    return place == kReady ? ready_ : BucketAt(place, UnitOf(place, due));
  }

  void Grow(Slot slot);
  int PlaceFor(Millis due) const;
  void Link(Slot slot, Millis due);
  void Unlink(Slot slot);
  void MarkOccupied(int level, int64_t unit);
  void MarkEmpty(int level, int64_t unit);

  // The unit of the first bucket of `level` that is not empty, from the current one on.
  std::optional<int64_t> FirstUnit(int level) const;
  // The next time, at most `now`, at which a bucket has to be emptied. REQUIRES: now > now_.
  Millis NextStop(Millis now) const;
  // Moves the time to `time` and cascades the share of that tick.
  void StepTo(Millis time);
  // Takes up to `max` timers out of a bucket and calls take(slot, node) for each; returns how many.
  // What `take` links goes to other buckets.
  template <typename Take>
  size_t TakeFrom(Bucket* bucket, size_t max, const Take& take);
  // Moves up to `max` timers of a bucket down to where they belong; returns how many.
  size_t Drain(int level, int64_t unit, size_t max);
  // Empties the buckets above level 0 that have begun; false if `*room` ran out.
  bool DrainBegun(size_t* room);
  // Gives timers of a list until it is empty; false if `*room` ran out.
  bool Give(Bucket* bucket, size_t* room, std::vector<Slot>* due);

  Millis now_;
  size_t armed_ = 0;
  uint64_t moved_ = 0;
  uint32_t draining_ = 0;  // a bit for each level whose next bucket is not empty
  uint32_t begun_ = 0;     // a bit for each level whose current bucket is not empty
  Slot slots_ = 0;         // nodes initialised so far
  Bucket ready_;
  std::array<Level, kLevels> levels_;
  std::vector<Chunk> chunks_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_TIMING_WHEEL_H_
