#ifndef TESTS_SIMULATION_SIM_CONFIG_H_
#define TESTS_SIMULATION_SIM_CONFIG_H_

#include <array>
#include <cstdint>
#include <string>

#include "scheduler/base/millis.h"

namespace sim {

using scheduler::base::Millis;

// What clients do.
enum class Op : int {
  kCreate,
  kUpdate,
  kDelete,
  kPause,
  kResume,
  kRun,
  kCancel,
  kGet,
  kListJobs,
  kListRuns,
  kBatchCreate,
  kCreateEvent,
  kUpdateEvent,
  kDeleteEvent,
  kSkip,
  kBackfill,
  kPutCalendar,
  kDeleteCalendar,
};
inline constexpr int kOps = 18;

// One simulated world, all of it drawn from the seed. Each seed has its own choice of commands and
// faults, and its own rates ("swarm testing"): a mixture of everything everywhere would leave rare
// combinations rare.
struct SimConfig {
  uint64_t seed = 0;
  // When the world begins; some of them live through a turn of Berlin's clocks, half of them on either side.
  Millis beginning = 1'700'000'000'000;

  // The server.
  int loops = 1;
  int64_t journal_bytes = 1 << 30;  // a round of checkpoints when the tail is longer
  Millis seal_every = 2000;
  int64_t input_cache_bytes = 1 << 20;

  // Jobs.
  int tags = 4;
  Millis min_interval = 100;
  Millis max_interval = 10'000;

  // Whether jobs exclude calendars. When exactly a change comes into force must not matter, so such
  // a world has no stalls, no full disk and no steps of the clock; and no backfills, whose past a change moves.
  bool calendars = false;

  // Whether events have limits.
  bool limits = false;

  // Clients. Weights of the commands; 0: never.
  int clients = 1;
  Millis think = 500;
  std::array<int, kOps> weights{};

  // Workers: percentages of the ways in which an attempt goes; the rest completes.
  Millis work = 50;  // on the average
  int window = 50;   // attempts in flight
  int fails = 0;
  int loses = 0;
  int releases = 0;
  int hangs = 0;
  int doubles = 0;  // reports twice
  int late = 0;     // reports a lost attempt after all

  // Faults; 0: none.
  Millis crash_every = 0;
  Millis downtime = 0;  // at the most
  Millis commit_delay = 0;
  Millis slow_every = 0;    // the committer stalls now and then
  Millis starve_every = 0;  // a loop is not stepped for a while
  Millis disk_full_every = 0;
  Millis lost_disk_every = 0;  // a commit fails for good: the process ends
  Millis archive_fault_every = 0;
  Millis small_step_every = 0;
  Millis large_step_every = 0;

  Millis horizon = 60'000;  // of the part with faults

  // "seed 17: loops 2, …", in one line.
  std::string ToText() const;
};

SimConfig ConfigOf(uint64_t seed);

// The same world with calendars.
SimConfig WithCalendars(SimConfig config);

}  // namespace sim

#endif  // TESTS_SIMULATION_SIM_CONFIG_H_
