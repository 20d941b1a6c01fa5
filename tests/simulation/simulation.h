#ifndef TESTS_SIMULATION_SIMULATION_H_
#define TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <string>

#include "tests/simulation/world.h"

namespace sim {

struct Result {
  std::string violation;  // empty: every rule held
  uint64_t hash = 0;      // of the trace
  uint64_t events = 0;
  uint64_t entries = 0;  // of the journal
  uint64_t runs = 0;
  uint64_t starts = 0;  // of the server
};

// Runs one world: a part with faults, then a part in which everything heals, then the final checks.
Result Simulate(const SimConfig& config, WorldOptions options = {});

}  // namespace sim

#endif  // TESTS_SIMULATION_SIMULATION_H_
