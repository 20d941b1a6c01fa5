#include "scheduler/store/rocksdb/ballast.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "scheduler/base/log.h"

namespace scheduler::store {
namespace {

absl::Status Allocate(const std::string& name, int64_t bytes) {
  const int file = open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, name);
  const int error = posix_fallocate(file, 0, bytes);
  close(file);
  if (error == 0) return absl::OkStatus();
  unlink(name.c_str());
  return absl::ErrnoToStatus(error, name);
}

}  // namespace

void Ballast::Restore(int64_t free_bytes) const {
  if (bytes_ <= 0 || free_bytes < 4 * bytes_) return;
  struct stat found {};
  if (stat(file_.c_str(), &found) == 0 && found.st_size >= bytes_) return;
  if (const absl::Status status = Allocate(file_, bytes_); !status.ok()) {
    base::Log(base::LogLevel::kWarning, "the ballast file could not be written",
              {{"error", std::string(status.message())}});
  }
}

bool Ballast::Drop() const { return bytes_ > 0 && unlink(file_.c_str()) == 0; }

}  // namespace scheduler::store
