#include "scheduler/core/timing_wheel.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <new>
#include <optional>
#include <vector>

namespace scheduler::core {
namespace {

// Nodes are initialised in steps of a memory page, so that a chunk is touched as it fills.
constexpr uint32_t kGrowStep = 256;
constexpr std::align_val_t kChunkAlignment{size_t{2} << 20};
// A cascade moves at least this many timers a tick, so that small buckets are soon done with.
constexpr Millis kMinDrain = 64;
// A wheel that is otherwise idle wakes its owner so early that this many a tick suffice.
constexpr uint32_t kDrainPerTick = 256;

constexpr Millis ClampDue(Millis time) {
  return std::clamp(time, -TimingWheel::kMaxDue, TimingWheel::kMaxDue);
}

}  // namespace

TimingWheel::Chunk TimingWheel::NewChunk() {
  constexpr size_t kBytes = kChunkNodes * sizeof(Node);
  void* const memory = ::operator new[](kBytes, kChunkAlignment);
  // Among millions of timers every access misses the caches, and on small pages the address
  // translation too: one huge page a chunk saves 10 to 20 % of a fire. A hint: it may be refused.
  (void)madvise(memory, kBytes, MADV_HUGEPAGE);
  return Chunk(static_cast<Node*>(memory));
}

void TimingWheel::ChunkDeleter::operator()(Node* nodes) const {
  ::operator delete[](nodes, kChunkAlignment);
}

// The wheel's time stays before kMaxDue, so that what is never due is always in the future.
TimingWheel::TimingWheel(Millis now) : now_(std::min(ClampDue(now), kMaxDue - 1)) {}

// ---- arming -----------------------------------------------------------------------------------

void TimingWheel::Arm(Slot slot, Millis due) {
  if (slot >= slots_) Grow(slot);
  if (NodeAt(slot).place != kUnarmed) Unlink(slot);
  Link(slot, ClampDue(due));
  ++armed_;
}

void TimingWheel::Disarm(Slot slot) {
  if (!IsArmed(slot)) return;
  Unlink(slot);
  NodeAt(slot).place = kUnarmed;
}

bool TimingWheel::IsArmed(Slot slot) const {
  return slot < slots_ && NodeAt(slot).place != kUnarmed;
}

Millis TimingWheel::DueOf(Slot slot) const {
  const Millis due = NodeAt(slot).due;
  return due == kMaxDue ? base::kNever : due;
}

void TimingWheel::Grow(Slot slot) {
  const Slot wanted = (slot / kGrowStep + 1) * kGrowStep;
  while (chunks_.size() * kChunkNodes < wanted) chunks_.push_back(NewChunk());
  for (; slots_ < wanted; ++slots_) {
    new (&NodeAt(slots_)) Node{kNoSlot, kNoSlot, 0, kUnarmed};
  }
}

// The lowest level where `due` is in the current or the next lap.
int TimingWheel::PlaceFor(Millis due) const {
  if (due <= now_) return kReady;
  const int level = (std::bit_width(static_cast<uint64_t>(due - now_)) - 1) / kLevelBits;
  // Less than a lap of `level` away: at most the next lap. The level below fits if its lap does.
  return level > 0 && UnitOf(level, due) - UnitOf(level, now_) <= 1 ? level - 1 : level;
}

void TimingWheel::Link(Slot slot, Millis due) {
  const int place = PlaceFor(due);
  Bucket& bucket = BucketFor(place, due);
  if (bucket.count++ == 0 && place != kReady) MarkOccupied(place, UnitOf(place, due));
  Slot& head = bucket.HeadOf(slot);
  if (head != kNoSlot) NodeAt(head).prev = slot;
  NodeAt(slot) = Node{head, kNoSlot, due, static_cast<uint64_t>(place)};
  head = slot;
}

// Takes the node out of its list and leaves its `place` to the caller.
void TimingWheel::Unlink(Slot slot) {
  const Node& node = NodeAt(slot);
  const int place = static_cast<int>(node.place);
  Bucket& bucket = BucketFor(place, node.due);
  if (node.next != kNoSlot) NodeAt(node.next).prev = node.prev;
  if (node.prev != kNoSlot) {
    NodeAt(node.prev).next = node.next;
  } else {
    bucket.HeadOf(slot) = node.next;
  }
  --armed_;
  if (--bucket.count == 0 && place != kReady) MarkEmpty(place, UnitOf(place, node.due));
}

void TimingWheel::MarkOccupied(int level, int64_t unit) {
  const size_t index = IndexOf(unit);
  levels_[level].occupied[index / 64] |= uint64_t{1} << (index % 64);
  ++levels_[level].occupied_count;
}

void TimingWheel::MarkEmpty(int level, int64_t unit) {
  const size_t index = IndexOf(unit);
  levels_[level].occupied[index / 64] &= ~(uint64_t{1} << (index % 64));
  --levels_[level].occupied_count;
}

// ---- time -------------------------------------------------------------------------------------

bool TimingWheel::Advance(Millis now, size_t max, std::vector<Slot>* due) {
  now = std::min(now, kMaxDue - 1);
  size_t room = max;
  while (true) {
    // First: what comes down may be due at the very start of its bucket, which makes it ready.
    if (begun_ != 0 && !DrainBegun(&room)) return false;
    if (!Give(&ready_, &room, due)) return false;
    Bucket& current = BucketAt(0, now_);
    if (current.count > 0) {
      const bool all = Give(&current, &room, due);
      if (current.count == 0) MarkEmpty(0, now_);
      if (!all) return false;
    }
    if (now_ >= now) return true;
    StepTo(NextStop(now));
  }
}

Millis TimingWheel::NextStop(Millis now) const {
  const std::optional<int64_t> tick = FirstUnit(0);
  Millis stop = std::min(now, tick.value_or(now));
  // What stands above begins after the current lap of level 0.
  if (UnitOf(1, stop) == UnitOf(1, now_)) return stop;
  for (int level = 1; level < kLevels; ++level) {
    const std::optional<int64_t> unit = FirstUnit(level);
    if (unit) stop = std::min(stop, StartOf(level, *unit));
  }
  return stop;
}

void TimingWheel::StepTo(Millis time) {
  const Millis before = now_;
  now_ = time;
  if (UnitOf(1, before) != UnitOf(1, time)) {
    begun_ = draining_ = 0;
    for (int level = 1; level < kLevels; ++level) {
      const int64_t unit = UnitOf(level, time);
      if (BucketAt(level, unit).count > 0) begun_ |= 1U << level;
      if (BucketAt(level, unit + 1).count > 0) draining_ |= 1U << level;
    }
  }
  for (uint32_t levels = draining_; levels != 0; levels &= levels - 1) {
    const int level = std::countr_zero(levels);
    const int64_t unit = UnitOf(level, time) + 1;
    const uint32_t count = BucketAt(level, unit).count;
    // As many as must go in each tick that is left before the bucket begins.
    const Millis left = StartOf(level, unit) - time;
    const Millis share = std::max<Millis>(kMinDrain, (count + left - 1) / left);
    if (Drain(level, unit, static_cast<size_t>(share)) == count) draining_ &= ~(1U << level);
  }
}

bool TimingWheel::DrainBegun(size_t* room) {
  // From the top: what comes down may land in a lower bucket that has begun too, but never, by the
  // rule of PlaceFor, in one of its own level.
  while (begun_ != 0) {
    const int level = std::bit_width(begun_) - 1;
    const int64_t unit = UnitOf(level, now_);
    const uint32_t count = BucketAt(level, unit).count;
    const size_t moved = Drain(level, unit, *room);
    *room -= moved;
    if (moved < count) return false;
    begun_ &= ~(1U << level);
  }
  return true;
}

template <typename Take>
size_t TimingWheel::TakeFrom(Bucket* bucket, size_t max, const Take& take) {
  const size_t count = std::min<size_t>(bucket->count, max);
  size_t taken = 0;
  for (size_t lane = 0; taken < count; lane = (lane + 1) % kLanes) {
    const Slot slot = bucket->heads[lane];
    if (slot == kNoSlot) continue;
    Node& node = NodeAt(slot);
    const Slot next = node.next;
    bucket->heads[lane] = next;
    if (next != kNoSlot) __builtin_prefetch(&NodeAt(next), /*rw=*/1);
    take(slot, node);
    ++taken;
  }
  bucket->count -= static_cast<uint32_t>(count);
  for (const Slot head : bucket->heads) {
    if (head != kNoSlot) NodeAt(head).prev = kNoSlot;
  }
  return count;
}

size_t TimingWheel::Drain(int level, int64_t unit, size_t max) {
  Bucket& bucket = BucketAt(level, unit);
  const size_t count =
      TakeFrom(&bucket, max, [this](Slot slot, const Node& node) { Link(slot, node.due); });
  if (count > 0 && bucket.count == 0) MarkEmpty(level, unit);
  moved_ += count;
  return count;
}

bool TimingWheel::Give(Bucket* bucket, size_t* room, std::vector<Slot>* due) {
  const size_t count = TakeFrom(bucket, *room, [due](Slot slot, Node& node) {
    node.place = kUnarmed;
    due->push_back(slot);
  });
  armed_ -= count;
  *room -= count;
  return bucket->count == 0;
}

void TimingWheel::Rewind(Millis now) {
  if (now >= now_) return;
  now_ = ClampDue(now);
  begun_ = draining_ = 0;
  ready_ = Bucket();
  levels_.fill(Level());
  for (Slot slot = 0; slot < slots_; ++slot) {
    const Node& node = NodeAt(slot);
    if (node.place != kUnarmed) Link(slot, node.due);
  }
}

// ---- looking ahead ----------------------------------------------------------------------------

std::optional<int64_t> TimingWheel::FirstUnit(int level) const {
  const Level& ring = levels_[level];
  if (ring.occupied_count == 0) return std::nullopt;
  const int64_t current = UnitOf(level, now_);
  const size_t from = IndexOf(current);
  uint64_t bits = ring.occupied[from / 64] & (~uint64_t{0} << (from % 64));
  size_t word = from / 64;
  // After the last word the first one again, whole: its bits before `from` are the farthest.
  while (bits == 0) {
    word = (word + 1) % kWords;
    bits = ring.occupied[word];
  }
  const size_t index = word * 64 + static_cast<size_t>(std::countr_zero(bits));
  return current + static_cast<int64_t>(IndexOf(static_cast<int64_t>(index - from)));
}

Millis TimingWheel::NextWakeup() const {
  if (armed_ == 0) return base::kNever;
  if (ready_.count > 0 || begun_ != 0) return now_;
  Millis wakeup = FirstUnit(0).value_or(base::kNever);
  for (int level = 1; level < kLevels; ++level) {
    const std::optional<int64_t> unit = FirstUnit(level);
    if (!unit) continue;
    // Early enough to move the bucket's timers in small shares, within the lap before it.
    const Millis ticks = BucketAt(level, *unit).count / kDrainPerTick;
    const Millis lead = std::min(ticks, StartOf(level, 1));
    wakeup = std::min(wakeup, std::max(now_ + 1, StartOf(level, *unit) - lead));
  }
  return wakeup;
}

size_t TimingWheel::MemoryBytes() const {
  return sizeof(*this) + chunks_.size() * (kChunkNodes * sizeof(Node) + sizeof(Chunk));
}

}  // namespace scheduler::core
