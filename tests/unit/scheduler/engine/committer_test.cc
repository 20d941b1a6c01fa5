#include "scheduler/engine/committer.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/engine/run_queue.h"
#include "scheduler/store/journal_codec.h"
#include "scheduler/store/memory_store.h"
#include "tests/support/engine/forwarding_store.h"
#include "tests/support/manual_clock.h"

namespace scheduler::engine {
namespace {

constexpr int64_t kMilli = 1'000'000;

// Answers Commit with what the test has put in `next`, else commits.
class FailingStore final : public tests::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  absl::StatusOr<Position> Commit(const store::CommitBatch& batch) override {
    ++commits;
    if (!next.ok()) return next;
    return ForwardingStore::Commit(batch);
  }
  absl::Status next;
  int commits = 0;
};

class Inputs final : public InputStage {
 public:
  void Load(absl::Span<const core::ReadyRun> runs) override {
    loaded.insert(loaded.end(), runs.begin(), runs.end());
  }
  std::vector<core::ReadyRun> loaded;
};

class Cancels final : public core::CancelSink {
 public:
  void CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) override {
    for (const core::RunRef& run : runs) cancelled.emplace_back(run.key.number, reason);
  }
  std::vector<std::pair<int64_t, std::string>> cancelled;
};

class CommitterTest : public testing::Test {
 protected:
  CommitterTest() {
    auto inner = std::make_unique<FailingStore>(
        store::OpenMemoryStore(std::make_shared<store::MemoryDisk>()));
    store_ = std::move(inner);
    epoch_ = *store_->AcquireEpoch();
    Committer::Sinks sinks;
    sinks.queue = &queue_;
    sinks.inputs = &inputs_;
    sinks.cancels = &cancels_;
    sinks.on_fatal = [this](const absl::Status& status) { fatal_ = status; };
    sinks.on_submit = [this] { ++wakes_; };
    committer_ = std::make_unique<Committer>(store_.get(), &registry_, epoch_, 0, sinks);
  }

  // A batch of `rows` decisions.
  std::unique_ptr<Batch> MakeBatch(int loop, Ticket ticket, size_t rows, Millis time = 1000) {
    std::unique_ptr<Batch> batch = committer_->NewBatch();
    EXPECT_TRUE(batch->empty());
    batch->loop = loop;
    batch->ticket = ticket;
    batch->time = time;
    for (size_t i = 0; i < rows; ++i) {
      batch->transitions.emplace_back(core::RunReleased{256, ++number_});
    }
    return batch;
  }

  std::vector<store::DecodedEntry> Journal() {
    std::vector<store::DecodedEntry> entries;
    EXPECT_TRUE(store_
                    ->ReadJournal(0,
                                  [&](store::Position, std::string_view bytes) {
                                    entries.push_back(*store::DecodeEntry(bytes));
                                    return absl::OkStatus();
                                  })
                    .ok());
    return entries;
  }

  JobRegistry registry_{2};
  std::unique_ptr<FailingStore> store_;
  int64_t epoch_ = 0;
  base::ManualClock clock_;
  FifoRunQueue queue_{&clock_};
  Inputs inputs_;
  Cancels cancels_;
  absl::Status fatal_;
  int wakes_ = 0;
  int64_t number_ = 0;
  std::unique_ptr<Committer> committer_;
};

TEST_F(CommitterTest, IdleWithoutWork) {
  EXPECT_EQ(committer_->Step(0), Committer::kIdle);
  EXPECT_EQ(store_->commits, 0);
}

TEST_F(CommitterTest, MergesWhatAllLoopsSubmitted) {
  committer_->Submit(MakeBatch(0, 1, 2, 1000));
  committer_->Submit(MakeBatch(1, 1, 3, 1005));
  committer_->Submit(MakeBatch(0, 2, 1, 1003));
  EXPECT_EQ(wakes_, 1);  // the first one wakes
  EXPECT_EQ(committer_->pending(), 3);
  EXPECT_EQ(committer_->Step(kMilli), kMilli);
  EXPECT_EQ(committer_->Step(kMilli), Committer::kIdle);
  EXPECT_EQ(committer_->pending(), 0);
  EXPECT_EQ(committer_->position(), 1U);
  const auto journal = Journal();
  ASSERT_EQ(journal.size(), 1U);
  EXPECT_EQ(journal[0].epoch, epoch_);
  EXPECT_EQ(journal[0].time_floor, 1005);
  ASSERT_EQ(journal[0].transitions.size(), 6U);
  for (int i = 0; i < 6; ++i) {  // in the order in which they were submitted
    EXPECT_EQ(std::get<core::RunReleased>(journal[0].transitions[i]).number, i + 1);
  }
  EXPECT_EQ(registry_.gate(0).durable(), 2U);
  EXPECT_EQ(registry_.gate(1).durable(), 1U);
}

