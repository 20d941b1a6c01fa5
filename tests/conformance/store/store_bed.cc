#include "tests/conformance/store/store_bed.h"

#include <filesystem>

#include "scheduler/base/interned.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/memory_store.h"
#include "tests/support/temp_dir.h"
#ifdef DUCTAPE_HAS_ROCKSDB
#include "scheduler/store/rocksdb/rocks_store.h"
#endif

namespace tests {
namespace {

using scheduler::base::Millis;
using scheduler::store::CommitBatch;
using scheduler::store::Position;
using scheduler::store::RowChange;
using scheduler::store::SealedRun;
using scheduler::store::Store;
using scheduler::store::Table;
using scheduler::store::UnsuccessfulCursor;

class MemoryBed final : public StoreBed {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open() override {
    return scheduler::store::OpenMemoryStore(disk_);
  }
  bool side_by_side() const override { return true; }

 private:
  std::shared_ptr<scheduler::store::MemoryDisk> disk_ =
      std::make_shared<scheduler::store::MemoryDisk>();
};

#ifdef DUCTAPE_HAS_ROCKSDB
class RocksBed final : public StoreBed {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open() override {
    scheduler::store::RocksOptions options;
    options.data_dir = dir_.path();
    return scheduler::store::OpenRocksStore(options);
  }
  bool side_by_side() const override { return false; }

 private:
  TempDir dir_;
};
#endif

}  // namespace

std::vector<StoreKind> AllStoreKinds() {
  std::vector<StoreKind> kinds;
  kinds.push_back({"Memory", [] { return std::make_unique<MemoryBed>(); }});
#ifdef DUCTAPE_HAS_ROCKSDB
  kinds.push_back({"RocksDb", [] { return std::make_unique<RocksBed>(); }});
#endif
  return kinds;
}

void StoreTest::SetUp() {
  bed_ = GetParam().make();
  Reopen();
}

void StoreTest::Reopen() {
  store_.reset();
  absl::StatusOr<std::unique_ptr<Store>> store = bed_->Open();
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
  const absl::StatusOr<int64_t> epoch = store_->AcquireEpoch();
  ASSERT_TRUE(epoch.ok()) << epoch.status();
  EXPECT_GT(*epoch, epoch_);
  epoch_ = *epoch;
}

Position StoreTest::Commit(std::string_view journal, std::vector<RowChange> changes) {
  const absl::StatusOr<Position> position = store_->Commit({epoch_, journal, changes});
  EXPECT_TRUE(position.ok()) << position.status();
  return position.value_or(0);
}

void StoreTest::Put(Table table, std::string key, std::string value) {
  Commit("", {{table, std::move(key), std::move(value)}});
}

void StoreTest::Remove(Table table, std::string key) {
  Commit("", {{table, std::move(key), std::nullopt}});
}

std::vector<Entry> StoreTest::Journal(Position after) {
  std::vector<Entry> entries;
  const absl::Status status =
      store_->ReadJournal(after, [&entries](Position position, std::string_view entry) {
        entries.emplace_back(position, entry);
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return entries;
}

std::vector<Row> StoreTest::Rows(Table table, std::string_view begin, std::string_view end) {
  std::vector<Row> rows;
  const absl::Status status =
      store_->Scan(table, begin, end, [&rows](std::string_view key, std::string_view value) {
        rows.emplace_back(key, value);
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
  return rows;
}

std::optional<std::string> StoreTest::Get(Table table, std::string_view key) {
  const absl::StatusOr<std::optional<std::string>> value = store_->Get(table, key);
  EXPECT_TRUE(value.ok()) << value.status();
  return value.value_or(std::nullopt);
}

void StoreTest::Seal(std::vector<SealedRun> runs, Position through) {
  const absl::Status status = store_->Seal(runs, through);
  EXPECT_TRUE(status.ok()) << status;
}

std::vector<int64_t> StoreTest::RunNumbers(scheduler::core::Uid uid, int64_t before, size_t most) {
  std::vector<int64_t> numbers;
  const absl::Status status =
      store_->ScanRuns(uid, before, [&](const scheduler::core::RunKey& key, std::string_view) {
        EXPECT_EQ(key.uid, uid);
        numbers.push_back(key.number);
        return numbers.size() < most;
      });
  EXPECT_TRUE(status.ok()) << status;
  return numbers;
}

std::optional<std::string> StoreTest::GetRun(scheduler::core::RunKey key) {
  const absl::StatusOr<std::optional<std::string>> run = store_->GetRun(key);
  EXPECT_TRUE(run.ok()) << run.status();
  return run.value_or(std::nullopt);
}

std::vector<UnsuccessfulCursor> StoreTest::Unsuccessful(std::string_view product,
                                                        UnsuccessfulCursor after, size_t most) {
  std::vector<UnsuccessfulCursor> found;
  const absl::Status status = store_->ScanUnsuccessful(
      product, after, [&](const UnsuccessfulCursor& cursor, std::string_view) {
        found.push_back(cursor);
        return found.size() < most;
      });
  EXPECT_TRUE(status.ok()) << status;
  return found;
}

SealedRun SealedOf(scheduler::core::RunKey key, Millis end, bool successful,
                   int32_t history_limit) {
  scheduler::core::TerminalRun run;
  run.key = key;
  run.state =
      successful ? scheduler::core::RunState::kCompleted : scheduler::core::RunState::kFailed;
  run.history_limit = history_limit;
  run.nominal = run.last_nominal = run.due = run.create_time = end - 10;
  run.end_time = end;
  run.product = scheduler::base::Intern("shop");
  return scheduler::store::Seal(run);
}

}  // namespace tests
