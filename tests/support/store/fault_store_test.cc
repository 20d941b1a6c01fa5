#include "tests/support/store/fault_store.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/memory_store.h"

namespace tests {
namespace {

using scheduler::store::MemoryDisk;
using scheduler::store::Position;
using Action = FaultStore::Action;

class FaultStoreTest : public testing::Test {
 protected:
  FaultStoreTest() : store_(scheduler::store::OpenMemoryStore(std::make_shared<MemoryDisk>())) {
    epoch_ = *store_.AcquireEpoch();
  }
  absl::StatusOr<Position> Commit() { return store_.Commit({epoch_, "entry", {}}); }
  int Entries() {
    int entries = 0;
    EXPECT_TRUE(store_
                    .ReadJournal(0,
                                 [&](Position, std::string_view) {
                                   ++entries;
                                   return absl::OkStatus();
                                 })
                    .ok());
    return entries;
  }

  FaultStore store_;
  int64_t epoch_ = 0;
};

TEST_F(FaultStoreTest, WithoutPlansCallsPass) {
  EXPECT_EQ(*Commit(), 1u);
  EXPECT_EQ(*Commit(), 2u);
  EXPECT_EQ(Entries(), 2);
  EXPECT_EQ(store_.calls(StoreCall::kCommit), 2);
  EXPECT_EQ(store_.calls(StoreCall::kReadJournal), 1);
}

TEST_F(FaultStoreTest, TheNthCallIsRefusedAndNotMade) {
  store_.Add({.call = StoreCall::kCommit, .nth = 2, .status = absl::DataLossError("sync")});
  EXPECT_TRUE(Commit().ok());
  EXPECT_EQ(Commit().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(Commit().ok());
  EXPECT_EQ(Entries(), 2);
}

TEST_F(FaultStoreTest, SeveralCallsCanBeRefused) {
  store_.Add({.call = StoreCall::kCommit, .times = 3, .status = absl::InternalError("x")});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Commit().ok());
  EXPECT_TRUE(Commit().ok());
}

TEST_F(FaultStoreTest, AConcealedCallIsMade) {
  store_.Add({.call = StoreCall::kCommit,
              .action = Action::kConceal,
              .status = absl::InternalError("unknown")});
  EXPECT_FALSE(Commit().ok());
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FaultStoreTest, ADroppedCommitPretends) {
  EXPECT_EQ(*Commit(), 1u);
  store_.Add({.call = StoreCall::kCommit, .action = Action::kDrop});
  EXPECT_EQ(*Commit(), 2u);
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FaultStoreTest, BeforeIsCalledBeforeTheCall) {
  int entries = -1;
  store_.Add({.call = StoreCall::kCommit, .action = Action::kNothing, .before = [&] {
                entries = Entries();
              }});
  EXPECT_EQ(*Commit(), 1u);
  EXPECT_EQ(entries, 0);
  EXPECT_EQ(Entries(), 1);
}

TEST_F(FaultStoreTest, PlansOfOtherCallsDoNotMatter) {
  store_.Add({.call = StoreCall::kSeal, .status = absl::InternalError("x")});
  EXPECT_TRUE(Commit().ok());
  EXPECT_FALSE(store_.Seal({}, 1).ok());
  EXPECT_TRUE(store_.Seal({}, 1).ok());
}

TEST_F(FaultStoreTest, EveryReadCanBeRefused) {
  const absl::Status refused = absl::InternalError("refused");
  for (size_t call = 0; call < kStoreCalls; ++call) {
    store_.Add({.call = static_cast<StoreCall>(call), .times = 1000, .status = refused});
  }
  EXPECT_EQ(store_.Get(scheduler::store::Table::kJobs, "k").status(), refused);
  EXPECT_EQ(store_.MultiGet(scheduler::store::Table::kJobs, {}).status(), refused);
  EXPECT_EQ(store_.SealedThrough().status(), refused);
  EXPECT_EQ(store_.GetRun({1, 1}).status(), refused);
  EXPECT_EQ(store_.GetSpace().status(), refused);
  EXPECT_EQ(store_.TrimJournal(1), refused);
  EXPECT_EQ(store_.Retain(1, 1), refused);
  store_.Clear();
  EXPECT_TRUE(store_.GetSpace().ok());
}

}  // namespace
}  // namespace tests