TEST_F(CommitterTest, AnEntryIsBounded) {
  for (Ticket ticket = 1; ticket <= 3; ++ticket) {
    std::unique_ptr<Batch> batch = MakeBatch(0, ticket, 1);
    batch->bytes = Committer::kMaxEntryBytes / 2;
    committer_->Submit(std::move(batch));
  }
  EXPECT_EQ(committer_->staged_bytes(), Committer::kMaxEntryBytes / 2 * 3);
  committer_->Step(kMilli);
  EXPECT_EQ(registry_.gate(0).durable(), 2U);
  committer_->Step(2 * kMilli);
  EXPECT_EQ(registry_.gate(0).durable(), 3U);
  EXPECT_EQ(Journal().size(), 2U);
  EXPECT_EQ(committer_->staged_bytes(), 0);
}

TEST_F(CommitterTest, CatalogChangesAreInTheSameCommit) {
  auto batch = MakeBatch(0, 1, 1);
  batch->changes.push_back({store::Table::kMeta, "a", "1"});
  committer_->Submit(std::move(batch));
  batch = MakeBatch(0, 2, 0);
  batch->changes.push_back({store::Table::kMeta, "a", "2"});
  committer_->Submit(std::move(batch));
  committer_->Step(kMilli);
  EXPECT_EQ(store_->commits, 1);
  EXPECT_EQ(**store_->Get(store::Table::kMeta, "a"), "2");
}

TEST_F(CommitterTest, AnswersAloneWriteNothingButKeepTheirOrder) {
  std::string order;
  auto batch = MakeBatch(0, 1, 1);
  batch->replies.push_back([&order](store::Position p) { order += "a" + std::to_string(p); });
  committer_->Submit(std::move(batch));
  committer_->Step(kMilli);
  batch = MakeBatch(0, 2, 0);
  batch->replies.push_back([&order](store::Position p) { order += " b" + std::to_string(p); });
  committer_->Submit(std::move(batch));
  committer_->Step(2 * kMilli);
  EXPECT_EQ(order, "a1 b1");
  EXPECT_EQ(store_->commits, 1);
  EXPECT_EQ(registry_.gate(0).durable(), 2U);
}

TEST_F(CommitterTest, NothingHappensBeforeTheCommit) {
  auto batch = MakeBatch(0, 1, 1);
  core::ReadyRun run;
  run.key = {256, 1};
  run.lane = core::kHttpLane;
  batch->ready.push_back(run);
  run.key.number = 2;
  batch->needs_input.push_back(run);
  batch->cancels.push_back({"DELETED", {{{256, 3}, 9}}});
  bool replied = false;
  batch->replies.push_back([&](store::Position) {
    replied = true;
    // Replies come last: what they announce is visible.
    EXPECT_EQ(queue_.TotalSize(), 1U);
    EXPECT_EQ(registry_.gate(0).durable(), 1U);
    EXPECT_EQ(committer_->position(), 1U);
  });
  committer_->Submit(std::move(batch));
  EXPECT_EQ(queue_.TotalSize(), 0U);
  EXPECT_TRUE(inputs_.loaded.empty());
  committer_->Step(kMilli);
  EXPECT_TRUE(replied);
  EXPECT_EQ(queue_.TotalSize(), 1U);
  ASSERT_EQ(inputs_.loaded.size(), 1U);
  EXPECT_EQ(inputs_.loaded[0].key.number, 2);
  EXPECT_EQ(cancels_.cancelled, (std::vector<std::pair<int64_t, std::string>>{{3, "DELETED"}}));
}

// Sealing reads the position and then the gates: were the position first, records of an entry whose
// gate is still closed would be taken for sealed.
TEST_F(CommitterTest, ThePositionIsNeverAheadOfTheGates) {
  store::Position seen = 99;
  registry_.gate(0).When(1, [&](const absl::Status&) { seen = committer_->position(); });
  committer_->Submit(MakeBatch(0, 1, 1));
  committer_->Step(kMilli);
  EXPECT_EQ(seen, 0U);
  EXPECT_EQ(committer_->position(), 1U);
}

TEST_F(CommitterTest, NoLingerWhileCommitsAreSmall) {
  committer_->Submit(MakeBatch(0, 1, Committer::kBusyRows - 1));
  EXPECT_EQ(committer_->Step(kMilli), kMilli);
  committer_->Submit(MakeBatch(0, 2, 1));
  EXPECT_EQ(committer_->Step(kMilli + 1), kMilli + 1);
  EXPECT_EQ(store_->commits, 2);
}

TEST_F(CommitterTest, LingersAfterALargeCommit) {
  committer_->Submit(MakeBatch(0, 1, Committer::kBusyRows));
  committer_->Step(kMilli);
  committer_->Submit(MakeBatch(0, 2, 1));
  const int64_t earliest = kMilli + Committer::kBusyIntervalNanos;
  EXPECT_EQ(committer_->Step(kMilli + 1), earliest);
  EXPECT_EQ(store_->commits, 1);
  committer_->Submit(MakeBatch(1, 1, 1));
  EXPECT_EQ(committer_->Step(earliest), earliest);
  EXPECT_EQ(store_->commits, 2);  // both in one
  EXPECT_EQ(Journal()[1].transitions.size(), 2U);
}

