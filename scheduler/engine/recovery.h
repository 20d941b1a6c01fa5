#ifndef SCHEDULER_ENGINE_RECOVERY_H_
#define SCHEDULER_ENGINE_RECOVERY_H_

#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/engine/calendar_recovery.h"
#include "scheduler/engine/registry.h"
#include "scheduler/store/store.h"

namespace scheduler::engine {

// What recovery found.
struct Recovered {
  store::Position position = 0;  // of the last entry
  store::Position sealed = 0;    // records up to here are in history
  Millis time_floor = 0;         // the engine time that was committed last
  int64_t entries = 0;           // that were folded
  int64_t transitions = 0;
  std::vector<UnsettledCalendar> unsettled_calendars;
};

// Rebuilds the registry: events from the catalog, jobs from the checkpoints, then the fold of the
// journal after them. Decides nothing: the planner runs only afterwards. `registry` is empty before.
//
// Errors: those of the store; DATA_LOSS if the journal contradicts itself.
absl::StatusOr<Recovered> Recover(const store::Store& store, JobRegistry* registry);

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_RECOVERY_H_
