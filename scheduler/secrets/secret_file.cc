#include "scheduler/secrets/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "absl/strings/str_cat.h"

namespace scheduler::secrets {

absl::StatusOr<SecretFile> SecretFile::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return absl::ErrnoToStatus(errno, "cannot be opened");
  SecretFile file(fd);
  struct stat about {};
  if (fstat(fd, &about) != 0) return absl::ErrnoToStatus(errno, "cannot be read");
  if (!S_ISREG(about.st_mode)) return absl::FailedPreconditionError("is no regular file");
  return file;
}

SecretFile::~SecretFile() {
  if (fd_ >= 0) close(fd_);
}

std::string SecretFile::RealPath() const {
  std::array<char, 4096> path{};
  const std::string link = absl::StrCat("/proc/self/fd/", fd_);
  const ssize_t size = readlink(link.c_str(), path.data(), path.size());
  if (size <= 0 || static_cast<size_t>(size) == path.size()) return "";
  return {path.data(), static_cast<size_t>(size)};
}

absl::StatusOr<base::SecretText> SecretFile::Read(size_t max_bytes) const {
  base::SecretText text(max_bytes + 1);
  size_t size = 0;
  while (size <= max_bytes) {
    const ssize_t got = read(fd_, text.data() + size, max_bytes + 1 - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, "cannot be read");
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  if (size > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("has more than ", max_bytes, " bytes"));
  }
  text.Shorten(size);
  return text;
}

}  // namespace scheduler::secrets
