#ifndef TESTS_SIMULATION_FINAL_CHECKS_H_
#define TESTS_SIMULATION_FINAL_CHECKS_H_

#include "tests/simulation/world.h"

namespace sim {

// What must hold when nothing has gone wrong for a while: nothing is stuck, and what is to be complete
// is. REQUIRES: the server is up.
void CheckProgress(World* world, Millis healed_for);

// Pauses what still fires, so that the world comes to rest; then what readers see is what the journal
// says.
void CheckAtRest(World* world);

}  // namespace sim

#endif  // TESTS_SIMULATION_FINAL_CHECKS_H_
