#include "scheduler/store/rocksdb/disk_watch.h"

#include <set>
#include <string_view>
#include <utility>

#include "scheduler/base/mutex.h"
#include "scheduler/store/rocksdb/rocks_status.h"

namespace scheduler::store {

using base::MutexLock;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

struct DiskWatch::Knowledge {
  mutable base::Mutex mu;
  bool log_sync_failed ABSL_GUARDED_BY(mu) = false;
  std::set<std::string> quarantined ABSL_GUARDED_BY(mu);  // directories
};

namespace {

std::string DirOf(const std::string& name) { return name.substr(0, name.rfind('/')); }

bool IsManifest(std::string_view name) {
  return name.substr(name.rfind('/') + 1).starts_with("MANIFEST-");
}

// The outcome of opening a file, as RocksDB is to know it.
IOStatus Opened(IOStatus status) {
  if (!IsOutOfDescriptors(status)) return status;
  return IOStatus::NoSpace(status.getState());
}

class WatchedLog final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WatchedLog(std::unique_ptr<rocksdb::FSWritableFile> file,
             std::shared_ptr<DiskWatch::Knowledge> knowledge)
      : FSWritableFileOwnerWrapper(std::move(file)), knowledge_(std::move(knowledge)) {}

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Note(target()->Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Note(target()->Fsync(options, debug));
  }

 private:
  IOStatus Note(IOStatus status) {
    if (!status.ok()) {
      MutexLock lock(&knowledge_->mu);
      knowledge_->log_sync_failed = true;
    }
    return status;
  }

  std::shared_ptr<DiskWatch::Knowledge> knowledge_;
};

class WatchedManifest final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WatchedManifest(std::unique_ptr<rocksdb::FSWritableFile> file,
                  std::shared_ptr<DiskWatch::Knowledge> knowledge, std::string dir)
      : FSWritableFileOwnerWrapper(std::move(file)),
        knowledge_(std::move(knowledge)),
        dir_(std::move(dir)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return Note(target()->Append(data, options, debug));
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
    return Note(target()->Append(data, options, info, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Note(target()->Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Note(target()->Fsync(options, debug));
  }

 private:
  IOStatus Note(IOStatus status) {
    if (!status.ok()) {
      MutexLock lock(&knowledge_->mu);
      knowledge_->quarantined.insert(dir_);
    }
    return status;
  }

  std::shared_ptr<DiskWatch::Knowledge> knowledge_;
  std::string dir_;
};

}  // namespace

DiskWatch::DiskWatch(const std::shared_ptr<rocksdb::FileSystem>& base)
    : FileSystemWrapper(base), knowledge_(std::make_shared<Knowledge>()) {}

DiskWatch::~DiskWatch() = default;

bool DiskWatch::log_sync_failed() const {
  MutexLock lock(&knowledge_->mu);
  return knowledge_->log_sync_failed;
}

void DiskWatch::EndQuarantine(const std::string& dir) {
  MutexLock lock(&knowledge_->mu);
  knowledge_->quarantined.erase(dir);
}

IOStatus DiskWatch::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    IODebugContext* debug) {
  IOStatus status = Opened(target()->NewWritableFile(name, options, file, debug));
  if (!status.ok()) return status;
  if (std::string_view(name).ends_with(".log")) {
    *file = std::make_unique<WatchedLog>(std::move(*file), knowledge_);
  } else if (IsManifest(name)) {
    *file = std::make_unique<WatchedManifest>(std::move(*file), knowledge_, DirOf(name));
  }
  return status;
}

IOStatus DiskWatch::ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       IODebugContext* debug) {
  return Opened(target()->ReopenWritableFile(name, options, file, debug));
}

IOStatus DiskWatch::NewRandomAccessFile(const std::string& name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        IODebugContext* debug) {
  return Opened(target()->NewRandomAccessFile(name, options, file, debug));
}

IOStatus DiskWatch::NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      IODebugContext* debug) {
  return Opened(target()->NewSequentialFile(name, options, file, debug));
}

IOStatus DiskWatch::NewDirectory(const std::string& name, const IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 IODebugContext* debug) {
  return Opened(target()->NewDirectory(name, options, directory, debug));
}

IOStatus DiskWatch::DeleteFile(const std::string& name, const IOOptions& options,
                               IODebugContext* debug) {
  if (std::string_view(name).ends_with(".sst")) {
    MutexLock lock(&knowledge_->mu);
    if (knowledge_->quarantined.contains(DirOf(name))) return IOStatus::OK();
  }
  return target()->DeleteFile(name, options, debug);
}

}  // namespace scheduler::store