TEST_F(CommitterTest, NothingLaterStandsInAnEntryThatEnds) {
  committer_->Submit(MakeBatch(0, 1, 1));
  auto batch = MakeBatch(0, 2, 1);
  batch->ends_entry = true;
  store::Position marked = 0;
  batch->replies.push_back([&marked](store::Position p) { marked = p; });
  committer_->Submit(std::move(batch));
  committer_->Submit(MakeBatch(1, 1, 1));
  committer_->Submit(MakeBatch(0, 3, 1));
  committer_->Step(kMilli);
  EXPECT_EQ(marked, 1U);
  EXPECT_EQ(committer_->pending(), 2);
  committer_->Step(kMilli);
  const auto journal = Journal();
  ASSERT_EQ(journal.size(), 2U);
  EXPECT_EQ(journal[0].transitions.size(), 2U);
  EXPECT_EQ(journal[1].transitions.size(), 2U);
}

TEST_F(CommitterTest, AFullDiskIsWaitedFor) {
  int replies = 0;
  auto batch = MakeBatch(0, 1, 2);
  batch->changes.push_back({store::Table::kMeta, "a", "1"});
  batch->replies.push_back([&replies](store::Position) { ++replies; });
  committer_->Submit(std::move(batch));
  store_->next = base::errors::DiskFull(0, 0);
  const int64_t retry = committer_->Step(kMilli);
  EXPECT_EQ(retry, kMilli + Committer::kDiskFullRetryNanos);
  EXPECT_TRUE(committer_->disk_full());
  EXPECT_FALSE(committer_->failed());
  committer_->Submit(MakeBatch(0, 2, 1));
  EXPECT_EQ(committer_->Step(retry - 1), retry);
  EXPECT_EQ(store_->commits, 1);
  EXPECT_EQ(committer_->Step(retry), retry + Committer::kDiskFullRetryNanos);
  EXPECT_EQ(replies, 0);
  EXPECT_EQ(registry_.gate(0).durable(), 0U);
  store_->next = absl::OkStatus();
  committer_->Step(retry + Committer::kDiskFullRetryNanos);
  EXPECT_FALSE(committer_->disk_full());
  EXPECT_EQ(replies, 1);
  EXPECT_EQ(**store_->Get(store::Table::kMeta, "a"), "1");
  committer_->Step(retry + 2 * Committer::kDiskFullRetryNanos);
  EXPECT_EQ(Journal().size(), 2U);
  EXPECT_EQ(Journal()[0].transitions.size(), 2U);
  EXPECT_TRUE(fatal_.ok());
}

class CommitterFailure : public CommitterTest, public testing::WithParamInterface<absl::Status> {};

TEST_P(CommitterFailure, NothingIsAcknowledgedAnyMore) {
  int replies = 0;
  auto batch = MakeBatch(0, 1, 1);
  batch->replies.push_back([&replies](store::Position) { ++replies; });
  committer_->Submit(std::move(batch));
  store_->next = GetParam();
  EXPECT_EQ(committer_->Step(kMilli), Committer::kIdle);
  EXPECT_EQ(fatal_, GetParam());
  EXPECT_TRUE(committer_->failed());
  store_->next = absl::OkStatus();
  batch = MakeBatch(0, 2, 1);
  batch->replies.push_back([&replies](store::Position) { ++replies; });
  committer_->Submit(std::move(batch));
  EXPECT_EQ(committer_->Step(10 * kMilli), Committer::kIdle);
  EXPECT_EQ(store_->commits, 1);
  EXPECT_EQ(replies, 0);
  EXPECT_EQ(registry_.gate(0).durable(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Failures, CommitterFailure,
                         testing::Values(base::errors::SyncFailed("EIO"),
                                         base::errors::EpochFenced(1, 2),
                                         base::errors::StoreIo("write", "EIO")));

TEST_F(CommitterTest, TheTimeFloorFollowsALargeBackwardStepOnly) {
  const auto commit = [this](Ticket ticket, Millis time) {
    committer_->Submit(MakeBatch(0, ticket, 1, time));
    committer_->Step(static_cast<int64_t>(ticket) * kMilli);
    return Journal().back().time_floor;
  };
  EXPECT_EQ(commit(1, 100 * base::kMinute), 100 * base::kMinute);
  EXPECT_EQ(commit(2, 95 * base::kMinute), 100 * base::kMinute);
  EXPECT_EQ(commit(3, 40 * base::kMinute), 40 * base::kMinute);
  EXPECT_EQ(commit(4, 41 * base::kMinute), 41 * base::kMinute);
}

TEST_F(CommitterTest, BatchesAreUsedAgain) {
  auto batch = MakeBatch(0, 1, 100);
  const Batch* const first = batch.get();
  committer_->Submit(std::move(batch));
  committer_->Step(kMilli);
  EXPECT_EQ(committer_->NewBatch().get(), first);
}

}  // namespace
}  // namespace scheduler::engine
