#ifndef TESTS_SIMULATION_LATEST_TIME_H_
#define TESTS_SIMULATION_LATEST_TIME_H_

#include <algorithm>

#include "scheduler/base/millis.h"

namespace sim {

using scheduler::base::Millis;

// The latest engine time that the clocks allow, by the rule of the specification: forward steps at
// once, small backward ones absorbed at half speed, larger ones (more than ten minutes) adopted.
class LatestTime {
 public:
  // A server starts whose last commit was made at engine time `floor`. Returns true for a large
  // backward step.
  bool Start(Millis wall, Millis mono, Millis floor) {
    const bool stepped = floor - wall > kSlewed;
    if (stepped) NoteStep(static_cast<double>(floor), mono);
    now_ = static_cast<double>(stepped || wall > floor ? wall : floor);
    mono_ = mono;
    return stepped;
  }

  // Time has passed, or the wall clock was stepped. Returns true for a large backward step.
  bool Update(Millis wall, Millis mono) {
    const auto passed = static_cast<double>(mono - mono_);
    mono_ = mono;
    const auto to = static_cast<double>(wall);
    if (now_ - to > kSlewed) {
      NoteStep(now_, mono);
      now_ = to;
      return true;
    }
    // Whoever looked at the clocks meanwhile may be further on than one who looks now only.
    now_ = std::max(to, now_ + passed / 2);
    return false;
  }

  // What was decided before a step may be committed for a while after it.
  Millis Get(Millis mono) const {
    const bool recent = mono - stepped_at_ < kWhile;
    return static_cast<Millis>(recent && before_step_ > now_ ? before_step_ : now_);
  }

 private:
  static constexpr Millis kSlewed = 10 * scheduler::base::kMinute;
  static constexpr Millis kWhile = scheduler::base::kMinute;

  void NoteStep(double from, Millis mono) {
    const bool recent = mono - stepped_at_ < kWhile;
    before_step_ = recent && before_step_ > from ? before_step_ : from;
    stepped_at_ = mono;
  }

  double now_ = 0;
  Millis mono_ = 0;
  double before_step_ = 0;
  Millis stepped_at_ = -kWhile;
};

}  // namespace sim

#endif  // TESTS_SIMULATION_LATEST_TIME_H_
