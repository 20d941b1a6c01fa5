#include "scheduler/store/rocksdb/ballast.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "scheduler/base/log.h"

namespace scheduler::store {

absl::Status Ballast::Allocate() const {
  const int file = open(file_.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, file_);
  const int error = posix_fallocate(file, 0, bytes_);
  close(file);
  if (error == 0) return absl::OkStatus();
  unlink(file_.c_str());
  return absl::ErrnoToStatus(error, file_);
}

void Ballast::Restore(int64_t free_bytes) {
  base::MutexLock lock(&mu_);
  if (bytes_ <= 0 || held_ || free_bytes < 4 * bytes_) return;
  if (const absl::Status status = Allocate(); !status.ok()) {
    base::Log(base::LogLevel::kWarning, "the ballast file could not be written",
              {{"error", std::string(status.message())}});
    return;
  }
  held_ = true;
}

bool Ballast::Drop() {
  base::MutexLock lock(&mu_);
  // One that an earlier process left counts as well.
  const bool given = bytes_ > 0 && unlink(file_.c_str()) == 0;
  held_ = false;
  return given;
}

}  // namespace scheduler::store
