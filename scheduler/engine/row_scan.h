#ifndef SCHEDULER_ENGINE_ROW_SCAN_H_
#define SCHEDULER_ENGINE_ROW_SCAN_H_

#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {

// Calls `load` with each row of `table` whose key begins with `prefix`, up to its first error, which is
// the result; else that of the scan.
inline absl::Status ForEachRow(const store::Store& store, store::Table table,
                               std::string_view prefix,
                               absl::FunctionRef<absl::Status(std::string_view)> load) {
  absl::Status result;
  const absl::Status scan = store.Scan(table, prefix, store::PrefixEnd(prefix),
                                       [&](std::string_view, std::string_view row) {
                                         result = load(row);
                                         return result.ok();
                                       });
  return result.ok() ? scan : result;
}

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_ROW_SCAN_H_
