#include "scheduler/store/memory_store.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"

// What is the memory store's own; the contract of every store is in tests/conformance/store.
namespace scheduler::store {
namespace {

absl::StatusOr<Position> CommitEntry(Store* store, int64_t epoch, std::string_view entry) {
  return store->Commit({epoch, entry, {}});
}

int CountEntries(const Store& store) {
  int entries = 0;
  EXPECT_TRUE(store
                  .ReadJournal(0,
                               [&](Position, std::string_view) {
                                 ++entries;
                                 return absl::OkStatus();
                               })
                  .ok());
  return entries;
}

TEST(MemoryStoreTest, ASecondOpenerGoesOnAndFencesTheFirst) {
  const auto disk = std::make_shared<MemoryDisk>();
  const std::unique_ptr<Store> first = OpenMemoryStore(disk);
  const int64_t old_epoch = *first->AcquireEpoch();
  EXPECT_EQ(*CommitEntry(first.get(), old_epoch, "a"), 1u);

  const std::unique_ptr<Store> second = OpenMemoryStore(disk);
  const int64_t epoch = *second->AcquireEpoch();
  EXPECT_GT(epoch, old_epoch);
  EXPECT_EQ(CountEntries(*second), 1);

  const absl::Status status = CommitEntry(first.get(), old_epoch, "b").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(base::errors::ReasonOf(status), "EPOCH_FENCED");
  EXPECT_EQ(*CommitEntry(second.get(), epoch, "c"), 2u);
  EXPECT_EQ(CountEntries(*second), 2);
}

TEST(MemoryStoreTest, EveryWriteOfADeposedStoreIsAborted) {
  const auto disk = std::make_shared<MemoryDisk>();
  const std::unique_ptr<Store> first = OpenMemoryStore(disk);
  ASSERT_TRUE(first->AcquireEpoch().ok());
  const std::unique_ptr<Store> second = OpenMemoryStore(disk);
  ASSERT_TRUE(second->AcquireEpoch().ok());
  EXPECT_EQ(first->TrimJournal(1).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(first->WriteCheckpoint(1, 1, "x").code(), absl::StatusCode::kAborted);
  EXPECT_EQ(first->Seal({}, 1).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(first->Retain(1, 1).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(first->ExpireRows(Table::kRequests, 1).code(), absl::StatusCode::kAborted);
}

TEST(MemoryStoreTest, AFullDiskRefusesWritesAndHeals) {
  const auto disk = std::make_shared<MemoryDisk>();
  const std::unique_ptr<Store> store = OpenMemoryStore(disk);
  const int64_t epoch = *store->AcquireEpoch();
  disk->SetFreeBytes(0);
  EXPECT_EQ(CommitEntry(store.get(), epoch, "a").status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(store->GetSpace()->free_bytes, 0);
  EXPECT_EQ(CountEntries(*store), 0);
  disk->SetFreeBytes(1 << 20);
  EXPECT_EQ(*CommitEntry(store.get(), epoch, "a"), 1u);
}

}  // namespace
}  // namespace scheduler::store
