#include "tests/support/store/fault_file_system.h"

#include <utility>

#ifdef DUCTAPE_ASAN
// RocksDB 7.8 forgets a memtable where DB::Resume finds the disk still full, which only injected
// faults bring about: a commit is not tried before there is space.
extern "C" const char* __lsan_default_suppressions();   // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() {  // NOLINT
  return "leak:rocksdb::DBImpl::SwitchMemtable";
}
#endif

namespace tests {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using scheduler::base::MutexLock;

IOStatus StatusOf(IoFault fault, const std::string& name) {
  switch (fault) {
    case IoFault::kEio:
      return IOStatus::IOError(name, "Input/output error (injected)");
    case IoFault::kEmfile:
      return IOStatus::IOError(name, "Too many open files (injected)");
    case IoFault::kEnospc:
    case IoFault::kShortWrite:
      break;
  }
  return IOStatus::NoSpace(name, "No space left on device (injected)");
}

// What every decorated object has.
class Faulty {
 public:
  Faulty(std::shared_ptr<IoFaults> faults, std::string name)
      : faults_(std::move(faults)), name_(std::move(name)) {}

 protected:
  // The injected error, or OK.
  IOStatus Check(IoOp op) const {
    IoFault fault = IoFault::kEio;
    return faults_->Fails(op, name_, &fault) ? StatusOf(fault, name_) : IOStatus::OK();
  }

  std::shared_ptr<IoFaults> faults_;
  std::string name_;
};

class FaultyWriter final : public rocksdb::FSWritableFileOwnerWrapper, Faulty {
 public:
  FaultyWriter(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<IoFaults> faults,
               std::string name)
      : FSWritableFileOwnerWrapper(std::move(file)), Faulty(std::move(faults), std::move(name)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    IoFault fault = IoFault::kEio;
    if (!faults_->Fails(kIoAppend, name_, &fault)) return target()->Append(data, options, debug);
    if (fault == IoFault::kShortWrite) {
      IOStatus half = target()->Append(Slice(data.data(), data.size() / 2), options, debug);
      if (!half.ok()) return half;
    }
    return StatusOf(fault, name_);
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = Check(kIoSync);
    return status.ok() ? target()->Sync(options, debug) : status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = Check(kIoSync);
    return status.ok() ? target()->Fsync(options, debug) : status;
  }
};

class FaultyReader final : public rocksdb::FSRandomAccessFileOwnerWrapper, Faulty {
 public:
  FaultyReader(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::shared_ptr<IoFaults> faults,
               std::string name)
      : FSRandomAccessFileOwnerWrapper(std::move(file)),
        Faulty(std::move(faults), std::move(name)) {}

  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    IOStatus status = Check(kIoRead);
    return status.ok() ? target()->Read(offset, n, options, result, scratch, debug) : status;
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    return FSRandomAccessFile::MultiRead(requests, count, options, debug);
  }
};

class FaultySequentialReader final : public rocksdb::FSSequentialFileOwnerWrapper, Faulty {
 public:
  FaultySequentialReader(std::unique_ptr<rocksdb::FSSequentialFile> file,
                         std::shared_ptr<IoFaults> faults, std::string name)
      : FSSequentialFileOwnerWrapper(std::move(file)), Faulty(std::move(faults), std::move(name)) {}

  IOStatus Read(size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    IOStatus status = Check(kIoRead);
    return status.ok() ? target()->Read(n, options, result, scratch, debug) : status;
  }
};

class FaultyDirectory final : public rocksdb::FSDirectoryWrapper, Faulty {
 public:
  FaultyDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, std::shared_ptr<IoFaults> faults,
                  std::string name)
      : FSDirectoryWrapper(std::move(directory)), Faulty(std::move(faults), std::move(name)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = Check(kIoSync);
    return status.ok() ? FSDirectoryWrapper::Fsync(options, debug) : status;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& dir_options) override {
    IOStatus status = Check(kIoSync);
    return status.ok() ? FSDirectoryWrapper::FsyncWithDirOptions(options, debug, dir_options)
                       : status;
  }
};

class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FaultFileSystem(std::shared_ptr<IoFaults> faults,
                  const std::shared_ptr<rocksdb::FileSystem>& base)
      : FileSystemWrapper(base), faults_(std::move(faults)) {}

  const char* Name() const override { return "FaultFileSystem"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    IOStatus status = Check(kIoOpen, name);
    if (status.ok()) status = target()->NewWritableFile(name, options, file, debug);
    return Wrap<FaultyWriter>(status, name, file);
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* debug) override {
    IOStatus status = Check(kIoOpen, name);
    if (status.ok()) status = target()->ReopenWritableFile(name, options, file, debug);
    return Wrap<FaultyWriter>(status, name, file);
  }
  IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                               IODebugContext* debug) override {
    IOStatus status = Check(kIoOpen, name);
    if (status.ok()) status = target()->NewRandomAccessFile(name, options, file, debug);
    return Wrap<FaultyReader>(status, name, file);
  }
  IOStatus NewSequentialFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             IODebugContext* debug) override {
    IOStatus status = Check(kIoOpen, name);
    if (status.ok()) status = target()->NewSequentialFile(name, options, file, debug);
    return Wrap<FaultySequentialReader>(status, name, file);
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory,
                        IODebugContext* debug) override {
    IOStatus status = target()->NewDirectory(name, options, directory, debug);
    return Wrap<FaultyDirectory>(status, name, directory);
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    IOStatus status = Check(kIoRename, to);
    return status.ok() ? target()->RenameFile(from, to, options, debug) : status;
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& options,
                    IODebugContext* debug) override {
    IOStatus status = Check(kIoRename, to);
    return status.ok() ? target()->LinkFile(from, to, options, debug) : status;
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    IOStatus status = Check(kIoDelete, name);
    return status.ok() ? target()->DeleteFile(name, options, debug) : status;
  }

 private:
  IOStatus Check(IoOp op, const std::string& name) const {
    IoFault fault = IoFault::kEio;
    return faults_->Fails(op, name, &fault) ? StatusOf(fault, name) : IOStatus::OK();
  }
  template <typename Wrapper, typename File>
  IOStatus Wrap(IOStatus status, const std::string& name, std::unique_ptr<File>* file) const {
    if (status.ok()) *file = std::make_unique<Wrapper>(std::move(*file), faults_, name);
    return status;
  }

  std::shared_ptr<IoFaults> faults_;
};

}  // namespace

void IoFaults::Set(Plan plan) {
  MutexLock lock(&mu_);
  active_ = true;
  plan_ = std::move(plan);
  matched_ = 0;
  failed_ = 0;
}

void IoFaults::Clear() {
  MutexLock lock(&mu_);
  active_ = false;
}

uint64_t IoFaults::matched() const {
  MutexLock lock(&mu_);
  return matched_;
}

uint64_t IoFaults::failed() const {
  MutexLock lock(&mu_);
  return failed_;
}

bool IoFaults::Fails(IoOp op, const std::string& name, IoFault* fault) {
  MutexLock lock(&mu_);
  if (!active_ || (plan_.ops & op) == 0 || name.find(plan_.name_part) == std::string::npos) {
    return false;
  }
  ++matched_;
  if (matched_ < plan_.nth || matched_ - plan_.nth >= plan_.times) return false;
  ++failed_;
  *fault = plan_.fault;
  return true;
}

std::shared_ptr<rocksdb::FileSystem> NewFaultFileSystem(std::shared_ptr<IoFaults> faults,
                                                        std::shared_ptr<rocksdb::FileSystem> base) {
  return std::make_shared<FaultFileSystem>(std::move(faults), base);
}

}  // namespace tests
