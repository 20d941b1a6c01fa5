#include <stdlib.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/rocksdb/rocks_store.h"
#include "tests/support/store/fault_file_system.h"
#include "tests/support/temp_dir.h"

// The n-th call to the file system fails, for one n after the other: whatever the store answered OK
// to is there after the next open, and nothing is there in part. DUCTAPE_ALL_FAULTS in the
// environment takes every n, which takes minutes; without it every fifth is taken.
namespace scheduler::store {
namespace {

using tests::IoFault;

// What a store acknowledged.
struct Acknowledged {
  Position journal = 0;
  Position sealed = 0;
  std::map<std::string, std::string> rows;
  std::map<core::ShardId, Position> checkpoints;
};

std::string EntryAt(Position position) {
  // Each a little larger, so that a log block ends inside some.
  return "entry " + std::to_string(position) + std::string(100 * position, 'x');
}

SealedRun RunAt(Position position) {
  core::TerminalRun run;
  run.key = {7, static_cast<int64_t>(position)};
  run.state = position % 2 == 0 ? core::RunState::kFailed : core::RunState::kCompleted;
  run.history_limit = 1000;
  run.nominal = run.end_time = static_cast<Millis>(1000 + position);
  static const std::string product = "p";
  run.product = &product;
  return Seal(run);
}

bool IsFinal(const absl::Status& status) {
  return !status.ok() && status.code() != absl::StatusCode::kResourceExhausted;
}

// Works with the store until a final error or the end; true if it got to the end.
bool Work(Store* store, Acknowledged* acknowledged) {
  const absl::StatusOr<int64_t> epoch = store->AcquireEpoch();
  if (!epoch.ok()) return false;
  for (int step = 1; step <= 12; ++step) {
    const Position next = acknowledged->journal + 1;
    const std::string value = std::to_string(next);
    const std::vector<RowChange> changes = {{Table::kJobs, "row", value},
                                            {Table::kEvents, value, value}};
    const absl::StatusOr<Position> position = store->Commit({*epoch, EntryAt(next), changes});
    if (position.ok()) {
      EXPECT_EQ(*position, next);
      acknowledged->journal = next;
      acknowledged->rows["row"] = value;
    } else if (IsFinal(position.status())) {
      return false;
    }
    if (step % 4 == 0) {
      const auto shard = static_cast<core::ShardId>(step / 4 % 2);
      const absl::Status written = store->WriteCheckpoint(shard, next, EntryAt(next));
      if (written.ok()) acknowledged->checkpoints[shard] = next;
      if (IsFinal(written)) return false;
      const absl::Status sealed = store->Seal(std::vector<SealedRun>{RunAt(next)}, next);
      if (sealed.ok()) acknowledged->sealed = next;
      if (IsFinal(sealed)) return false;
    }
  }
  return true;
}

void Verify(Store* store, const Acknowledged& acknowledged) {
  Position last = 0;
  const absl::Status read = store->ReadJournal(0, [&](Position position, std::string_view entry) {
    EXPECT_EQ(position, ++last);
    EXPECT_EQ(entry, EntryAt(position));
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  EXPECT_GE(last, acknowledged.journal);
  // The last commit may be there though its answer was an error, but then whole.
  EXPECT_LE(last, acknowledged.journal + 1);
  if (last > 0) {
    EXPECT_EQ(*store->Get(Table::kJobs, "row"), std::to_string(last));
    EXPECT_EQ(*store->Get(Table::kEvents, std::to_string(last)), std::to_string(last));
  }
  EXPECT_GE(*store->SealedThrough(), acknowledged.sealed);
  if (acknowledged.sealed > 0) {
    const SealedRun run = RunAt(acknowledged.sealed);
    EXPECT_EQ(*store->GetRun(run.key), run.body);
  }
  std::map<core::ShardId, Position> checkpoints;
  const absl::Status status =
      store->ReadCheckpoints([&](core::ShardId shard, Position position, std::string_view body) {
        EXPECT_EQ(body, EntryAt(position));
        checkpoints[shard] = position;
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  for (const auto& [shard, position] : acknowledged.checkpoints) {
    EXPECT_GE(checkpoints[shard], position);
  }
}

class RocksFaultTest : public testing::TestWithParam<IoFault> {};

std::string NameOf(const testing::TestParamInfo<IoFault>& info) {
  switch (info.param) {
    case IoFault::kEio:
      return "Eio";
    case IoFault::kEnospc:
      return "Enospc";
    case IoFault::kShortWrite:
      return "ShortWrite";
    case IoFault::kEmfile:
      break;
  }
  return "Emfile";
}

INSTANTIATE_TEST_SUITE_P(Faults, RocksFaultTest,
                         testing::Values(IoFault::kEio, IoFault::kEnospc, IoFault::kShortWrite,
                                         IoFault::kEmfile),
                         NameOf);

TEST_P(RocksFaultTest, EveryCallMayFail) {
  const auto faults = std::make_shared<tests::IoFaults>();
  const uint32_t ops = GetParam() == IoFault::kShortWrite ? tests::kIoAppend
                       : GetParam() == IoFault::kEmfile   ? tests::kIoOpen
                                                          : tests::kIoWrites | tests::kIoOpen;
  constexpr uint64_t kMost = 2000;
  const uint64_t step = getenv("DUCTAPE_ALL_FAULTS") != nullptr ? 1 : 5;
  uint64_t nth = 1;
  for (; nth < kMost; nth += step) {
    SCOPED_TRACE(nth);
    const tests::TempDir dir(tests::TempDir::Kind::kFast);
    RocksOptions options;
    options.data_dir = dir.path();
    options.file_system = tests::NewFaultFileSystem(faults);
    Acknowledged acknowledged;
    // Some errors pass (a table that is written in the background is tried again), so that there
    // may be more of the work after them.
    faults->Set({.ops = ops, .nth = nth, .times = 1 + nth % 3, .fault = GetParam()});
    bool finished = false;
    if (absl::StatusOr<std::unique_ptr<Store>> store = OpenRocksStore(options); store.ok()) {
      finished = Work(store->get(), &acknowledged);
    }
    const bool failed = faults->failed() > 0;
    faults->Clear();
    EXPECT_TRUE(finished || failed);
    absl::StatusOr<std::unique_ptr<Store>> store = OpenRocksStore(options);
    ASSERT_TRUE(store.ok()) << store.status();
    Verify(store->get(), acknowledged);
    EXPECT_TRUE((*store)->AcquireEpoch().ok());
    if (!failed) break;
  }
  EXPECT_LT(nth, kMost) << "the work has an end";
}

}  // namespace
}  // namespace scheduler::store
