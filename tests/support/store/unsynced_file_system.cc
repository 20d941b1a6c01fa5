#include "tests/support/store/unsynced_file_system.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace tests {

using rocksdb::FileOptions;
using rocksdb::FSRandomAccessFile;
using rocksdb::FSSequentialFile;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using scheduler::base::MutexLock;
using scheduler::base::Random;

// The end of a file: the real one has `written` bytes, the rest waits here. The lock is held over
// writes to the real file, since readers must see each byte in one of the two places.
class UnsyncedFileSystem::Content {
 public:
  Content(uint64_t written, int writeback_percent, uint64_t seed)
      : writeback_percent_(writeback_percent), random_(seed), written_(written) {}

  IOStatus Append(const Slice& data, FSWritableFile* real) {
    MutexLock lock(&mu_);
    waiting_.append(data.data(), data.size());
    if (!random_.Percent(static_cast<uint64_t>(writeback_percent_))) return IOStatus::OK();
    return WriteOut(random_.Below(waiting_.size() + 1), real);
  }

  IOStatus Sync(FSWritableFile* real, const IOOptions& options, IODebugContext* debug) {
    MutexLock lock(&mu_);
    IOStatus status = WriteOut(waiting_.size(), real);
    return status.ok() ? real->Sync(options, debug) : status;
  }

  IOStatus Truncate(uint64_t size, FSWritableFile* real) {
    MutexLock lock(&mu_);
    if (size >= written_) {
      waiting_.resize(size - written_);
      return IOStatus::OK();
    }
    IOStatus status = real->Truncate(size, IOOptions(), nullptr);
    if (!status.ok()) return status;
    waiting_.clear();
    written_ = size;
    return status;
  }

  // As FSRandomAccessFile::Read, from the real file and what waits behind it.
  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug, const FSRandomAccessFile& real) const {
    MutexLock lock(&mu_);
    size_t have = 0;
    if (offset < written_) {
      Slice part;
      IOStatus status = real.Read(offset, std::min<uint64_t>(n, written_ - offset), options, &part,
                                  scratch, debug);
      if (!status.ok()) return status;
      have = part.size();
      if (part.data() != scratch) std::memmove(scratch, part.data(), have);
    }
    if (have < n && offset + have >= written_) {
      const uint64_t at = offset + have - written_;
      if (at < waiting_.size()) {
        have += waiting_.copy(scratch + have, n - have, at);
      }
    }
    *result = Slice(scratch, have);
    return IOStatus::OK();
  }

  uint64_t size() const {
    MutexLock lock(&mu_);
    return written_ + waiting_.size();
  }
  uint64_t waiting() const {
    MutexLock lock(&mu_);
    return waiting_.size();
  }

 private:
  IOStatus WriteOut(size_t bytes, FSWritableFile* real) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (bytes == 0) return IOStatus::OK();
    IOStatus status = real->Append(Slice(waiting_.data(), bytes), IOOptions(), nullptr);
    if (!status.ok()) return status;
    written_ += bytes;
    waiting_.erase(0, bytes);
    return status;
  }

  const int writeback_percent_;
  mutable scheduler::base::Mutex mu_;
  Random random_ ABSL_GUARDED_BY(mu_);
  uint64_t written_ ABSL_GUARDED_BY(mu_);
  std::string waiting_ ABSL_GUARDED_BY(mu_);
};

class UnsyncedFileSystem::Writer final : public FSWritableFile {
 public:
  Writer(std::shared_ptr<Content> content, std::unique_ptr<FSWritableFile> real)
      : content_(std::move(content)), real_(std::move(real)) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions& /*options*/,
                  IODebugContext* /*debug*/) override {
    return content_->Append(data, real_.get());
  }
  IOStatus Truncate(uint64_t size, const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    return content_->Truncate(size, real_.get());
  }
  // What waits stays in memory: closing a file does not sync it.
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return real_->Close(options, debug);
  }
  IOStatus Flush(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return content_->Sync(real_.get(), options, debug);
  }
  // A hint to begin writing, not a promise.
  IOStatus RangeSync(uint64_t /*offset*/, uint64_t /*bytes*/, const IOOptions& /*options*/,
                     IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  bool IsSyncThreadSafe() const override { return true; }
  uint64_t GetFileSize(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return content_->size();
  }

 private:
  std::shared_ptr<Content> content_;
  std::unique_ptr<FSWritableFile> real_;
};

