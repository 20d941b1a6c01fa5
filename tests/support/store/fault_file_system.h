#ifndef TESTS_SUPPORT_STORE_FAULT_FILE_SYSTEM_H_
#define TESTS_SUPPORT_STORE_FAULT_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "rocksdb/file_system.h"
#include "scheduler/base/mutex.h"

namespace tests {

// Kinds of calls to a file system; joined by |.
enum IoOp : uint32_t {
  kIoOpen = 1,     // of a file, to read or to write
  kIoAppend = 2,   // to a file
  kIoSync = 4,     // of a file or a directory
  kIoRead = 8,     // from a file
  kIoRename = 16,  // and links
  kIoDelete = 32,
  kIoWrites = kIoAppend | kIoSync | kIoRename,
  kIoAll = 63,
};

enum class IoFault {
  kEio,         // nothing is done
  kEnospc,      // nothing is done; RocksDB knows it as "no space"
  kShortWrite,  // the first half of an append is done, then there is no space
  kEmfile,      // too many open files
};

// Which calls fail. Thread-safe; shared by a test and its file system.
class IoFaults {
 public:
  struct Plan {
    uint32_t ops = kIoAll;
    std::string name_part = {};  // only files whose path contains it
    uint64_t nth = 1;            // of the calls that match, counted from the plan on
    uint64_t times = 1;          // how many fail from then on
    IoFault fault = IoFault::kEio;
  };
  void Set(Plan plan);
  void Clear();

  // Calls that matched the plan, the failed ones among them.
  uint64_t matched() const;
  uint64_t failed() const;

  // For the file system: whether this call fails, and how.
  bool Fails(IoOp op, const std::string& name, IoFault* fault);

 private:
  mutable scheduler::base::Mutex mu_;
  bool active_ ABSL_GUARDED_BY(mu_) = false;
  Plan plan_ ABSL_GUARDED_BY(mu_);
  uint64_t matched_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t failed_ ABSL_GUARDED_BY(mu_) = 0;
};

// A file system whose calls fail as `faults` says, and else pass to `base`. LOG files and locks
// always pass.
std::shared_ptr<rocksdb::FileSystem> NewFaultFileSystem(
    std::shared_ptr<IoFaults> faults,
    std::shared_ptr<rocksdb::FileSystem> base = rocksdb::FileSystem::Default());

}  // namespace tests

#endif  // TESTS_SUPPORT_STORE_FAULT_FILE_SYSTEM_H_
