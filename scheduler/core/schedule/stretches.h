#ifndef SCHEDULER_CORE_SCHEDULE_STRETCHES_H_
#define SCHEDULER_CORE_SCHEDULE_STRETCHES_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace scheduler::core {

// Whole seconds [begin, end), of any count: instants, or what clocks on the wall show.
struct Stretch {
  int64_t begin = 0;
  int64_t end = 0;

  friend bool operator==(const Stretch&, const Stretch&) = default;
};

// A set of seconds as stretches. Immutable and thread-safe; a look-up is one binary search.
class Stretches {
 public:
  Stretches() = default;
  // In any order. Those that overlap or touch become one; those with end ≤ begin hold nothing.
  explicit Stretches(std::vector<Stretch> all);

  // The stretch that holds `second`.
  std::optional<Stretch> Around(int64_t second) const;
  // The first second of the set ≥ `second`.
  std::optional<int64_t> FirstFrom(int64_t second) const;

  // Sorted, apart from each other.
  const std::vector<Stretch>& list() const { return list_; }

 private:
  std::vector<Stretch> list_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_STRETCHES_H_