class UnsyncedFileSystem::Reader final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  Reader(std::shared_ptr<Content> content, std::unique_ptr<FSRandomAccessFile> real)
      : FSRandomAccessFileOwnerWrapper(std::move(real)), content_(std::move(content)) {}

  IOStatus Read(uint64_t offset, size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    return content_->Read(offset, n, options, result, scratch, debug, *target());
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    return FSRandomAccessFile::MultiRead(requests, count, options, debug);
  }
  IOStatus Prefetch(uint64_t /*offset*/, size_t /*n*/, const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("Prefetch");
  }

 private:
  std::shared_ptr<Content> content_;
};

class UnsyncedFileSystem::SequentialReader final : public FSSequentialFile {
 public:
  explicit SequentialReader(std::unique_ptr<FSRandomAccessFile> file) : file_(std::move(file)) {}

  IOStatus Read(size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    IOStatus status = file_->Read(offset_, n, options, result, scratch, debug);
    if (status.ok()) offset_ += result->size();
    return status;
  }
  IOStatus Skip(uint64_t n) override {
    offset_ += n;
    return IOStatus::OK();
  }

 private:
  std::unique_ptr<FSRandomAccessFile> file_;
  uint64_t offset_ = 0;
};

UnsyncedFileSystem::UnsyncedFileSystem(std::shared_ptr<rocksdb::FileSystem> base,
                                       int writeback_percent, uint64_t seed)
    : FileSystemWrapper(base), writeback_percent_(writeback_percent), seed_(seed) {}

UnsyncedFileSystem::~UnsyncedFileSystem() = default;

std::shared_ptr<UnsyncedFileSystem::Content> UnsyncedFileSystem::Find(
    const std::string& name) const {
  MutexLock lock(&mu_);
  const auto it = contents_.find(name);
  return it == contents_.end() ? nullptr : it->second;
}

void UnsyncedFileSystem::Set(const std::string& name, std::shared_ptr<Content> content) {
  MutexLock lock(&mu_);
  contents_[name] = std::move(content);
}

uint64_t UnsyncedFileSystem::UnsyncedBytes() const {
  MutexLock lock(&mu_);
  uint64_t bytes = 0;
  for (const auto& [name, content] : contents_) bytes += content->waiting();
  return bytes;
}

IOStatus UnsyncedFileSystem::NewWritableFile(const std::string& name, const FileOptions& options,
                                             std::unique_ptr<FSWritableFile>* file,
                                             IODebugContext* debug) {
  std::unique_ptr<FSWritableFile> real;
  IOStatus status = target()->NewWritableFile(name, options, &real, debug);
  if (!status.ok()) return status;
  uint64_t number = 0;
  {
    MutexLock lock(&mu_);
    number = ++files_;
  }
  auto content = std::make_shared<Content>(0, writeback_percent_, seed_ + number);
  Set(name, content);
  *file = std::make_unique<Writer>(std::move(content), std::move(real));
  return status;
}

IOStatus UnsyncedFileSystem::ReopenWritableFile(const std::string& name, const FileOptions& options,
                                                std::unique_ptr<FSWritableFile>* file,
                                                IODebugContext* debug) {
  std::unique_ptr<FSWritableFile> real;
  IOStatus status = target()->ReopenWritableFile(name, options, &real, debug);
  if (!status.ok()) return status;
  std::shared_ptr<Content> content = Find(name);
  if (content == nullptr) {
    uint64_t size = 0;
    status = target()->GetFileSize(name, IOOptions(), &size, debug);
    if (!status.ok()) return status;
    content = std::make_shared<Content>(size, writeback_percent_, seed_);
    Set(name, content);
  }
  *file = std::make_unique<Writer>(std::move(content), std::move(real));
  return status;
}

