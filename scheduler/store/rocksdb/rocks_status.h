#ifndef SCHEDULER_STORE_ROCKSDB_ROCKS_STATUS_H_
#define SCHEDULER_STORE_ROCKSDB_ROCKS_STATUS_H_

#include <string_view>

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace scheduler::store {

// Whether the status says that the process, or the machine, has no file descriptor left (EMFILE,
// ENFILE). RocksDB keeps of such an error the text alone.
bool IsOutOfDescriptors(const rocksdb::Status& status);

// RocksDB's statuses as those of store.h: no space and no descriptors are RESOURCE_EXHAUSTED,
// corruption DATA_LOSS, anything else INTERNAL. `what` names what was done.
absl::Status FromRocks(std::string_view what, const rocksdb::Status& status);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_ROCKS_STATUS_H_
