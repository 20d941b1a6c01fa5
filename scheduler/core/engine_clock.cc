#include "scheduler/core/engine_clock.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace scheduler::core {

EngineClock::EngineClock(Millis wall, Millis mono, Millis floor)
    : now_(std::max(wall, floor)), last_mono_(mono) {
  Update(wall, mono);
}

Millis EngineClock::Update(Millis wall, Millis mono) {
  const Millis elapsed = std::max<Millis>(0, mono - last_mono_);
  if (wall > now_) {
    now_ = wall;
    last_mono_ += elapsed;
  } else if (now_ - wall > kMaxSlew) {
    // Two steps before one report: the later time covers both.
    stepped_from_ = std::max(now_, stepped_from_.value_or(now_));
    now_ = wall;
    last_mono_ += elapsed;
  } else {
    // Half speed. An odd millisecond is left for the next reading, so that readings a millisecond
    // apart do not stand still.
    now_ += elapsed / 2;
    last_mono_ += elapsed / 2 * 2;
  }
  return now_;
}

std::optional<Millis> EngineClock::TakeBackwardStep() {
  return std::exchange(stepped_from_, std::nullopt);
}

}  // namespace scheduler::core