IOStatus UnsyncedFileSystem::ReuseWritableFile(const std::string& /*name*/,
                                               const std::string& /*old_name*/,
                                               const FileOptions& /*options*/,
                                               std::unique_ptr<FSWritableFile>* /*file*/,
                                               IODebugContext* /*debug*/) {
  return IOStatus::NotSupported("logs are not used again");
}

IOStatus UnsyncedFileSystem::NewRandomAccessFile(const std::string& name,
                                                 const FileOptions& options,
                                                 std::unique_ptr<FSRandomAccessFile>* file,
                                                 IODebugContext* debug) {
  IOStatus status = target()->NewRandomAccessFile(name, options, file, debug);
  if (!status.ok()) return status;
  if (std::shared_ptr<Content> content = Find(name); content != nullptr) {
    *file = std::make_unique<Reader>(std::move(content), std::move(*file));
  }
  return status;
}

IOStatus UnsyncedFileSystem::NewSequentialFile(const std::string& name, const FileOptions& options,
                                               std::unique_ptr<FSSequentialFile>* file,
                                               IODebugContext* debug) {
  if (Find(name) == nullptr) return target()->NewSequentialFile(name, options, file, debug);
  std::unique_ptr<FSRandomAccessFile> random_access;
  IOStatus status = NewRandomAccessFile(name, options, &random_access, debug);
  if (status.ok()) *file = std::make_unique<SequentialReader>(std::move(random_access));
  return status;
}

IOStatus UnsyncedFileSystem::GetFileSize(const std::string& name, const IOOptions& options,
                                         uint64_t* size, IODebugContext* debug) {
  IOStatus status = target()->GetFileSize(name, options, size, debug);
  if (!status.ok()) return status;
  if (const std::shared_ptr<Content> content = Find(name); content != nullptr) {
    *size = content->size();
  }
  return status;
}

IOStatus UnsyncedFileSystem::GetChildrenFileAttributes(const std::string& dir,
                                                       const IOOptions& options,
                                                       std::vector<rocksdb::FileAttributes>* result,
                                                       IODebugContext* debug) {
  IOStatus status = target()->GetChildrenFileAttributes(dir, options, result, debug);
  if (!status.ok()) return status;
  for (rocksdb::FileAttributes& file : *result) {
    if (const auto content = Find(dir + "/" + file.name); content != nullptr) {
      file.size_bytes = content->size();
    }
  }
  return status;
}

IOStatus UnsyncedFileSystem::RenameFile(const std::string& from, const std::string& to,
                                        const IOOptions& options, IODebugContext* debug) {
  IOStatus status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  MutexLock lock(&mu_);
  contents_.erase(to);
  if (auto node = contents_.extract(from); !node.empty()) {
    node.key() = to;
    contents_.insert(std::move(node));
  }
  return status;
}

IOStatus UnsyncedFileSystem::LinkFile(const std::string& from, const std::string& to,
                                      const IOOptions& options, IODebugContext* debug) {
  IOStatus status = target()->LinkFile(from, to, options, debug);
  if (!status.ok()) return status;
  if (std::shared_ptr<Content> content = Find(from); content != nullptr) {
    Set(to, std::move(content));
  }
  return status;
}

IOStatus UnsyncedFileSystem::DeleteFile(const std::string& name, const IOOptions& options,
                                        IODebugContext* debug) {
  IOStatus status = target()->DeleteFile(name, options, debug);
  if (!status.ok()) return status;
  MutexLock lock(&mu_);
  contents_.erase(name);
  return status;
}

}  // namespace tests
