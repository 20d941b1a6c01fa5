#ifndef SCHEDULER_STORE_ROCKSDB_RETENTION_FILTER_H_
#define SCHEDULER_STORE_ROCKSDB_RETENTION_FILTER_H_

#include <atomic>
#include <memory>
#include <optional>

#include "rocksdb/compaction_filter.h"
#include "rocksdb/table_properties.h"
#include "scheduler/base/millis.h"
#include "scheduler/store/store.h"

// What compactions leave out, and what tables say of themselves so that whole ones can go.
namespace scheduler::store {

// Shared by the store and its filters: a record that ended before it may be dropped. Rises only.
class DropBefore {
 public:
  base::Millis Get() const { return time_.load(std::memory_order_relaxed); }
  void Raise(base::Millis time);

 private:
  std::atomic<base::Millis> time_{0};
};

// For sealed runs, in either order of keys. A record is dropped when it ended before `drop_before`,
// or when its number is at most n − l, where n is the number of the job's newest record in this
// compaction, which comes first in both orders, and l that record's history_limit. The newest of
// all may lie outside the compaction: then more is kept than must be, never less.
std::shared_ptr<rocksdb::CompactionFilterFactory> NewRunFilter(
    const std::shared_ptr<const DropBefore>& drop_before);
std::shared_ptr<rocksdb::CompactionFilterFactory> NewUnsuccessfulFilter(
    const std::shared_ptr<const DropBefore>& drop_before);

// For rows of `table` that age (CheckAgeing): those written before `drop_before` are dropped.
std::shared_ptr<rocksdb::CompactionFilterFactory> NewRowFilter(
    Table table, const std::shared_ptr<const DropBefore>& drop_before);

// The earliest and the latest end time of the runs in a table.
struct EndTimes {
  base::Millis earliest = base::kNever;
  base::Millis latest = 0;
};
// Writes them into the properties of each new table of sealed runs.
std::shared_ptr<rocksdb::TablePropertiesCollectorFactory> NewEndTimeCollector();
// Nothing where the table has none.
std::optional<EndTimes> EndTimesOf(const rocksdb::TableProperties& properties);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_RETENTION_FILTER_H_
