#include "scheduler/engine/archivist.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/rows.h"
#include "tests/support/engine/engine_harness.h"
#include "tests/support/engine/forwarding_store.h"

namespace scheduler::engine {
namespace {

using testing::ElementsAre;
using tests::Every;
using tests::kStart;

// A store whose slow part can be made to fail.
class ArchiveStore final : public tests::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  absl::Status Seal(absl::Span<const store::SealedRun> runs, Position through) override {
    if (!seal_error.ok()) return seal_error;
    ++seals;
    return ForwardingStore::Seal(runs, through);
  }
  absl::Status WriteCheckpoint(core::ShardId shard, Position position,
                               std::string_view body) override {
    if (!checkpoint_error.ok()) return checkpoint_error;
    checkpoints.push_back(shard);
    return ForwardingStore::WriteCheckpoint(shard, position, body);
  }
  absl::Status seal_error, checkpoint_error;
  int seals = 0;
  std::vector<core::ShardId> checkpoints;
};

class ArchivistTest : public testing::Test {
 protected:
  explicit ArchivistTest(int64_t journal_bytes = int64_t{1} << 40) : h_(Options(journal_bytes)) {}

  tests::HarnessOptions Options(int64_t journal_bytes) {
    tests::HarnessOptions options;
    options.archive.journal_bytes = journal_bytes;
    options.decorate = [this](std::unique_ptr<store::Store> inner) {
      auto store = std::make_unique<ArchiveStore>(std::move(inner));
      store_ = store.get();
      return store;
    };
    return options;
  }
  void Checkpoint() {
    ASSERT_TRUE(h_.engine().archivist().CheckpointNow([this] { h_.Settle(); }).ok());
  }
  int64_t Sealed(core::Uid uid) {
    int64_t count = 0;
    EXPECT_TRUE(store_
                    ->ScanRuns(uid, INT64_MAX,
                               [&](const core::RunKey&, std::string_view) {
                                 ++count;
                                 return true;
                               })
                    .ok());
    return count;
  }
  // Fires and completes `count` runs of the job "job".
  void Fire(int count) {
    for (int i = 0; i < count; ++i) {
      h_.Complete(h_.ClaimOne());
      h_.Advance(base::kSecond);
    }
  }

  ArchiveStore* store_ = nullptr;
  tests::EngineHarness h_;
};

TEST_F(ArchivistTest, SealsWhatHasEnded) {
  const core::Uid uid = h_.Create(Every(base::kSecond))->job.uid;
  Fire(3);
  EXPECT_EQ(Sealed(uid), 0);
  EXPECT_EQ(h_.engine().registry().unsealed_runs.load(), 3);
  const auto lines = h_.Lines("job");
  ASSERT_TRUE(h_.engine().archivist().SealNow().ok());
  EXPECT_EQ(Sealed(uid), 3);
  EXPECT_EQ(h_.engine().registry().unsealed_runs.load(), 0);
  EXPECT_EQ(h_.Lines("job"), lines);
  EXPECT_EQ(*store_->SealedThrough(), h_.engine().committer().position());
}

TEST_F(ArchivistTest, WithoutDescriptorsItTriesAgainAtTheNextStep) {
  const core::Uid uid = h_.Create(Every(base::kSecond))->job.uid;
  Fire(3);
  store_->seal_error = base::errors::OutOfDescriptors("sealing");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(base::errors::ReasonOf(h_.engine().StepArchivist()), "OUT_OF_DESCRIPTORS");
  }
  EXPECT_TRUE(h_.fatal().ok());
  store_->seal_error = absl::OkStatus();
  EXPECT_TRUE(h_.engine().StepArchivist().ok());
  EXPECT_EQ(Sealed(uid), 3);
  store_->seal_error = base::errors::StoreIo("sealing", "EIO");
  Fire(3);
  EXPECT_FALSE(h_.engine().StepArchivist().ok());
  EXPECT_FALSE(h_.fatal().ok()) << "any other error is final";
}

TEST_F(ArchivistTest, SealsEveryTwoSeconds) {
  ASSERT_TRUE(h_.Create(Every(base::kSecond)).ok());
  ASSERT_TRUE(h_.engine().StepArchivist().ok());
  const int before = store_->seals;
  Fire(1);  // a second
  ASSERT_TRUE(h_.engine().StepArchivist().ok());
  EXPECT_EQ(store_->seals, before);
  Fire(1);
  ASSERT_TRUE(h_.engine().StepArchivist().ok());
  EXPECT_EQ(store_->seals, before + 1);
  h_.Advance(base::kMinute);
  ASSERT_TRUE(h_.engine().StepArchivist().ok());
  const int idle = store_->seals;
  ASSERT_TRUE(h_.engine().archivist().SealNow().ok());
  EXPECT_EQ(store_->seals, idle);  // nothing new: nothing is written
}

TEST_F(ArchivistTest, WhatIsNotDurableIsNotSealed) {
  const core::Uid uid = h_.Create(Every(base::kDay))->job.uid;
  const core::ClaimedRun run = h_.ClaimOne();
  h_.engine().Report("", {tests::OutcomeOf(run.key, run.token)}, [](auto) {});
  h_.engine().StepLoop(0);
  h_.engine().StepLoop(1);
  ASSERT_TRUE(h_.engine().archivist().SealNow().ok());
  EXPECT_EQ(Sealed(uid), 0);
  h_.Settle();
  ASSERT_TRUE(h_.engine().archivist().SealNow().ok());
  EXPECT_EQ(Sealed(uid), 1);
}

