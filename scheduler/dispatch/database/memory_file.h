#ifndef SCHEDULER_DISPATCH_DATABASE_MEMORY_FILE_H_
#define SCHEDULER_DISPATCH_DATABASE_MEMORY_FILE_H_

#include <string>
#include <string_view>

namespace scheduler::dispatch {

// A file in memory, for libraries that take certificates and keys as files: no disk sees it, only this
// process and its owner may open it (mode 0600), and it is gone with this object, also by a kill -9.
class MemoryFile {
 public:
  MemoryFile() = default;  // none: an empty path
  explicit MemoryFile(std::string_view content);
  ~MemoryFile();
  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile& operator=(MemoryFile&& other) noexcept;

  bool ok() const { return fd_ >= 0; }
  // "/proc/self/fd/17"; empty if it could not be made.
  std::string path() const;

 private:
  int fd_ = -1;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_MEMORY_FILE_H_
