#ifndef SCHEDULER_STORE_ROCKSDB_MIGRATIONS_H_
#define SCHEDULER_STORE_ROCKSDB_MIGRATIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "scheduler/store/rocksdb/data_dir.h"

namespace scheduler::store {

// The steps from each older layout to the next, by the format that they start from.
//
// Format 2 has a column family for calendars, format 3 one for connections. They are made when the store is
// opened: there is nothing to do but to keep older code away, which would not know them.
inline absl::Span<const Migration> StoreMigrations() {
  static const auto* const migrations = new std::vector<Migration>{
      {1, [](const std::string& /*data_dir*/) { return absl::OkStatus(); }},
      {2, [](const std::string& /*data_dir*/) { return absl::OkStatus(); }}};
  return *migrations;
}

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_MIGRATIONS_H_
