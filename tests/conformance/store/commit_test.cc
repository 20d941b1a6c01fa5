#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "scheduler/base/errors.h"
#include "tests/conformance/store/store_bed.h"

// Epochs, commits and the journal.
namespace tests {
namespace {

using scheduler::store::Position;
using scheduler::store::Store;
using scheduler::store::Table;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using CommitTest = StoreTest;
INSTANTIATE_TEST_SUITE_P(Stores, CommitTest, testing::ValuesIn(AllStoreKinds()),
                         [](const auto& info) { return info.param.name; });

TEST_P(CommitTest, AFreshStoreIsEmpty) {
  EXPECT_EQ(epoch(), 1);
  EXPECT_THAT(Journal(), IsEmpty());
  EXPECT_EQ(store().JournalBytes(), 0);
  EXPECT_EQ(*store().SealedThrough(), 0u);
  for (const Table table :
       {Table::kJobs, Table::kEvents, Table::kRequests, Table::kDeletedJobs, Table::kMeta}) {
    EXPECT_THAT(Rows(table), IsEmpty());
  }
  EXPECT_FALSE(store().name().empty());
}

TEST_P(CommitTest, EntriesGetPositionsInTurn) {
  EXPECT_EQ(Commit("a"), 1u);
  EXPECT_EQ(Commit("b"), 2u);
  EXPECT_EQ(Commit(std::string(100'000, 'c')), 3u);
  EXPECT_THAT(Journal(),
              ElementsAre(Pair(1, "a"), Pair(2, "b"), Pair(3, std::string(100'000, 'c'))));
}

TEST_P(CommitTest, EntriesHoldAnyBytes) {
  const std::string bytes("\0\xff\n\0", 4);
  Commit(bytes);
  EXPECT_THAT(Journal(), ElementsAre(Pair(1, bytes)));
}

TEST_P(CommitTest, ReadingStartsAfterAPosition) {
  for (const char* entry : {"a", "b", "c"}) Commit(entry);
  EXPECT_THAT(Journal(1), ElementsAre(Pair(2, "b"), Pair(3, "c")));
  EXPECT_THAT(Journal(3), IsEmpty());
  EXPECT_THAT(Journal(99), IsEmpty());
}

TEST_P(CommitTest, ReadingStopsAtTheVisitorsError) {
  Commit("a");
  Commit("b");
  int visits = 0;
  const absl::Status status = store().ReadJournal(0, [&](Position, std::string_view) {
    ++visits;
    return absl::CancelledError("enough");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(visits, 1);
}

TEST_P(CommitTest, EverythingIsThereAfterReopening) {
  Commit("a", {{Table::kJobs, "k", "v"}});
  Commit("b");
  Reopen();
  EXPECT_THAT(Journal(), ElementsAre(Pair(1, "a"), Pair(2, "b")));
  EXPECT_EQ(Get(Table::kJobs, "k"), "v");
  EXPECT_EQ(store().JournalBytes(), 2);
  EXPECT_EQ(Commit("c"), 3u);
}

TEST_P(CommitTest, ACommitWithoutEntryTakesNoPosition) {
  EXPECT_EQ(Commit("", {{Table::kJobs, "k", "v"}}), 0u);
  EXPECT_EQ(Commit("a"), 1u);
  EXPECT_EQ(Commit("", {{Table::kJobs, "k", "w"}}), 1u);
  EXPECT_EQ(Commit("b"), 2u);
  EXPECT_THAT(Journal(), ElementsAre(Pair(1, "a"), Pair(2, "b")));
}

TEST_P(CommitTest, EachEpochIsHigherThanAllBefore) {
  int64_t last = epoch();
  for (int i = 0; i < 3; ++i) {
    Reopen();
    EXPECT_EQ(epoch(), last + 1);
    last = epoch();
  }
}

TEST_P(CommitTest, AnOldEpochIsFenced) {
  Commit("a");
  const int64_t old_epoch = epoch();
  ASSERT_TRUE(store().AcquireEpoch().ok());
  const absl::Status status = store().Commit({old_epoch, "b", {}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(scheduler::base::errors::ReasonOf(status), "EPOCH_FENCED");
  EXPECT_THAT(Journal(), ElementsAre(Pair(1, "a")));
}

TEST_P(CommitTest, AFencedCommitChangesNoRow) {
  const int64_t old_epoch = epoch();
  ASSERT_TRUE(store().AcquireEpoch().ok());
  const std::vector<scheduler::store::RowChange> changes = {{Table::kJobs, "k", "v"}};
  EXPECT_EQ(store().Commit({old_epoch, "b", changes}).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Get(Table::kJobs, "k"), std::nullopt);
}

TEST_P(CommitTest, AnEpochThatNobodyTookIsFenced) {
  EXPECT_EQ(store().Commit({epoch() + 1, "b", {}}).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(store().Commit({0, "b", {}}).status().code(), absl::StatusCode::kAborted);
}

TEST_P(CommitTest, ASecondOpenerFencesTheFirstOrIsRefused) {
  Commit("a");
  const absl::StatusOr<std::unique_ptr<Store>> second = bed().Open();
  if (!bed().side_by_side()) {
    EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(scheduler::base::errors::ReasonOf(second.status()), "STORE_LOCKED");
    EXPECT_EQ(Commit("b"), 2u) << "the first is not disturbed";
    return;
  }
  ASSERT_TRUE(second.ok()) << second.status();
  const int64_t higher = *(*second)->AcquireEpoch();
  EXPECT_GT(higher, epoch());
  EXPECT_EQ(store().Commit({epoch(), "b", {}}).status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(*(*second)->Commit({higher, "c", {}}), 2u);
}

TEST_P(CommitTest, TrimmedEntriesAreForgotten) {
  for (const char* entry : {"a", "b", "c"}) Commit(entry);
  ASSERT_TRUE(store().TrimJournal(2).ok());
  EXPECT_THAT(Journal(), ElementsAre(Pair(3, "c")));
  EXPECT_EQ(store().JournalBytes(), 1);
  EXPECT_EQ(Commit("d"), 4u);
}

TEST_P(CommitTest, PositionsGoOnWhenAllIsTrimmed) {
  for (const char* entry : {"a", "b", "c"}) Commit(entry);
  ASSERT_TRUE(store().TrimJournal(3).ok());
  EXPECT_EQ(store().JournalBytes(), 0);
  Reopen();
  EXPECT_EQ(store().JournalBytes(), 0);
  EXPECT_EQ(Commit("d"), 4u);
  EXPECT_THAT(Journal(), ElementsAre(Pair(4, "d")));
}

TEST_P(CommitTest, TrimmingTwiceOrTooFarIsHarmless) {
  for (const char* entry : {"a", "b"}) Commit(entry);
  ASSERT_TRUE(store().TrimJournal(1).ok());
  ASSERT_TRUE(store().TrimJournal(1).ok());
  ASSERT_TRUE(store().TrimJournal(0).ok());
  EXPECT_THAT(Journal(), ElementsAre(Pair(2, "b")));
  ASSERT_TRUE(store().TrimJournal(99).ok());
  EXPECT_THAT(Journal(), IsEmpty());
  EXPECT_EQ(Commit("c"), 3u);
}

TEST_P(CommitTest, JournalBytesAreThoseOfKeptEntries) {
  int64_t bytes = 0;
  for (int i = 1; i <= 50; ++i) {
    Commit(std::string(100 * i, 'x'));
    bytes += 100 * i;
    EXPECT_EQ(store().JournalBytes(), bytes);
  }
  ASSERT_TRUE(store().TrimJournal(20).ok());
  bytes -= 100 * 20 * 21 / 2;
  EXPECT_EQ(store().JournalBytes(), bytes);
  Reopen();
  EXPECT_EQ(store().JournalBytes(), bytes);
}

TEST_P(CommitTest, ReadersSeeWholeCommitsWhileTheyAreMade) {
  constexpr int kCommits = 300;
  std::thread reader([this] {
    for (size_t seen = 0; seen < kCommits;) {
      Position next = 1;
      const absl::Status status =
          store().ReadJournal(0, [&](Position position, std::string_view e) {
            EXPECT_EQ(position, next++);
            EXPECT_EQ(e, "entry " + std::to_string(position));
            return absl::OkStatus();
          });
      EXPECT_TRUE(status.ok()) << status;
      // Both rows of a commit stand in one snapshot.
      const std::vector<Row> rows = Rows(Table::kJobs);
      EXPECT_TRUE(rows.empty() || (rows.size() == 2 && rows[0].second == rows[1].second));
      EXPECT_GE(next - 1, seen);
      seen = next - 1;
    }
  });
  for (int i = 1; i <= kCommits; ++i) {
    const std::string value = std::to_string(i);
    Commit("entry " + value, {{Table::kJobs, "a", value}, {Table::kJobs, "b", value}});
  }
  reader.join();
}

}  // namespace
}  // namespace tests
