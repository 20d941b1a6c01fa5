#include "scheduler/dispatch/database/memory_file.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

std::string Content(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

TEST(MemoryFileTest, CanBeReadByItsPathWhileItIsThere) {
  std::string path;
  {
    MemoryFile file("a secret");
    ASSERT_TRUE(file.ok());
    MemoryFile moved = std::move(file);
    EXPECT_FALSE(file.ok());  // NOLINT(bugprone-use-after-move)
    path = moved.path();
    EXPECT_EQ(Content(path), "a secret");
    EXPECT_EQ(Content(path), "a secret");
    struct stat info = {};
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_TRUE(S_ISREG(info.st_mode));
  }
  EXPECT_EQ(Content(path), "");
  EXPECT_EQ(MemoryFile().path(), "");
}

}  // namespace
}  // namespace scheduler::dispatch
