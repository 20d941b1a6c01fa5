#include "scheduler/store/rocksdb/rocks_store.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/key_bytes.h"
#include "tests/support/store/fault_file_system.h"
#include "tests/support/temp_dir.h"

// What is the embedded store's own; the contract of every store is in tests/conformance/store.
namespace scheduler::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using tests::IoFault;

class RocksStoreTest : public testing::Test {
 protected:
  RocksStoreTest() {
    options_.data_dir = dir_.path() + "/data";
    options_.write_buffer_bytes = 16 << 20;
    options_.file_system = tests::NewFaultFileSystem(faults_);
  }
  void Open() {
    store_.reset();
    absl::StatusOr<std::unique_ptr<Store>> store = OpenRocksStore(options_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    epoch_ = *store_->AcquireEpoch();
  }
  absl::StatusOr<Position> Commit(std::string_view entry) {
    return store_->Commit({epoch_, entry, {}});
  }
  absl::StatusCode CommitCode(std::string_view entry) { return Commit(entry).status().code(); }
  std::vector<Position> Positions(Position after = 0) {
    std::vector<Position> positions;
    EXPECT_TRUE(store_
                    ->ReadJournal(after,
                                  [&](Position position, std::string_view) {
                                    positions.push_back(position);
                                    return absl::OkStatus();
                                  })
                    .ok());
    return positions;
  }
  // Files of `part` of the store whose names end so.
  std::vector<fs::path> Files(const std::string& part, const std::string& end) {
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(options_.data_dir + "/" + part)) {
      if (file.path().string().ends_with(end)) files.push_back(file.path());
    }
    return files;
  }

  // Bytes of main's tables. They come and go in the background.
  int64_t TableBytes() {
    int64_t bytes = 0;
    for (const fs::path& file : Files("main", ".sst")) {
      std::error_code gone;
      const auto size = fs::file_size(file, gone);
      if (!gone) bytes += static_cast<int64_t>(size);
    }
    return bytes;
  }

  tests::TempDir dir_;
  std::shared_ptr<tests::IoFaults> faults_ = std::make_shared<tests::IoFaults>();
  RocksOptions options_;
  std::unique_ptr<Store> store_;
  int64_t epoch_ = 0;
};

SealedRun RunOf(core::Uid uid, int64_t number, Millis end) {
  core::TerminalRun run;
  run.key = {uid, number};
  run.history_limit = 10'000;
  run.nominal = run.end_time = end;
  return Seal(run);
}

TEST_F(RocksStoreTest, ADeniedDirectoryIsInternal) {
  std::ofstream(dir_.path() + "/file") << "x";
  options_.data_dir = dir_.path() + "/file/data";
  EXPECT_EQ(OpenRocksStore(options_).status().code(), absl::StatusCode::kInternal);
}

