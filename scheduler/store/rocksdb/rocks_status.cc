#include "scheduler/store/rocksdb/rocks_status.h"

#include "scheduler/base/errors.h"

namespace scheduler::store {

absl::Status FromRocks(std::string_view what, const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace()) return base::errors::DiskFull(0, 0);
  if (status.IsCorruption()) return base::errors::StoreCorrupt(what, status.ToString());
  return base::errors::StoreIo(what, status.ToString());
}

}  // namespace scheduler::store
