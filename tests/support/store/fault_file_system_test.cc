#include "tests/support/store/fault_file_system.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "tests/support/temp_dir.h"

namespace tests {
namespace {

class FaultFileSystemTest : public testing::Test {
 protected:
  rocksdb::Status Write(const std::string& name, const std::string& data) {
    return rocksdb::WriteStringToFile(env_.get(), data, Path(name), /*should_sync=*/true);
  }
  std::string Read(const std::string& name) {
    std::string data;
    EXPECT_TRUE(rocksdb::ReadFileToString(rocksdb::Env::Default(), Path(name), &data).ok());
    return data;
  }
  std::string Path(const std::string& name) { return dir_.path() + "/" + name; }

  TempDir dir_;
  std::shared_ptr<IoFaults> faults_ = std::make_shared<IoFaults>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(NewFaultFileSystem(faults_));
};

TEST_F(FaultFileSystemTest, WithoutAPlanEverythingPasses) {
  EXPECT_TRUE(Write("f", "data").ok());
  EXPECT_EQ(Read("f"), "data");
}

TEST_F(FaultFileSystemTest, TheNthMatchFails) {
  faults_->Set({.ops = kIoSync, .nth = 2});
  EXPECT_TRUE(Write("a", "data").ok());
  EXPECT_TRUE(Write("b", "data").IsIOError());
  EXPECT_TRUE(Write("c", "data").ok());
  EXPECT_EQ(faults_->matched(), 3u);
  EXPECT_EQ(faults_->failed(), 1u);
}

TEST_F(FaultFileSystemTest, NoSpaceIsKnownAsSuch) {
  faults_->Set({.ops = kIoAppend, .times = 100, .fault = IoFault::kEnospc});
  EXPECT_TRUE(Write("a", "data").IsNoSpace());
  faults_->Clear();
  EXPECT_TRUE(Write("a", "data").ok());
}

TEST_F(FaultFileSystemTest, AShortWriteLeavesHalf) {
  faults_->Set({.ops = kIoAppend, .fault = IoFault::kShortWrite});
  std::unique_ptr<rocksdb::WritableFile> file;
  ASSERT_TRUE(env_->NewWritableFile(Path("f"), &file, rocksdb::EnvOptions()).ok());
  EXPECT_TRUE(file->Append("abcdef").IsNoSpace());
  EXPECT_TRUE(file->Close().ok());
  EXPECT_EQ(Read("f"), "abc");
}

TEST_F(FaultFileSystemTest, PlansCanNameFiles) {
  faults_->Set({.ops = kIoOpen, .name_part = ".log", .times = 100, .fault = IoFault::kEmfile});
  EXPECT_TRUE(Write("a.sst", "data").ok());
  EXPECT_TRUE(Write("a.log", "data").IsIOError());
}

TEST_F(FaultFileSystemTest, RenamesReadsDeletesAndDirectoriesFail) {
  ASSERT_TRUE(Write("a", "data").ok());
  std::string data;
  faults_->Set({.ops = kIoRead});
  EXPECT_TRUE(rocksdb::ReadFileToString(env_.get(), Path("a"), &data).IsIOError());
  faults_->Set({.ops = kIoRename});
  EXPECT_TRUE(env_->RenameFile(Path("a"), Path("b")).IsIOError());
  faults_->Set({.ops = kIoDelete});
  EXPECT_TRUE(env_->DeleteFile(Path("a")).IsIOError());
  faults_->Set({.ops = kIoSync});
  std::unique_ptr<rocksdb::Directory> directory;
  ASSERT_TRUE(env_->NewDirectory(dir_.path(), &directory).ok());
  EXPECT_TRUE(directory->Fsync().IsIOError());
  EXPECT_EQ(Read("a"), "data");
}

}  // namespace
}  // namespace tests