TEST_F(RocksStoreTest, AFailedSyncIsFinal) {
  Open();
  ASSERT_TRUE(Commit("a").ok());
  faults_->Set({.ops = tests::kIoSync, .name_part = ".log"});
  EXPECT_EQ(CommitCode("b"), absl::StatusCode::kDataLoss);
  EXPECT_EQ(base::errors::ReasonOf(Commit("c").status()), "SYNC_FAILED");
  EXPECT_EQ(store_->TrimJournal(1).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(*store_->Get(Table::kJobs, "k"), std::nullopt) << "reads go on";
  Open();
  const std::vector<Position> positions = Positions();
  EXPECT_FALSE(positions.empty());
  EXPECT_EQ(Commit("d").value_or(0), positions.size() + 1);
}

TEST_F(RocksStoreTest, ASyncThatFailsForSpaceIsFinalToo) {
  Open();
  faults_->Set({.ops = tests::kIoSync, .name_part = ".log", .fault = IoFault::kEnospc});
  EXPECT_EQ(CommitCode("a"), absl::StatusCode::kDataLoss);
  faults_->Clear();
  EXPECT_EQ(CommitCode("b"), absl::StatusCode::kDataLoss);
}

TEST_F(RocksStoreTest, AFailedWriteIsFinal) {
  Open();
  faults_->Set({.ops = tests::kIoAppend, .name_part = ".log"});
  EXPECT_EQ(CommitCode("a"), absl::StatusCode::kDataLoss);
  faults_->Clear();
  EXPECT_EQ(CommitCode("b"), absl::StatusCode::kDataLoss);
  Open();
  EXPECT_THAT(Positions(), ElementsAre());
}

TEST_F(RocksStoreTest, AFullDiskRefusesAndHeals) {
  for (const IoFault fault : {IoFault::kEnospc, IoFault::kShortWrite}) {
    Open();
    const Position before = Commit("a").value_or(0);
    ASSERT_GT(before, 0u);
    faults_->Set({.ops = tests::kIoAppend, .times = 1000, .fault = fault});
    EXPECT_EQ(CommitCode("lost"), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(CommitCode("lost"), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(Positions().size(), before) << "reads go on";
    faults_->Clear();
    EXPECT_EQ(*Commit("b"), before + 1);
    EXPECT_EQ(*Commit("c"), before + 2);
    Open();
    EXPECT_EQ(Positions().size(), before + 2);
  }
}

// Whatever cannot be opened for want of descriptors: the write is refused, and is done when they are
// back. Nothing is lost, and nothing is there twice.
TEST_F(RocksStoreTest, WithoutDescriptorsWritesAreRefusedAndHeal) {
  Open();
  const std::string large(1 << 20, 'x');  // so that logs and tables are begun every few commits
  Position last = 0;
  for (const char* name : {".log", ".sst", "main"}) {
    SCOPED_TRACE(name);
    faults_->Set(
        {.ops = tests::kIoOpen, .name_part = name, .times = UINT64_MAX, .fault = IoFault::kEmfile});
    int refused = 0;
    for (int i = 0; i < 40; ++i) {
      const absl::StatusOr<Position> position = Commit(large);
      if (position.ok()) {
        ASSERT_EQ(*position, ++last);
        continue;
      }
      ASSERT_EQ(base::errors::ReasonOf(position.status()), "OUT_OF_DESCRIPTORS")
          << position.status();
      if (++refused == 3) break;
    }
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(Positions().size(), last) << "reads go on";
    faults_->Clear();
    ASSERT_TRUE(Commit("small").ok());
    ++last;
    // Nothing of it stays behind: what is written by tables works as well.
    ASSERT_TRUE(
        store_->Seal(std::vector<SealedRun>{RunOf(1, static_cast<int64_t>(last), 1)}, last).ok());
    ASSERT_TRUE(store_->TrimJournal(0).ok());
  }
  Open();
  EXPECT_EQ(Positions().size(), last);
}

TEST_F(RocksStoreTest, WithoutDescriptorsSealsAndCheckpointsAreTriedAgain) {
  Open();
  ASSERT_TRUE(Commit("a").ok());
  const std::vector<SealedRun> runs = {RunOf(1, 1, 1)};
  for (uint64_t nth = 1; nth <= 8; ++nth) {
    SCOPED_TRACE(nth);
    faults_->Set({.ops = tests::kIoOpen, .nth = nth, .fault = IoFault::kEmfile});
    const absl::Status sealed = store_->Seal(runs, nth);
    const absl::Status written = store_->WriteCheckpoint(9, nth, "state");
    for (const absl::Status& status : {sealed, written}) {
      if (status.ok()) continue;
      EXPECT_EQ(base::errors::ReasonOf(status), "OUT_OF_DESCRIPTORS") << status;
    }
    EXPECT_EQ(sealed.ok() && written.ok(), faults_->failed() == 0);
    faults_->Clear();
    EXPECT_TRUE(store_->Seal(runs, nth).ok());
    EXPECT_TRUE(store_->WriteCheckpoint(9, nth, "state").ok());
    EXPECT_TRUE(Files("sealing", "").empty());
  }
  EXPECT_TRUE(store_->GetRun({1, 1})->has_value());
}

TEST_F(RocksStoreTest, BelowTheFloorNothingIsTried) {
  Open();
  ASSERT_TRUE(Commit("a").ok());
  options_.commit_floor_bytes = INT64_MAX;
  Open();
  EXPECT_EQ(base::errors::ReasonOf(Commit("b").status()), "DISK_FULL");
  EXPECT_THAT(Positions(), ElementsAre(1));
  options_.commit_floor_bytes = 0;
  Open();
  EXPECT_EQ(*Commit("b"), 2u);
}

TEST_F(RocksStoreTest, TrimmingGivesSpaceBack) {
  Open();
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(Commit(std::string(1 << 20, 'x')).ok());
  // Tables reach the last level in the background; trimming takes those that are there, and a later
  // one takes the rest.
  const Position last = Positions().back();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(Commit("small").ok());
    ASSERT_TRUE(store_->TrimJournal(last + static_cast<Position>(i)).ok());
    if (TableBytes() < (8 << 20)) break;
  }
  EXPECT_LT(TableBytes(), 12 << 20);
  Open();
  EXPECT_EQ(Positions().size(), 1u);
}

TEST_F(RocksStoreTest, AMissingEntryIsNoticed) {
  Open();
  for (const char* entry : {"a", "b", "c", "d"}) ASSERT_TRUE(Commit(entry).ok());
  store_.reset();
  {
    std::vector<std::string> names;
    const std::string main = options_.data_dir + "/main";
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), main, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const std::string& name : names)
      descriptors.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(rocksdb::DBOptions(), main, descriptors, &handles, &db).ok());
    std::string key;
    AppendKeyNumber(2, &key);
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      const bool deleted =
          handle->GetName() != "journal" || db->Delete(rocksdb::WriteOptions(), handle, key).ok();
      EXPECT_TRUE(deleted);
      EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    }
    delete db;
  }
  Open();
  const absl::Status status =
      store_->ReadJournal(0, [](Position, std::string_view) { return absl::OkStatus(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Positions(2), ElementsAre(3, 4));
}

TEST_F(RocksStoreTest, ADamagedCheckpointIsNoticed) {
  Open();
  ASSERT_TRUE(store_->WriteCheckpoint(9, 1, std::string(100'000, 'x')).ok());
  const std::vector<fs::path> files = Files("checkpoints", ".sst");
  ASSERT_EQ(files.size(), 1u);
  std::fstream file(files[0], std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(20);
  file.put('\x55');
  file.close();
  const absl::Status status = store_->ReadCheckpoints(
      [](core::ShardId, Position, std::string_view) { return absl::OkStatus(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
}

TEST_F(RocksStoreTest, LeftoversAreRemoved) {
  Open();
  store_.reset();
  std::ofstream(options_.data_dir + "/sealing/7-runs.sst") << "half";
  std::ofstream(options_.data_dir + "/checkpoints/shard-1.sst.new") << "half";
  Open();
  EXPECT_TRUE(Files("sealing", "").empty());
  EXPECT_TRUE(Files("checkpoints", "").empty());
  EXPECT_TRUE(store_->Seal(std::vector<SealedRun>{RunOf(1, 1, 1)}, 1).ok());
  EXPECT_TRUE(Files("sealing", "").empty()) << "tables are moved into history";
}

TEST_F(RocksStoreTest, ARefusedSealLeavesNothingBehind) {
  Open();
  const std::vector<SealedRun> runs = {RunOf(1, 1, 1)};
  faults_->Set({.ops = tests::kIoAppend, .name_part = "sealing", .fault = IoFault::kEnospc});
  EXPECT_EQ(store_->Seal(runs, 5).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Files("sealing", "").empty());
  EXPECT_EQ(*store_->SealedThrough(), 0u);
  faults_->Clear();
  EXPECT_TRUE(store_->Seal(runs, 5).ok());
  EXPECT_EQ(*store_->SealedThrough(), 5u);
}

TEST_F(RocksStoreTest, AgedTablesAreRewritten) {
  Open();
  std::vector<SealedRun> runs;
  for (int64_t n = 1; n <= 100; ++n) runs.push_back(RunOf(1, n, 1000 + n));
  ASSERT_TRUE(store_->Seal(runs, 1).ok());
  ASSERT_TRUE(store_->Retain(1051, INT64_MAX).ok());
  std::vector<int64_t> numbers;
  ASSERT_TRUE(store_
                  ->ScanRuns(1, INT64_MAX,
                             [&](const core::RunKey& key, std::string_view) {
                               numbers.push_back(key.number);
                               return true;
                             })
                  .ok());
  EXPECT_EQ(numbers.size(), 50u);
  EXPECT_EQ(numbers.back(), 51);
}

TEST_F(RocksStoreTest, UsedSpaceCountsAllParts) {
  Open();
  const int64_t before = store_->GetSpace()->used_bytes;
  std::string noise(500'000, '\0');
  for (size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * i >> 3);
  ASSERT_TRUE(store_->WriteCheckpoint(1, 1, noise).ok());
  EXPECT_GT(store_->GetSpace()->used_bytes, before);
}

}  // namespace
}  // namespace scheduler::store
