#ifndef SCHEDULER_SECRETS_SECRET_FILE_H_
#define SCHEDULER_SECRETS_SECRET_FILE_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "scheduler/base/secret_text.h"

namespace scheduler::secrets {

// An open file with a secret. Opening never waits, whatever the path names (a FIFO, a device).
class SecretFile {
 public:
  // Errors say why, without the path: NOT_FOUND, PERMISSION_DENIED, FAILED_PRECONDITION if it is no
  // regular file, else UNKNOWN.
  static absl::StatusOr<SecretFile> Open(const std::string& path);
  ~SecretFile();
  SecretFile(SecretFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  SecretFile& operator=(SecretFile&&) = delete;

  // Where it really is, links resolved; empty if nobody knows.
  std::string RealPath() const;

  // All of it; RESOURCE_EXHAUSTED if it is larger than `max_bytes`.
  absl::StatusOr<base::SecretText> Read(size_t max_bytes) const;

 private:
  explicit SecretFile(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace scheduler::secrets

#endif  // SCHEDULER_SECRETS_SECRET_FILE_H_
