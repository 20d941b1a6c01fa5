#include "scheduler/engine/recovery.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/journal_codec.h"
#include "tests/support/engine/engine_harness.h"
#include "tests/support/engine/forwarding_store.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using testing::ElementsAre;
using tests::Every;
using tests::kStart;

TEST(RecoveryTest, AnEmptyStore) {
  auto store = store::OpenMemoryStore(std::make_shared<store::MemoryDisk>());
  JobRegistry registry(2);
  const auto recovered = Recover(*store, &registry);
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_EQ(recovered->position, 0U);
  EXPECT_EQ(recovered->time_floor, 0);
  EXPECT_EQ(registry.jobs.load(), 0);
}

TEST(RecoveryTest, WhatWasNotCommittedIsLost) {
  tests::EngineHarness h;
  ASSERT_TRUE(h.Create(Every(base::kSecond)).ok());
  const core::ClaimedRun run = h.ClaimOne();
  bool acknowledged = false;
  h.engine().Report("", {tests::OutcomeOf(run.key, run.token)}, [&](auto) { acknowledged = true; });
  h.engine().StepLoop(0);
  h.engine().StepLoop(1);
  h.Restart();
  EXPECT_FALSE(acknowledged);
  EXPECT_THAT(h.Lines("job"), ElementsAre("1 QUEUED SCHEDULE 0"));
}

TEST(RecoveryTest, TheNumberOfLoopsMayChange) {
  const auto disk = std::make_shared<store::MemoryDisk>();
  base::ManualClock clock(kStart);
  for (const int loops : {1, 3, 2}) {
    auto store = store::OpenMemoryStore(disk);
    EngineOptions options;
    options.loops = loops;
    options.disk_reserve_bytes = 0;
    auto engine = *Engine::Open(store.get(), &clock, nullptr, options);
    query::SchedulerService service(engine.get(), "test");
    engine->Start();
    const auto settle = [&] {
      for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < loops; ++i) engine->StepLoop(i);
        while (engine->committer().pending() > 0) engine->StepCommitter(INT64_MAX / 2);
      }
    };
    if (loops == 1) {
      service.Create(CreateEvent{tests::HttpEvent("event"), {}, false}, [](auto) {});
      settle();
      for (int i = 0; i < 40; ++i) {
        CreateJob command;
        command.spec = Every(base::kMinute, "job" + std::to_string(i));
        service.Create(std::move(command), [](auto job) { EXPECT_TRUE(job.ok()); });
      }
    }
    settle();
    EXPECT_EQ(engine->registry().jobs.load(), 40);
    EXPECT_EQ(engine->queue().Size(core::kHttpLane), 40U);
  }
}

TEST(RecoveryTest, AnOlderEngineIsFencedByTheNewOne) {
  tests::EngineHarness old_server;
  ASSERT_TRUE(old_server.Create(Every(base::kSecond)).ok());
  auto store = store::OpenMemoryStore(old_server.disk());
  base::ManualClock clock(kStart);
  EngineOptions options;
  options.disk_reserve_bytes = 0;
  auto engine = *Engine::Open(store.get(), &clock, nullptr, options);
  EXPECT_GT(engine->epoch(), old_server.engine().epoch());
  EXPECT_FALSE(old_server.Create(Every(base::kSecond, "late")).ok());
  EXPECT_EQ(ReasonOf(old_server.fatal()), "EPOCH_FENCED");
  EXPECT_EQ(engine->registry().jobs.load(), 1);
}

TEST(RecoveryTest, TheTimeFloorHolds) {
  tests::EngineHarness h;
  ASSERT_TRUE(h.Create(Every(base::kSecond)).ok());
  h.Advance(base::kMinute);
  ASSERT_TRUE(h.Create(Every(base::kSecond, "the last commit")).ok());
  h.Crash();
  h.clock().StepWall(-30 * base::kSecond);
  ASSERT_TRUE(h.Open().ok());
  EXPECT_GE(h.engine().Now(), kStart + base::kMinute);
}

// ---- journals that contradict themselves --------------------------------------------------------

class BadJournal : public testing::Test {
 protected:
  absl::Status RecoverFrom(core::Transitions transitions) {
    auto store = store::OpenMemoryStore(std::make_shared<store::MemoryDisk>());
    std::string entry;
    const core::Transitions* part = &transitions;
    store::EncodeEntry(1, kStart, {&part, 1}, &entry);
    store::CommitBatch batch;
    batch.epoch = *store->AcquireEpoch();
    batch.journal = entry;
    EXPECT_TRUE(store->Commit(batch).ok());
    JobRegistry registry(1);
    return Recover(*store, &registry).status();
  }
};

TEST_F(BadJournal, ARunOfNoJob) {
  core::RunCreated created;
  created.uid = core::MakeUid(5, 3);
  created.number = 1;
  const absl::Status status = RecoverFrom({created});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReasonOf(status), "STORE_CORRUPT");
}

TEST_F(BadJournal, AnUpdateOfNoJob) {
  auto defined = std::make_shared<core::JobDefined>();
  defined->uid = core::MakeUid(5, 3);
  defined->spec = Every(1000);
  EXPECT_EQ(ReasonOf(RecoverFrom({std::shared_ptr<const core::JobDefined>(defined)})),
            "STORE_CORRUPT");
}

