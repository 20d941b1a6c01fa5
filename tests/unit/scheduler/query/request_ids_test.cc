#include "scheduler/query/request_ids.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/memory_store.h"
#include "tests/support/engine/forwarding_store.h"

namespace scheduler::query {
namespace {

using base::errors::ReasonOf;

// Fails reads while it is told to.
class ReadFails final : public tests::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  absl::StatusOr<std::optional<std::string>> Get(Table table, std::string_view key) const override {
    if (fails) return base::errors::StoreIo("read", "EIO");
    return ForwardingStore::Get(table, key);
  }
  bool fails = false;
};

class RequestIdsTest : public testing::Test {
 protected:
  void Store(const std::string& id, uint64_t body, base::Millis at) {
    store::RowChange change{store::Table::kRequests, store::RequestRowKey("p", id),
                            store::EncodeRequest({body, 5, 7, at})};
    store::CommitBatch batch;
    batch.epoch = epoch_;
    batch.changes = {&change, 1};
    ASSERT_TRUE(store_.Commit(batch).ok());
  }

  ReadFails store_{store::OpenMemoryStore(std::make_shared<store::MemoryDisk>())};
  int64_t epoch_ = *store_.AcquireEpoch();
  RequestIds ids_{&store_};
};

TEST_F(RequestIdsTest, WithoutAnIdNothingIsKept) {
  for (int i = 0; i < 2; ++i) {
    const auto before = ids_.Begin("p", {"", 1}, 0);
    ASSERT_TRUE(before.ok());
    EXPECT_FALSE(before->has_value());
  }
}

TEST_F(RequestIdsTest, OneAtATime) {
  ASSERT_TRUE(ids_.Begin("p", {"a", 1}, 0).ok());
  const auto twin = ids_.Begin("p", {"a", 1}, 0);
  EXPECT_EQ(twin.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(twin.status()), "REQUEST_IN_PROGRESS");
  EXPECT_TRUE(ids_.Begin("q", {"a", 1}, 0).ok());  // another product
  EXPECT_TRUE(ids_.Begin("p", {"b", 1}, 0).ok());
  ids_.End("p", {"a", 1});
  EXPECT_TRUE(ids_.Begin("p", {"a", 1}, 0).ok());
}

TEST_F(RequestIdsTest, WhatWasCarriedOutIsAnswered) {
  Store("a", 1, 1000);
  for (int i = 0; i < 2; ++i) {
    const auto before = ids_.Begin("p", {"a", 1}, 2000);
    ASSERT_TRUE(before.ok()) << before.status();
    ASSERT_TRUE(before->has_value());
    EXPECT_EQ((*before)->uid, 5U);
    EXPECT_EQ((*before)->number, 7);
  }
}

TEST_F(RequestIdsTest, AnotherBodyIsRefused) {
  Store("a", 1, 1000);
  for (int i = 0; i < 2; ++i) {
    const auto reused = ids_.Begin("p", {"a", 2}, 2000);
    EXPECT_EQ(reused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(reused.status()), "REQUEST_ID_REUSED");
  }
}

TEST_F(RequestIdsTest, AreForgottenAfterADay) {
  Store("a", 1, 1000);
  EXPECT_TRUE(ids_.Begin("p", {"a", 2}, 1001 + base::kDay).ok());
}

TEST_F(RequestIdsTest, AFailedReadHoldsNothing) {
  store_.fails = true;
  EXPECT_FALSE(ids_.Begin("p", {"a", 1}, 0).ok());
  store_.fails = false;
  EXPECT_TRUE(ids_.Begin("p", {"a", 1}, 0).ok());
}

}  // namespace
}  // namespace scheduler::query
