#ifndef TESTS_SUPPORT_STORE_UNSYNCED_FILE_SYSTEM_H_
#define TESTS_SUPPORT_STORE_UNSYNCED_FILE_SYSTEM_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "rocksdb/file_system.h"
#include "scheduler/base/mutex.h"
#include "scheduler/base/random.h"

namespace tests {

// A file system that keeps what was not synced in the memory of the process, so that ending the
// process at any moment (kill -9, _exit) loses it, as a power cut does. Without it such an end loses
// nothing that was written, since the kernel has it.
//
//   data      appended bytes reach the real file when the file is synced; until then this process
//             reads them from memory. With `writeback_percent` each append, with that chance, sends a
//             part of what is waiting ahead to the real file, as the kernel's writeback does: so
//             after the end a file may hold less than was written, cut anywhere, while another that
//             was written later holds all.
//   metadata  creating, renaming, linking and removing files, and making directories, are durable at
//             once. A journaling file system orders them; that a name needs a sync of its directory
//             is the code's duty and not tested by this class.
//   logs      RocksDB's LOG files and locks pass through.
//
// Thread-safe.
class UnsyncedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit UnsyncedFileSystem(
      std::shared_ptr<rocksdb::FileSystem> base = rocksdb::FileSystem::Default(),
      int writeback_percent = 0, uint64_t seed = 1);
  ~UnsyncedFileSystem() override;

  const char* Name() const override { return "UnsyncedFileSystem"; }

  // Bytes of all files that an end of the process now would lose.
  uint64_t UnsyncedBytes() const;

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& name,
                                        const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                        rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFileSize(const std::string& name, const rocksdb::IOOptions& options,
                                uint64_t* size, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetChildrenFileAttributes(const std::string& dir,
                                              const rocksdb::IOOptions& options,
                                              std::vector<rocksdb::FileAttributes>* result,
                                              rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  class Content;
  class Writer;
  class Reader;
  class SequentialReader;

  // What this process knows of a file beyond the real one; null: nothing.
  std::shared_ptr<Content> Find(const std::string& name) const;
  void Set(const std::string& name, std::shared_ptr<Content> content);

  const int writeback_percent_;
  const uint64_t seed_;
  mutable scheduler::base::Mutex mu_;
  std::map<std::string, std::shared_ptr<Content>> contents_ ABSL_GUARDED_BY(mu_);
  uint64_t files_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace tests

#endif  // TESTS_SUPPORT_STORE_UNSYNCED_FILE_SYSTEM_H_
