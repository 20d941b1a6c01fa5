#include "scheduler/store/rocksdb/retention_filter.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/interned.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/history_keys.h"
#include "scheduler/store/rows.h"

namespace scheduler::store {
namespace {

using rocksdb::CompactionFilter;

std::string Body(Millis end, int32_t limit) {
  core::TerminalRun run;
  run.key = {1, 1};
  run.state = core::RunState::kFailed;
  run.history_limit = limit;
  run.nominal = end;
  run.end_time = end;
  return Seal(run).body;
}

class RetentionFilterTest : public testing::Test {
 protected:
  std::unique_ptr<CompactionFilter> Make(
      const std::shared_ptr<rocksdb::CompactionFilterFactory>& factory) {
    return factory->CreateCompactionFilter(CompactionFilter::Context());
  }
  static bool Drops(const CompactionFilter& filter, const std::string& key,
                    const std::string& value) {
    std::string new_value;
    std::string skip_until;
    return filter.FilterV2(0, key, CompactionFilter::ValueType::kValue, value, &new_value,
                           &skip_until) == CompactionFilter::Decision::kRemove;
  }

  std::shared_ptr<DropBefore> drop_before_ = std::make_shared<DropBefore>();
};

TEST_F(RetentionFilterTest, RunsBeyondTheLimitOfTheNewestGo) {
  const auto filter = Make(NewRunFilter(drop_before_));
  // Newest first, as in a compaction: numbers 10 … 1 with a limit of 3.
  for (int64_t number = 10; number >= 1; --number) {
    EXPECT_EQ(Drops(*filter, RunHistoryKey({5, number}), Body(100, 3)), number <= 7) << number;
  }
}

TEST_F(RetentionFilterTest, TheLimitIsThatOfTheNewestRecord) {
  const auto filter = Make(NewRunFilter(drop_before_));
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({5, 10}), Body(100, 8)));
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({5, 3}), Body(100, 1)));
  EXPECT_TRUE(Drops(*filter, RunHistoryKey({5, 2}), Body(100, 1)));
}

TEST_F(RetentionFilterTest, JobsAreCountedApart) {
  const auto filter = Make(NewRunFilter(drop_before_));
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({5, 100}), Body(100, 2)));
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({6, 2}), Body(100, 2)));
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({6, 1}), Body(100, 2)));
}

TEST_F(RetentionFilterTest, GapsInTheNumbersCount) {
  const auto filter = Make(NewRunFilter(drop_before_));
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({5, 100}), Body(100, 10)));
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({5, 91}), Body(100, 10)));
  EXPECT_TRUE(Drops(*filter, RunHistoryKey({5, 90}), Body(100, 10)));
}

TEST_F(RetentionFilterTest, OldRunsGoEvenTheNewest) {
  const auto filter = Make(NewRunFilter(drop_before_));
  drop_before_->Raise(1000);
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({5, 3}), Body(1000, 10)));
  EXPECT_TRUE(Drops(*filter, RunHistoryKey({5, 2}), Body(999, 10)));
  EXPECT_TRUE(Drops(*filter, RunHistoryKey({6, 1}), Body(999, 10)));
}

TEST_F(RetentionFilterTest, TheTimeRisesOnly) {
  drop_before_->Raise(1000);
  drop_before_->Raise(500);
  EXPECT_EQ(drop_before_->Get(), 1000);
}

TEST_F(RetentionFilterTest, WhatCannotBeReadStays) {
  const auto filter = Make(NewRunFilter(drop_before_));
  drop_before_->Raise(1000);
  EXPECT_FALSE(Drops(*filter, "short", Body(1, 1)));
  EXPECT_FALSE(Drops(*filter, RunHistoryKey({5, 2}), "\xff\xff"));
}

TEST_F(RetentionFilterTest, TombstonesPass) {
  const auto filter = Make(NewRunFilter(drop_before_));
  std::string out;
  EXPECT_EQ(filter->FilterV2(0, RunHistoryKey({5, 2}), CompactionFilter::ValueType::kMergeOperand,
                             "", &out, &out),
            CompactionFilter::Decision::kKeep);
}

TEST_F(RetentionFilterTest, UnsuccessfulRunsGoByTheSameTest) {
  const auto filter = Make(NewUnsuccessfulFilter(drop_before_));
  drop_before_->Raise(80);
  const auto drops = [&](const char* product, Millis end, core::RunKey key, int32_t limit) {
    return Drops(*filter, UnsuccessfulKey(product, end, key), Body(end, limit));
  };
  // In the order of the keys: latest first.
  EXPECT_FALSE(drops("a", 100, {5, 10}, 3));
  EXPECT_FALSE(drops("a", 99, {6, 4}, 3));
  EXPECT_FALSE(drops("a", 98, {5, 8}, 3));
  EXPECT_TRUE(drops("a", 97, {5, 7}, 3));
  EXPECT_FALSE(drops("a", 96, {6, 2}, 3));
  EXPECT_TRUE(drops("a", 95, {6, 1}, 3));
  EXPECT_TRUE(drops("a", 79, {7, 1}, 3)) << "too old";
  EXPECT_FALSE(drops("b", 100, {5, 1}, 3)) << "another product";
}

TEST_F(RetentionFilterTest, RowsGoByTheirTime) {
  const auto filter = Make(NewRowFilter(Table::kRequests, drop_before_));
  EXPECT_FALSE(Drops(*filter, "k", EncodeRequest({1, 1, 1, 5})));
  drop_before_->Raise(10);
  EXPECT_TRUE(Drops(*filter, "k", EncodeRequest({1, 1, 1, 9})));
  EXPECT_FALSE(Drops(*filter, "k", EncodeRequest({1, 1, 1, 10})));
  EXPECT_FALSE(Drops(*filter, "k", "\xff"));
}

TEST_F(RetentionFilterTest, TablesKnowTheirEndTimes) {
  const std::unique_ptr<rocksdb::TablePropertiesCollector> collector(
      NewEndTimeCollector()->CreateTablePropertiesCollector({}));
  for (const Millis end : {50, 20, 90}) {
    ASSERT_TRUE(
        collector->AddUserKey("k", Body(end, 1), rocksdb::kEntryPut, /*seq=*/0, /*size=*/0).ok());
  }
  ASSERT_TRUE(collector->AddUserKey("k", "", rocksdb::kEntryDelete, 0, 0).ok());
  ASSERT_TRUE(collector->AddUserKey("k", "\xff", rocksdb::kEntryPut, 0, 0).ok());
  rocksdb::TableProperties properties;
  ASSERT_TRUE(collector->Finish(&properties.user_collected_properties).ok());
  const std::optional<EndTimes> times = EndTimesOf(properties);
  ASSERT_TRUE(times.has_value());
  EXPECT_EQ(times->earliest, 20);
  EXPECT_EQ(times->latest, 90);
  EXPECT_FALSE(EndTimesOf(rocksdb::TableProperties()).has_value());
}

}  // namespace
}  // namespace scheduler::store
