#include "tests/support/store/unsynced_file_system.h"

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "tests/support/temp_dir.h"

namespace tests {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IOOptions;

class UnsyncedFileSystemTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) { return dir_.path() + "/" + name; }

  std::unique_ptr<FSWritableFile> Create(const std::string& name) {
    std::unique_ptr<FSWritableFile> file;
    EXPECT_TRUE(files_.NewWritableFile(Path(name), FileOptions(), &file, nullptr).ok());
    return file;
  }
  static void Append(FSWritableFile* file, const std::string& data) {
    EXPECT_TRUE(file->Append(data, IOOptions(), nullptr).ok());
  }
  static void Sync(FSWritableFile* file) { EXPECT_TRUE(file->Sync(IOOptions(), nullptr).ok()); }
  // What the kernel has: what another process would find after this one was killed.
  std::string Real(const std::string& name) {
    std::ifstream in(Path(name), std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
  }
  // What this process reads.
  std::string Seen(const std::string& name) {
    std::unique_ptr<rocksdb::FSSequentialFile> file;
    EXPECT_TRUE(files_.NewSequentialFile(Path(name), FileOptions(), &file, nullptr).ok());
    std::string content;
    char buffer[7];
    for (rocksdb::Slice part;;) {
      EXPECT_TRUE(file->Read(sizeof(buffer), IOOptions(), &part, buffer, nullptr).ok());
      if (part.empty()) return content;
      content.append(part.data(), part.size());
    }
  }
  uint64_t Size(const std::string& name) {
    uint64_t size = 0;
    EXPECT_TRUE(files_.GetFileSize(Path(name), IOOptions(), &size, nullptr).ok());
    return size;
  }

  TempDir dir_;
  UnsyncedFileSystem files_;
};

TEST_F(UnsyncedFileSystemTest, OnlySyncedDataReachesTheRealFile) {
  const auto file = Create("f");
  Append(file.get(), "one ");
  EXPECT_EQ(Real("f"), "");
  EXPECT_EQ(Seen("f"), "one ");
  Sync(file.get());
  EXPECT_EQ(Real("f"), "one ");
  Append(file.get(), "two");
  EXPECT_EQ(Real("f"), "one ");
  EXPECT_EQ(Seen("f"), "one two");
  EXPECT_EQ(Size("f"), 7u);
  EXPECT_EQ(files_.UnsyncedBytes(), 3u);
}

TEST_F(UnsyncedFileSystemTest, FlushAndCloseAreNoSync) {
  auto file = Create("f");
  Append(file.get(), "data");
  EXPECT_TRUE(file->Flush(IOOptions(), nullptr).ok());
  EXPECT_TRUE(file->Close(IOOptions(), nullptr).ok());
  file.reset();
  EXPECT_EQ(Real("f"), "");
  EXPECT_EQ(Seen("f"), "data");
}

TEST_F(UnsyncedFileSystemTest, AClosedFileCanBeSyncedThroughANewHandle) {
  auto file = Create("f");
  Append(file.get(), "data");
  EXPECT_TRUE(file->Close(IOOptions(), nullptr).ok());
  EXPECT_TRUE(files_.ReopenWritableFile(Path("f"), FileOptions(), &file, nullptr).ok());
  Sync(file.get());
  EXPECT_EQ(Real("f"), "data");
  Append(file.get(), " more");
  Sync(file.get());
  EXPECT_EQ(Real("f"), "data more");
}

TEST_F(UnsyncedFileSystemTest, ARenamedFileTakesItsDataAlong) {
  const auto file = Create("a");
  Append(file.get(), "data");
  ASSERT_TRUE(files_.RenameFile(Path("a"), Path("b"), IOOptions(), nullptr).ok());
  EXPECT_EQ(Real("b"), "") << "the name is there, the data is not";
  EXPECT_EQ(Seen("b"), "data");
  Sync(file.get());
  EXPECT_EQ(Real("b"), "data");
}

TEST_F(UnsyncedFileSystemTest, ALinkSharesTheData) {
  const auto file = Create("a");
  Append(file.get(), "data");
  ASSERT_TRUE(files_.LinkFile(Path("a"), Path("b"), IOOptions(), nullptr).ok());
  EXPECT_EQ(Seen("b"), "data");
  ASSERT_TRUE(files_.DeleteFile(Path("a"), IOOptions(), nullptr).ok());
  Sync(file.get());
  EXPECT_EQ(Real("b"), "data");
}

TEST_F(UnsyncedFileSystemTest, ANewFileUnderAnOldNameIsEmpty) {
  Append(Create("f").get(), "old");
  const auto file = Create("f");
  EXPECT_EQ(Seen("f"), "");
  Append(file.get(), "new");
  EXPECT_EQ(Seen("f"), "new");
}

TEST_F(UnsyncedFileSystemTest, FilesOfOthersPassThrough) {
  std::ofstream(Path("f")) << "there before";
  EXPECT_EQ(Seen("f"), "there before");
  EXPECT_EQ(Size("f"), 12u);
}

TEST_F(UnsyncedFileSystemTest, WritebackSendsAPrefixAhead) {
  UnsyncedFileSystem files(rocksdb::FileSystem::Default(), /*writeback_percent=*/50, /*seed=*/3);
  std::unique_ptr<FSWritableFile> file;
  ASSERT_TRUE(files.NewWritableFile(Path("f"), FileOptions(), &file, nullptr).ok());
  std::string all;
  bool cut = false;
  for (int i = 0; i < 200; ++i) {
    const std::string data = "record " + std::to_string(i) + ";";
    Append(file.get(), data);
    all += data;
    const std::string real = Real("f");
    ASSERT_EQ(all.substr(0, real.size()), real);
    cut |= !real.empty() && real.size() < all.size() && real.back() != ';';
  }
  EXPECT_TRUE(cut) << "a record was cut in two";
  Sync(file.get());
  EXPECT_EQ(Real("f"), all);
}

}  // namespace
}  // namespace tests
