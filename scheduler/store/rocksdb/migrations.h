#ifndef SCHEDULER_STORE_ROCKSDB_MIGRATIONS_H_
#define SCHEDULER_STORE_ROCKSDB_MIGRATIONS_H_

#include "absl/types/span.h"
#include "scheduler/store/rocksdb/data_dir.h"

namespace scheduler::store {

// The steps from each older layout to the next, by the format that they start from. Format 1 is the
// first, so there are none; the step from 1 to 2 is written with the change that makes format 2.
inline absl::Span<const Migration> StoreMigrations() { return {}; }

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_MIGRATIONS_H_
