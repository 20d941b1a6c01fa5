#ifndef TESTS_SIMULATION_FAULTS_H_
#define TESTS_SIMULATION_FAULTS_H_

#include <functional>

#include "tests/simulation/world.h"

namespace sim {

// What goes wrong, each kind at its own rate: crashes at any step, a full disk, a commit that fails for
// good, an archive that fails, a stalled committer, starved loops, steps of the wall clock.
class Faults {
 public:
  explicit Faults(World* world) : world_(*world) {}

  void Begin();
  // Takes back what lasts; no new ones.
  void Heal();

 private:
  // Does `what` about every `mean` milliseconds; never if 0.
  void Every(Millis mean, std::function<void()> what);
  void CrashNow();
  void FillDisk();
  void LoseDisk();
  void FailArchive();
  void Stall();
  void Starve();
  void StepLittle();
  void StepFar();

  World& world_;
  bool healed_ = false;
  Millis stepped_back_at_ = -10'000;
  Millis small_steps_ = 0;  // backward, since the last large one: they must stay small together
};

}  // namespace sim

#endif  // TESTS_SIMULATION_FAULTS_H_
