#include <string_view>
#include <utility>

#include "scheduler/store/rocksdb/sync_watch.h"

namespace scheduler::store {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class WatchedLog final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WatchedLog(std::unique_ptr<rocksdb::FSWritableFile> file,
             std::shared_ptr<std::atomic<bool>> failed)
      : FSWritableFileOwnerWrapper(std::move(file)), failed_(std::move(failed)) {}

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Note(target()->Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Note(target()->Fsync(options, debug));
  }

 private:
  IOStatus Note(IOStatus status) {
    if (!status.ok()) failed_->store(true, std::memory_order_release);
    return status;
  }

  std::shared_ptr<std::atomic<bool>> failed_;
};

}  // namespace

IOStatus SyncWatch::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    IODebugContext* debug) {
  IOStatus status = target()->NewWritableFile(name, options, file, debug);
  if (status.ok() && std::string_view(name).ends_with(".log")) {
    *file = std::make_unique<WatchedLog>(std::move(*file), failed_);
  }
  return status;
}

}  // namespace scheduler::store
