#include "scheduler/dispatch/database/memory_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "scheduler/base/strings.h"

namespace scheduler::dispatch {

MemoryFile::MemoryFile(std::string_view content)
    : fd_(memfd_create("ductape-secret", MFD_CLOEXEC)) {
  bool written = fd_ >= 0 && fchmod(fd_, S_IRUSR | S_IWUSR) == 0;
  while (written && !content.empty()) {
    const ssize_t n = write(fd_, content.data(), content.size());
    written = n > 0;
    if (written) content.remove_prefix(n);
  }
  if (!written && fd_ >= 0) close(std::exchange(fd_, -1));
}

MemoryFile::~MemoryFile() {
  if (fd_ >= 0) close(fd_);
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

MemoryFile& MemoryFile::operator=(MemoryFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

std::string MemoryFile::path() const { return fd_ < 0 ? "" : base::StrCat("/proc/self/fd/", fd_); }

}  // namespace scheduler::dispatch
