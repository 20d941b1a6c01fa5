#include "scheduler/store/rocksdb/rocks_status.h"

#include <string>

#include "scheduler/base/errors.h"

namespace scheduler::store {

bool IsOutOfDescriptors(const rocksdb::Status& status) {
  // glibc's texts of both errors begin so, in the C locale that the process keeps.
  return status.IsIOError() && status.ToString().find("Too many open files") != std::string::npos;
}

absl::Status FromRocks(std::string_view what, const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (IsOutOfDescriptors(status)) return base::errors::OutOfDescriptors(what);
  if (status.IsNoSpace()) return base::errors::DiskFull(0, 0);
  if (status.IsCorruption()) return base::errors::StoreCorrupt(what, status.ToString());
  return base::errors::StoreIo(what, status.ToString());
}

}  // namespace scheduler::store
