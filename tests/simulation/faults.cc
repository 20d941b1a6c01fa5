#include "tests/simulation/faults.h"

#include <utility>

namespace sim {

void Faults::Begin() {
  const SimConfig& c = world_.config();
  Every(c.crash_every, [this] { CrashNow(); });
  Every(c.disk_full_every, [this] { FillDisk(); });
  Every(c.lost_disk_every, [this] { LoseDisk(); });
  Every(c.archive_fault_every, [this] { FailArchive(); });
  Every(c.slow_every, [this] { Stall(); });
  Every(c.starve_every, [this] { Starve(); });
  Every(c.small_step_every, [this] { StepLittle(); });
  Every(c.large_step_every, [this] { StepFar(); });
}

void Faults::Every(Millis mean, std::function<void()> what) {
  if (mean == 0) return;
  world_.After(1 + world_.Around(mean), [this, mean, what = std::move(what)] {
    if (healed_) return;
    what();
    Every(mean, what);
  });
}

void Faults::Heal() {
  healed_ = true;
  world_.disk() = DiskFaults();
  world_.Stall(0);
  for (int i = 0; i < world_.config().loops; ++i) world_.Starve(i, 0);
}

void Faults::CrashNow() {
  if (!world_.up()) return;
  world_.findings().Trace("crash");
  world_.Crash();
  const Millis downtime = world_.Around(world_.config().downtime);
  world_.After(downtime, [this] { world_.Start(); });
  // Now and then recovery itself is cut short.
  if (world_.random().Percent(30)) {
    world_.After(downtime + static_cast<Millis>(world_.random().Below(20)), [this] {
      if (!healed_) CrashNow();
    });
  }
}

void Faults::FillDisk() {
  world_.findings().Trace("the disk is full");
  world_.disk().full = true;
  world_.After(1 + world_.Around(5000), [this] { world_.disk().full = false; });
}

void Faults::LoseDisk() {
  world_.disk().next_commit = world_.random().Percent(50) ? DiskFaults::NextCommit::kFailsUnwritten
                                                          : DiskFaults::NextCommit::kFailsWritten;
}

void Faults::FailArchive() {
  world_.disk().archive_fails = true;
  world_.After(1 + world_.Around(world_.config().horizon / 10),
               [this] { world_.disk().archive_fails = false; });
}

void Faults::Stall() { world_.Stall(world_.now() + 1 + world_.Around(2000)); }

void Faults::Starve() {
  const auto loop = static_cast<int>(world_.random().Below(world_.config().loops));
  world_.Starve(loop, world_.now() + 1 + world_.Around(3000));
}

void Faults::StepLittle() {
  const auto by = static_cast<Millis>(world_.random().Below(60'000));
  const bool forward = world_.random().Percent(50);
  // Several small steps back that add up to a large one are another matter.
  if (!forward && (small_steps_ += by) > 5 * base::kMinute) return;
  world_.StepWall(forward ? by : -by);
}

void Faults::StepFar() {
  const Millis by = 30 * base::kMinute + static_cast<Millis>(world_.random().Below(base::kDay));
  const bool forward = world_.random().Percent(50);
  // A step back that is undone before anyone looks at the clock is a small one, or none.
  if (forward && world_.now() - stepped_back_at_ < 10'000) return;
  if (!forward) stepped_back_at_ = world_.now();
  world_.StepWall(forward ? by : -by);
  small_steps_ = 0;
}

}  // namespace sim
