#ifndef SCHEDULER_CORE_TIMING_WHEEL_H_
#define SCHEDULER_CORE_TIMING_WHEEL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "scheduler/base/millis.h"

namespace scheduler::core {

using base::Millis;

// A hierarchical timing wheel (Varghese, Lauck: "Hashed and hierarchical timing wheels", 1987):
// five levels of 256 buckets, 1 ms a tick, which span about 35 years; later timers wait in the last
// bucket of the top level and are placed again when it comes round. A timer is a small integer
// (a slot number of its owner); one slot has at most one timer; its node is 16 bytes in an array
// that grows by chunks, so that nothing moves.
//
// Emptying a bucket of an upper level ("cascade") is spread over the ticks before its time, so that
// a bucket with millions of timers delays no tick by more than a bounded batch.
//
// Not thread-safe: a wheel has one owner.
class TimingWheel {
 public:
  using Slot = uint32_t;

  // The wheel's time starts at `now`.
  explicit TimingWheel(Millis now);

  // Sets the slot's timer to `due`, moving it if it was armed; a past `due` fires in the next
  // Advance. O(1).
  void Arm(Slot slot, Millis due);

  // Does nothing if the slot is not armed. O(1).
  void Disarm(Slot slot);

  bool IsArmed(Slot slot) const;
  // REQUIRES: IsArmed(slot).
  Millis DueOf(Slot slot) const;

  // Moves the wheel's time forward, at most to `now`, and appends the slots whose timers have
  // come due (in order of their millisecond; within one, any order), disarming them. Stops early
  // after `max` slots: call again until it returns true, which says that the time is `now` and all
  // due timers were given. An earlier `now` than the wheel's time changes nothing.
  bool Advance(Millis now, size_t max, std::vector<Slot>* due);

  // A time not after the next due timer, at which Advance should be called next; kNever if nothing
  // is armed. Exact for timers within 256 ms.
  Millis NextWakeup() const;

  size_t armed() const { return armed_; }
  Millis now() const { return now_; }
  // Bytes held by nodes and buckets.
  size_t MemoryBytes() const;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_TIMING_WHEEL_H_
