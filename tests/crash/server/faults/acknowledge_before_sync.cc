// Commits are answered before they are on disk: of the syncs of a log most are not carried out. The
// bytes stay in the process until the next real one, and a kill loses them.

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "tests/crash/server/fault.h"

namespace tests::crash {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// Syncs once in kEvery.
class LazyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  static constexpr std::chrono::milliseconds kEvery{250};

  using FSWritableFileOwnerWrapper::FSWritableFileOwnerWrapper;

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return IsTime() ? FSWritableFileOwnerWrapper::Sync(options, debug) : IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return IsTime() ? FSWritableFileOwnerWrapper::Fsync(options, debug) : IOStatus::OK();
  }

 private:
  bool IsTime() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < kEvery) return false;
    last_ = now;
    return true;
  }

  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class LazyFiles final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "LazyFiles"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    const std::string log = ".log";
    const bool is_log = name.size() > log.size() && name.ends_with(log);
    if (status.ok() && is_log) *file = std::make_unique<LazyFile>(std::move(*file));
    return status;
  }
};

class SyncFault final : public Fault {
 public:
  std::shared_ptr<rocksdb::FileSystem> Files(std::shared_ptr<rocksdb::FileSystem> files) override {
    return std::make_shared<LazyFiles>(std::move(files));
  }
};

}  // namespace

std::unique_ptr<Fault> AcknowledgeBeforeSync() { return std::make_unique<SyncFault>(); }

}  // namespace tests::crash
