#ifndef TESTS_SUPPORT_TEMP_DIR_H_
#define TESTS_SUPPORT_TEMP_DIR_H_

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace tests {

// A new directory, removed with all its content at the end.
class TempDir {
 public:
  // kFast: in memory where the system has such a place, for tests that sync thousands of times and
  // do not care what a disk is.
  enum class Kind { kOrdinary, kFast };

  explicit TempDir(Kind kind = Kind::kOrdinary) {
    const bool fast = kind == Kind::kFast && access("/dev/shm", W_OK) == 0;
    path_ = fast ? "/dev/shm" : std::filesystem::temp_directory_path().string();
    path_ += "/ductape-test-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) abort();
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace tests

#endif  // TESTS_SUPPORT_TEMP_DIR_H_
