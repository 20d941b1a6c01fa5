#include "scheduler/store/rocksdb/data_dir.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/rocksdb/migrations.h"
#include "tests/support/store/fault_file_system.h"
#include "tests/support/temp_dir.h"

namespace scheduler::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DataDirTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<DataDir>> Open(std::vector<Migration> migrations = {},
                                                int format = 1) {
    return DataDir::Open(rocksdb::Env::Default(), path_, migrations, format);
  }
  void WriteFormat(const std::string& text) { std::ofstream(path_ + "/FORMAT") << text; }
  std::string ReadFormat() {
    std::string text;
    std::getline(std::ifstream(path_ + "/FORMAT"), text);
    return text;
  }

  tests::TempDir dir_;
  std::string path_ = dir_.path() + "/some/where/data";
};

TEST_F(DataDirTest, MakesTheDirectoryAndItsParents) {
  const auto dir = Open({}, kStoreFormat);
  ASSERT_TRUE(dir.ok()) << dir.status();
  EXPECT_EQ(ReadFormat(), "ductape-jobs store 3");
  EXPECT_TRUE(std::filesystem::is_directory((*dir)->checkpoints()));
  EXPECT_TRUE(std::filesystem::is_directory((*dir)->sealing()));
}

TEST_F(DataDirTest, ASecondOpenerIsToldWhatToDo) {
  const auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  const absl::Status second = Open().status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::errors::ReasonOf(second), "STORE_LOCKED");
  EXPECT_THAT(std::string(second.message()), HasSubstr(path_));
}

TEST_F(DataDirTest, TheLockEndsWithItsHolder) {
  ASSERT_TRUE(Open().ok());
  EXPECT_TRUE(Open().ok());
}

TEST_F(DataDirTest, ANewerStoreIsRefused) {
  ASSERT_TRUE(Open().ok());
  WriteFormat("ductape-jobs store 7\n");
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::errors::ReasonOf(status), "STORE_TOO_NEW");
  EXPECT_EQ(ReadFormat(), "ductape-jobs store 7");
}

TEST_F(DataDirTest, AFormatThatIsNoneIsDataLoss) {
  ASSERT_TRUE(Open().ok());
  for (const char* text : {"", "1", "ductape-jobs store x\n", "ductape-jobs store 1",
                           "ductape-jobs store 0\n", "ductape-jobs store -1\n"}) {
    WriteFormat(text);
    EXPECT_EQ(Open().status().code(), absl::StatusCode::kDataLoss) << text;
  }
}

TEST_F(DataDirTest, ADatabaseWithoutFormatIsDataLoss) {
  std::filesystem::create_directories(path_ + "/main");
  std::ofstream(path_ + "/main/CURRENT") << "MANIFEST-000001\n";
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DataDirTest, TheStoresOwnMigrationsLeadFromEachFormatToItsOwn) {
  const absl::Span<const Migration> own = StoreMigrations();
  for (int format = 1; format < kStoreFormat; ++format) {
    std::filesystem::remove_all(path_);
    ASSERT_TRUE(Open({}, format).ok());
    ASSERT_TRUE(Open({own.begin(), own.end()}, kStoreFormat).ok());
    EXPECT_EQ(ReadFormat(), "ductape-jobs store 3");
  }
}

TEST_F(DataDirTest, MigrationsRunInTurnFromTheFormatFound) {
  ASSERT_TRUE(Open().ok());
  std::vector<int> ran;
  std::vector<Migration> migrations;
  for (const int from : {3, 1, 2}) {
    migrations.push_back({from, [&ran, from](const std::string&) {
                            ran.push_back(from);
                            return absl::OkStatus();
                          }});
  }
  ASSERT_TRUE(Open(migrations, 4).ok());
  EXPECT_THAT(ran, ElementsAre(1, 2, 3));
  EXPECT_EQ(ReadFormat(), "ductape-jobs store 4");
  ASSERT_TRUE(Open(migrations, 4).ok());
  EXPECT_EQ(ran.size(), 3u) << "what was migrated is not migrated again";
}

TEST_F(DataDirTest, AnInterruptedMigrationGoesOnWhereItStopped) {
  ASSERT_TRUE(Open().ok());
  std::vector<int> ran;
  bool fails = true;
  const std::vector<Migration> migrations = {{1,
                                              [&](const std::string&) {
                                                ran.push_back(1);
                                                return absl::OkStatus();
                                              }},
                                             {2, [&](const std::string&) {
                                                ran.push_back(2);
                                                return fails ? absl::InternalError("interrupted")
                                                             : absl::OkStatus();
                                              }}};
  EXPECT_EQ(Open(migrations, 3).status().code(), absl::StatusCode::kInternal);
  EXPECT_EQ(ReadFormat(), "ductape-jobs store 2");
  fails = false;
  EXPECT_TRUE(Open(migrations, 3).ok());
  EXPECT_THAT(ran, ElementsAre(1, 2, 2));
}

TEST_F(DataDirTest, AFormatWithoutAWayOnIsDataLoss) {
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(Open({}, 2).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DataDirTest, APlaceThatCannotBeIsInternal) {
  std::ofstream(dir_.path() + "/some") << "a file";
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kInternal);
  path_ = "";
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kInternal);
}

TEST_F(DataDirTest, AnyFailedWriteIsAnErrorAndHarmless) {
  const auto faults = std::make_shared<tests::IoFaults>();
  const std::unique_ptr<rocksdb::Env> env =
      rocksdb::NewCompositeEnv(tests::NewFaultFileSystem(faults));
  for (uint64_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 100u);
    faults->Set({.ops = tests::kIoWrites | tests::kIoOpen, .nth = nth});
    const absl::Status status = DataDir::Open(env.get(), path_, {}).status();
    const bool failed = faults->failed() > 0;
    EXPECT_EQ(status.ok(), !failed) << status;
    faults->Clear();
    EXPECT_TRUE(DataDir::Open(env.get(), path_, {}).ok());
    std::filesystem::remove_all(path_);
    if (!failed) break;
  }
}

TEST_F(DataDirTest, SpaceIsThatOfTheFileSystemAndOfTheFiles) {
  const auto dir = Open();
  ASSERT_TRUE(dir.ok()) << dir.status();
  std::filesystem::create_directories((*dir)->main());
  std::filesystem::create_directories((*dir)->history());
  EXPECT_EQ(*(*dir)->UsedBytes(), 0);
  std::ofstream((*dir)->main() + "/x.sst") << std::string(1000, 'x');
  std::ofstream((*dir)->history() + "/x.sst") << std::string(500, 'x');
  EXPECT_EQ(*(*dir)->UsedBytes(), 1500);
  EXPECT_GT(*(*dir)->FreeBytes(), 0);
}

}  // namespace
}  // namespace scheduler::store
