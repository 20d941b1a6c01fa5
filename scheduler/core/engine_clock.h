#ifndef SCHEDULER_CORE_ENGINE_CLOCK_H_
#define SCHEDULER_CORE_ENGINE_CLOCK_H_

#include <optional>

#include "scheduler/base/millis.h"

namespace scheduler::core {

using base::Millis;

// Engine time: wall time made safe against steps. A forward step of the wall clock is adopted at
// once. A backward step of at most 10 minutes is absorbed by slewing: engine time goes on at half
// speed until the wall has caught up; it never goes back and never stands still. A larger backward
// step is adopted at once and reported, so that the engine pulls its cursors back to now.
// A floor (the time persisted with the last commit) is a step seen at start: the same rule applies.
//
// Pure state: samples in, time out. Not thread-safe.
class EngineClock {
 public:
  static constexpr Millis kMaxSlew = 10 * base::kMinute;

  // `floor`: the largest engine time that was ever committed, 0 if none.
  EngineClock(Millis wall, Millis mono, Millis floor);

  // Engine time for one reading of both clocks.
  Millis Update(Millis wall, Millis mono);

  Millis now() const { return now_; }

  // The engine time before the last large backward step, once: nothing until the next one. Of
  // several steps since the last call, the latest time: cursors up to it are to be pulled back.
  std::optional<Millis> TakeBackwardStep();

 private:
  Millis now_ = 0;
  Millis last_mono_ = 0;
  std::optional<Millis> stepped_from_;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_ENGINE_CLOCK_H_