TEST_F(ArchivistTest, AFailedSealIsTriedAgain) {
  const core::Uid uid = h_.Create(Every(base::kSecond))->job.uid;
  Fire(2);
  const auto lines = h_.Lines("job");
  store_->seal_error = base::errors::DiskFull(0, 0);
  EXPECT_FALSE(h_.engine().archivist().SealNow().ok());
  EXPECT_EQ(h_.Lines("job"), lines);
  Fire(1);
  store_->seal_error = absl::OkStatus();
  ASSERT_TRUE(h_.engine().archivist().SealNow().ok());
  EXPECT_EQ(Sealed(uid), 3);
  EXPECT_EQ(h_.engine().registry().unsealed_runs.load(), 0);
}

TEST_F(ArchivistTest, ACheckpointOfEveryShardTrimsTheJournal) {
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(h_.Create(Every(base::kDay, "job" + std::to_string(i))).ok());
  }
  const std::vector<core::ClaimedRun> runs = h_.Claim();
  for (size_t i = 0; i < 10; ++i) h_.Complete(runs[i]);
  ASSERT_GT(store_->JournalBytes(), 0);
  Checkpoint();
  EXPECT_EQ(store_->checkpoints.size(), 256U);
  EXPECT_EQ(store_->JournalBytes(), 0);
  h_.Restart();
  EXPECT_EQ(h_.engine().recovered().entries, 0);
  EXPECT_EQ(h_.engine().registry().jobs.load(), 30);
  EXPECT_EQ(h_.engine().registry().open_runs.load(), 20);
  EXPECT_EQ(h_.Claim().size(), 20U);
  EXPECT_THAT(h_.Lines("job0"), ElementsAre("1 COMPLETED SCHEDULE 0"));
}

TEST_F(ArchivistTest, WhatCameAfterACheckpointIsFolded) {
  ASSERT_TRUE(h_.Create(Every(base::kSecond)).ok());
  Fire(2);
  Checkpoint();
  Fire(2);
  const auto lines = h_.Lines("job");
  h_.Restart();
  EXPECT_GT(h_.engine().recovered().entries, 0);
  EXPECT_EQ(h_.Lines("job"), lines);
}

TEST_F(ArchivistTest, AFailedCheckpointKeepsTheJournal) {
  ASSERT_TRUE(h_.Create(Every(base::kSecond)).ok());
  Fire(2);
  store_->checkpoint_error = base::errors::DiskFull(0, 0);
  EXPECT_FALSE(h_.engine().archivist().CheckpointNow([this] { h_.Settle(); }).ok());
  EXPECT_GT(store_->JournalBytes(), 0);
  store_->checkpoint_error = absl::OkStatus();
  Checkpoint();
  h_.Restart();
  EXPECT_THAT(h_.Lines("job"), ElementsAre("3 QUEUED SCHEDULE 2000", "2 COMPLETED SCHEDULE 1000",
                                           "1 COMPLETED SCHEDULE 0"));
}

TEST_F(ArchivistTest, RetentionAndWhatAges) {
  const core::Uid uid = h_.Create(Every(base::kSecond), "the id")->job.uid;
  Fire(2);
  ASSERT_TRUE(h_.Delete("job").ok());
  ASSERT_TRUE(h_.engine().StepArchivist().ok());
  EXPECT_EQ(Sealed(uid), 3);
  h_.clock().Advance(31 * base::kDay);
  ASSERT_TRUE(h_.engine().StepArchivist().ok());
  EXPECT_EQ(Sealed(uid), 0);
  EXPECT_FALSE(store_->Get(store::Table::kDeletedJobs, store::DeletedJobKey(uid))->has_value());
  EXPECT_FALSE(store_->Get(store::Table::kRequests, store::RequestRowKey(tests::kProduct, "the id"))
                   ->has_value());
}

class PeriodicCheckpoints : public ArchivistTest {
 protected:
  PeriodicCheckpoints() : ArchivistTest(1) {}
};

TEST_F(PeriodicCheckpoints, GoShardByShardWhenTheTailHasGrown) {
  ASSERT_TRUE(h_.Create(Every(base::kSecond)).ok());
  Fire(1);
  for (int i = 0; i < 2 * 256 + 2 && store_->checkpoints.size() < 256; ++i) {
    ASSERT_TRUE(h_.engine().StepArchivist().ok());
    h_.Settle();
  }
  EXPECT_EQ(store_->checkpoints.size(), 256U);
  const auto lines = h_.Lines("job");
  h_.Restart();
  EXPECT_EQ(h_.Lines("job"), lines);
}

// A snapshot that was asked for in a round that did not end is of another shard than the first one
// that the next round asks for.
TEST_F(PeriodicCheckpoints, ALateSnapshotIsNotAnotherShards) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(h_.Create(Every(base::kDay, "job" + std::to_string(i))).ok());
  }
  while (store_->checkpoints.size() < 100) {
    ASSERT_TRUE(h_.engine().StepArchivist().ok());
    h_.Settle();
  }
  ASSERT_TRUE(h_.engine().StepArchivist().ok());  // asks for shard 100
  Checkpoint();
  EXPECT_EQ(store_->JournalBytes(), 0);
  h_.Restart();
  EXPECT_EQ(h_.engine().registry().jobs.load(), 20);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(h_.Get("job" + std::to_string(i)).ok());
}

}  // namespace
}  // namespace scheduler::engine