TEST_F(BadJournal, TheSameJobTwice) {
  auto defined = std::make_shared<core::JobDefined>();
  defined->uid = core::MakeUid(5, 3);
  defined->is_new = true;
  defined->spec = Every(1000);
  const std::shared_ptr<const core::JobDefined> row = defined;
  EXPECT_EQ(ReasonOf(RecoverFrom({row, row})), "STORE_CORRUPT");
}

TEST_F(BadJournal, TwoJobsWithOneTag) {
  auto defined = std::make_shared<core::JobDefined>();
  defined->uid = core::MakeUid(5, 3);
  defined->is_new = true;
  defined->spec = Every(1000);
  auto other = std::make_shared<core::JobDefined>(*defined);
  other->uid = core::MakeUid(6, 3);
  EXPECT_EQ(ReasonOf(RecoverFrom({std::shared_ptr<const core::JobDefined>(defined),
                                  std::shared_ptr<const core::JobDefined>(other)})),
            "STORE_CORRUPT");
}

TEST_F(BadJournal, EntriesThatNoCheckpointHas) {
  auto store = store::OpenMemoryStore(std::make_shared<store::MemoryDisk>());
  store::CommitBatch batch;
  batch.epoch = *store->AcquireEpoch();
  const core::Transitions none;
  const core::Transitions* part = &none;
  std::string entry;
  store::EncodeEntry(1, kStart, {&part, 1}, &entry);
  batch.journal = entry;
  ASSERT_TRUE(store->Commit(batch).ok());
  ASSERT_TRUE(store->Commit(batch).ok());
  ASSERT_TRUE(store->TrimJournal(1).ok());
  JobRegistry registry(1);
  EXPECT_EQ(ReasonOf(Recover(*store, &registry).status()), "STORE_CORRUPT");
}

TEST_F(BadJournal, AnEndOfARunThatIsNotOpen) {
  auto defined = std::make_shared<core::JobDefined>();
  defined->uid = core::MakeUid(5, 3);
  defined->is_new = true;
  defined->spec = Every(1000);
  core::RunEnded ended;
  ended.uid = defined->uid;
  ended.number = 1;
  EXPECT_EQ(ReasonOf(RecoverFrom({std::shared_ptr<const core::JobDefined>(defined), ended})),
            "STORE_CORRUPT");
}

// ---- a mixture of what a crash leaves -----------------------------------------------------------

// A store whose archive stops working after so many steps: the crash point.
class HalfArchive final : public tests::ForwardingStore {
 public:
  HalfArchive(std::unique_ptr<Store> inner, int* left)
      : ForwardingStore(std::move(inner)), left_(left) {}
  absl::Status Seal(absl::Span<const store::SealedRun> runs, Position through) override {
    if (!Left()) return base::errors::StoreIo("seal", "crash");
    return ForwardingStore::Seal(runs, through);
  }
  absl::Status WriteCheckpoint(core::ShardId shard, Position position,
                               std::string_view body) override {
    if (!Left()) return base::errors::StoreIo("checkpoint", "crash");
    return ForwardingStore::WriteCheckpoint(shard, position, body);
  }
  absl::Status TrimJournal(Position through) override {
    if (!Left()) return base::errors::StoreIo("trim", "crash");
    return ForwardingStore::TrimJournal(through);
  }

 private:
  bool Left() { return *left_ > 0 && (*left_)-- > 0; }
  int* const left_;
};

// Each number is the step of the archive at which the process ends: in the seal, in any of the 256
// checkpoints, in the trim.
class CrashInArchive : public testing::TestWithParam<int> {};

TEST_P(CrashInArchive, LosesNothing) {
  int left = INT32_MAX;
  tests::HarnessOptions options;
  options.decorate = [&left](std::unique_ptr<store::Store> inner) {
    return std::make_unique<HalfArchive>(std::move(inner), &left);
  };
  tests::EngineHarness h(options);
  for (int i = 0; i < 20; ++i) {
    core::JobSpec spec = Every(base::kSecond, "job" + std::to_string(i));
    spec.overlap.mode = core::OverlapMode::kBufferOne;
    ASSERT_TRUE(h.Create(spec).ok());
  }
  const auto work = [&h] {
    h.Advance(1500);
    std::vector<core::ClaimedRun> runs = h.Claim();
    for (size_t i = 0; i < runs.size(); i += 2) h.Complete(runs[i]);
  };
  const auto all_lines = [&h] {
    std::vector<std::vector<std::string>> lines;
    for (int i = 0; i < 20; ++i) {
      lines.push_back({});
      // RUNNING lives in memory: after a restart it is QUEUED again.
      for (std::string line : h.Lines("job" + std::to_string(i))) {
        if (line.find(" RUNNING ") != std::string::npos)
          line.replace(line.find("RUNNING"), 7, "QUEUED");
        lines.back().push_back(line);
      }
    }
    return lines;
  };
  work();
  ASSERT_TRUE(h.engine().archivist().CheckpointNow([&h] { h.Settle(); }).ok());
  work();
  const auto before = all_lines();
  left = GetParam();
  (void)h.engine().archivist().CheckpointNow([&h] { h.Settle(); });
  left = INT32_MAX;
  h.Restart();
  EXPECT_EQ(all_lines(), before);
  work();
  h.Restart();
  EXPECT_EQ(h.engine().registry().jobs.load(), 20);
}

INSTANTIATE_TEST_SUITE_P(Steps, CrashInArchive,
                         testing::Values(0, 1, 2, 3, 50, 128, 200, 255, 256, 257, 258, 1000));

}  // namespace
}  // namespace scheduler::engine
