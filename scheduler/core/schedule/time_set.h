#ifndef SCHEDULER_CORE_SCHEDULE_TIME_SET_H_
#define SCHEDULER_CORE_SCHEDULE_TIME_SET_H_

#include <cstdint>
#include <utility>
#include <vector>

namespace scheduler::core {

// A set of seconds of a day, 0 … 86,399: all combinations of some hours, minutes and seconds, as
// three masks, or a list. Immutable after it is built; each call takes a few instructions.
class TimeSet {
 public:
  // Bit n stands for hour, minute or second n.
  TimeSet(uint32_t hours, uint64_t minutes, uint64_t seconds);
  // REQUIRES: sorted, distinct.
  explicit TimeSet(std::vector<int32_t> listed) : is_list_(true), listed_(std::move(listed)) {}

  int size() const;

  bool Contains(int second) const { return First(second) == second; }
  // The first time ≥ `second`; the last < `second`; -1 if there is none. `second` is 0 … 86,400.
  int First(int second) const;
  int Last(int second) const;
  // The number of times < `second`.
  int CountBelow(int second) const;
  // The time at `index`, 0 … size() - 1.
  int At(int index) const;

 private:
  bool is_list_ = false;
  uint32_t hours_ = 0;
  uint64_t minutes_ = 0;
  uint64_t seconds_ = 0;
  std::vector<int32_t> listed_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_TIME_SET_H_
