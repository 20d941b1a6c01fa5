#ifndef SCHEDULER_ENGINE_CALENDAR_RECOVERY_H_
#define SCHEDULER_ENGINE_CALENDAR_RECOVERY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "scheduler/catalog/calendar_table.h"
#include "scheduler/store/store.h"

namespace scheduler::engine {

// A calendar that changed before the restart, and whose jobs were perhaps not all planned by it.
struct UnsettledCalendar {
  std::string product;
  std::string tag;
  std::shared_ptr<const core::Calendar> after;  // what it covers now; null: it was deleted
};

// Fills the table. An unsettled calendar covers the times before its change as it did then, so that what
// came due by then is decided by it: until it is settled (Engine::SettleCalendar). `note_sequence` is
// told the sequence of each uid.
//
// Errors: those of the store; FAILED_PRECONDITION TIME_ZONE_MISSING, DATA_LOSS STORE_CORRUPT.
absl::StatusOr<std::vector<UnsettledCalendar>> LoadCalendars(
    const store::Store& store, catalog::CalendarTable* table,
    absl::FunctionRef<void(uint64_t)> note_sequence);

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_CALENDAR_RECOVERY_H_
