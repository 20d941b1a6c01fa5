#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/rocksdb/rocks_store.h"
#include "tests/support/store/unsynced_file_system.h"
#include "tests/support/temp_dir.h"

// A process ends without notice on a file system that loses what was not synced, as in a power cut;
// the next one, on the plain file system, finds every commit that was acknowledged. The process is a
// child that runs this same test up to its end (gtest's "threadsafe" death tests).
namespace scheduler::store {
namespace {

constexpr char kDirVariable[] = "DUCTAPE_CRASH_TEST_DIR";

// The directory of both processes, made by the parent.
std::string SharedDir(const tests::TempDir& own) {
  if (const char* given = getenv(kDirVariable); given != nullptr) return given;
  setenv(kDirVariable, own.path().c_str(), /*overwrite=*/1);
  return own.path();
}

std::string EntryAt(Position position) {
  base::Random random(position);
  std::string entry(random.Below(60'000), '\0');
  for (char& c : entry) c = static_cast<char>(random.Next());
  return entry;
}

SealedRun RunAt(Position position) {
  core::TerminalRun run;
  run.key = {7, static_cast<int64_t>(position)};
  run.history_limit = 10'000;
  run.nominal = run.end_time = static_cast<Millis>(position);
  return Seal(run);
}

// Writes one line to a file of its own, which the kernel keeps when the process ends.
void Acknowledge(int fd, char what, Position position) {
  const std::string line = what + std::to_string(position) + "\n";
  if (write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(3);
}

// Commits, seals and writes checkpoints until the seed says that the power is cut.
[[noreturn]] void WorkUntilTheEnd(const std::string& dir, uint64_t seed) {
  base::Random random(seed);
  RocksOptions options;
  options.data_dir = dir + "/data";
  options.write_buffer_bytes = 16 << 20;
  options.file_system = std::make_shared<tests::UnsyncedFileSystem>(
      rocksdb::FileSystem::Default(), static_cast<int>(random.Below(3) * 30), seed);
  absl::StatusOr<std::unique_ptr<Store>> store = OpenRocksStore(options);
  const int fd = open((dir + "/acknowledged").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (!store.ok() || fd < 0) _exit(2);
  const int64_t epoch = (*store)->AcquireEpoch().value_or(0);
  Position next = 1;
  if (!(*store)
           ->ReadJournal(0,
                         [&next](Position position, std::string_view) {
                           next = position + 1;
                           return absl::OkStatus();
                         })
           .ok()) {
    _exit(4);
  }
  for (uint64_t left = 15 + random.Below(80); left > 0; --left, ++next) {
    const std::string value = std::to_string(next);
    const std::vector<RowChange> changes = {{Table::kJobs, "row", value}};
    if (!(*store)->Commit({epoch, EntryAt(next), changes}).ok()) _exit(5);
    Acknowledge(fd, 'c', next);
    if (random.Percent(10)) {
      if (!(*store)->Seal(std::vector<SealedRun>{RunAt(next)}, next).ok()) _exit(6);
      Acknowledge(fd, 's', next);
    }
    if (random.Percent(10)) {
      if (!(*store)->WriteCheckpoint(3, next, EntryAt(next)).ok()) _exit(7);
      Acknowledge(fd, 'p', next);
    }
  }
  _exit(0);
}

struct Lines {
  Position committed = 0;
  Position checkpoint = 0;
  std::vector<Position> sealed;
};

Lines ReadLines(const std::string& dir) {
  Lines lines;
  std::ifstream file(dir + "/acknowledged");
  char what = 0;
  Position position = 0;
  while (file >> what >> position) {
    if (what == 'c') lines.committed = position;
    if (what == 'p') lines.checkpoint = position;
    if (what == 's') lines.sealed.push_back(position);
  }
  return lines;
}

void Verify(const std::string& dir) {
  const Lines acknowledged = ReadLines(dir);
  RocksOptions options;
  options.data_dir = dir + "/data";
  absl::StatusOr<std::unique_ptr<Store>> opened = OpenRocksStore(options);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const Store& store = **opened;
  Position last = 0;
  const absl::Status read = store.ReadJournal(0, [&](Position position, std::string_view entry) {
    EXPECT_EQ(position, ++last);
    EXPECT_TRUE(entry == EntryAt(position)) << position;
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  EXPECT_GE(last, acknowledged.committed);
  EXPECT_EQ(*store.Get(Table::kJobs, "row"), std::to_string(last));
  for (const Position position : acknowledged.sealed) {
    EXPECT_EQ(*store.GetRun(RunAt(position).key), RunAt(position).body) << position;
  }
  Position checkpoint = 0;
  const absl::Status status =
      store.ReadCheckpoints([&](core::ShardId, Position position, std::string_view body) {
        EXPECT_TRUE(body == EntryAt(position));
        checkpoint = position;
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_GE(checkpoint, acknowledged.checkpoint);
}

TEST(RocksCrashTest, WhatWasAcknowledgedSurvivesPowerCuts) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const tests::TempDir own;
  const std::string dir = SharedDir(own);
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    EXPECT_EXIT(WorkUntilTheEnd(dir, seed), testing::ExitedWithCode(0), "");
    Verify(dir);
  }
  unsetenv(kDirVariable);
}

}  // namespace
}  // namespace scheduler::store
