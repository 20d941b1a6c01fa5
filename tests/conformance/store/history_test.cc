#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "scheduler/store/history_codec.h"
#include "tests/conformance/store/store_bed.h"

// Sealed runs: order, sealing again, retention.
namespace tests {
namespace {

using scheduler::base::Millis;
using scheduler::core::MakeUid;
using scheduler::core::RunKey;
using scheduler::core::Uid;
using scheduler::store::SealedRun;
using scheduler::store::UnsuccessfulCursor;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Uid kJob = MakeUid(5, 1);
constexpr Uid kOther = MakeUid(6, 0);
constexpr Millis kNow = 1'764'000'000'000;

using HistoryTest = StoreTest;
INSTANTIATE_TEST_SUITE_P(Stores, HistoryTest, testing::ValuesIn(AllStoreKinds()),
                         [](const auto& info) { return info.param.name; });

std::vector<SealedRun> Runs(Uid uid, int64_t first, int64_t last, bool successful = true,
                            int32_t limit = 10'000) {
  std::vector<SealedRun> runs;
  for (int64_t n = first; n <= last; ++n) {
    runs.push_back(SealedOf({uid, n}, kNow + n, successful, limit));
  }
  return runs;
}

std::vector<SealedRun> operator+(std::vector<SealedRun> a, const std::vector<SealedRun>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST_P(HistoryTest, RunsAreFoundByKey) {
  const SealedRun run = SealedOf({kJob, 7}, kNow);
  Seal({run}, 1);
  EXPECT_EQ(GetRun({kJob, 7}), run.body);
  EXPECT_EQ(GetRun({kJob, 8}), std::nullopt);
  EXPECT_EQ(GetRun({kOther, 7}), std::nullopt);
}

TEST_P(HistoryTest, RunsOfAJobComeNewestFirst) {
  Seal(Runs(kJob, 1, 3) + Runs(kOther, 1, 2), 1);
  Seal(Runs(kJob, 4, 5), 2);
  EXPECT_THAT(RunNumbers(kJob), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(RunNumbers(kJob, 4), ElementsAre(3, 2, 1));
  EXPECT_THAT(RunNumbers(kJob, 99, 2), ElementsAre(5, 4));
  EXPECT_THAT(RunNumbers(kJob, 1), IsEmpty());
  EXPECT_THAT(RunNumbers(kOther), ElementsAre(2, 1));
  EXPECT_THAT(RunNumbers(MakeUid(7, 0)), IsEmpty());
}

TEST_P(HistoryTest, SealedThroughIsRemembered) {
  Seal(Runs(kJob, 1, 1), 10);
  EXPECT_EQ(*store().SealedThrough(), 10u);
  Seal({}, 12);
  EXPECT_EQ(*store().SealedThrough(), 12u);
  Reopen();
  EXPECT_EQ(*store().SealedThrough(), 12u);
  EXPECT_THAT(RunNumbers(kJob), ElementsAre(1));
}

TEST_P(HistoryTest, SealingAgainReplaces) {
  Seal(Runs(kJob, 1, 2), 1);
  SealedRun again = SealedOf({kJob, 2}, kNow + 500);
  Seal({again}, 2);
  EXPECT_THAT(RunNumbers(kJob), ElementsAre(2, 1));
  EXPECT_EQ(GetRun({kJob, 2}), again.body);
  Seal(Runs(kJob, 1, 2), 2);
  EXPECT_THAT(RunNumbers(kJob), ElementsAre(2, 1));
}

TEST_P(HistoryTest, SealingOutOfOrderIsInOrder) {
  Seal(Runs(kJob, 10, 12), 1);
  Seal(Runs(kJob, 1, 2), 2);
  Seal(Runs(kJob, 5, 5), 3);
  EXPECT_THAT(RunNumbers(kJob), ElementsAre(12, 11, 10, 5, 2, 1));
}

TEST_P(HistoryTest, UnsuccessfulRunsComeLatestFirst) {
  Seal({SealedOf({kJob, 1}, kNow + 10, false), SealedOf({kJob, 2}, kNow + 30, true),
        SealedOf({kJob, 3}, kNow + 20, false), SealedOf({kOther, 1}, kNow + 20, false),
        SealedOf({kOther, 2}, kNow + 40, false)},
       1);
  std::vector<RunKey> keys;
  for (const UnsuccessfulCursor& cursor : Unsuccessful("shop")) keys.push_back(cursor.key);
  EXPECT_THAT(keys,
              ElementsAre(RunKey{kOther, 2}, RunKey{kJob, 3}, RunKey{kOther, 1}, RunKey{kJob, 1}));
  EXPECT_THAT(Unsuccessful("sho"), IsEmpty());
  EXPECT_THAT(Unsuccessful("shop2"), IsEmpty());
}

TEST_P(HistoryTest, UnsuccessfulRunsGoOnAfterACursor) {
  Seal(Runs(kJob, 1, 9, false), 1);
  Seal(Runs(kOther, 1, 9, false), 2);
  std::vector<UnsuccessfulCursor> all;
  UnsuccessfulCursor cursor;
  for (int page = 0; page < 20; ++page) {
    const std::vector<UnsuccessfulCursor> found = Unsuccessful("shop", cursor, 4);
    if (found.empty()) break;
    all.insert(all.end(), found.begin(), found.end());
    cursor = found.back();
  }
  ASSERT_EQ(all.size(), 18u);
  for (size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1], all[i]);
}

TEST_P(HistoryTest, UnsuccessfulRunsThatEndedAtOnceComeNewestFirst) {
  std::vector<SealedRun> runs;
  for (const uint64_t uid : {kJob, kOther}) {
    for (int64_t number = 1; number <= 5; ++number) {
      runs.push_back(SealedOf({uid, number}, kNow, false));
    }
  }
  Seal(runs, 1);
  for (size_t page = 1; page <= 11; ++page) {
    std::vector<int64_t> numbers;
    UnsuccessfulCursor cursor;
    for (int i = 0; i < 20; ++i) {
      const std::vector<UnsuccessfulCursor> found = Unsuccessful("shop", cursor, page);
      if (found.empty()) break;
      for (const UnsuccessfulCursor& each : found) {
        EXPECT_LT(cursor, each);
        cursor = each;
        numbers.push_back(each.key.number);
      }
    }
    EXPECT_THAT(numbers, ElementsAre(5, 4, 3, 2, 1, 5, 4, 3, 2, 1)) << page;
  }
}

TEST_P(HistoryTest, TheIndexHasTheRecord) {
  const SealedRun run = SealedOf({kJob, 1}, kNow, false);
  Seal({run}, 1);
  std::string body;
  ASSERT_TRUE(store()
                  .ScanUnsuccessful("shop", {},
                                    [&](const UnsuccessfulCursor& cursor, std::string_view bytes) {
                                      EXPECT_EQ(cursor.end_time, kNow);
                                      body = bytes;
                                      return true;
                                    })
                  .ok());
  EXPECT_EQ(body, run.body);
}

TEST_P(HistoryTest, WhatIsInsideTheLimitIsNeverDropped) {
  // More seals than any store lets stand side by side.
  constexpr int kLimit = 5;
  for (int64_t n = 1; n <= 120; ++n) {
    Seal({SealedOf({kJob, n}, kNow + n, n % 3 != 0, kLimit)}, static_cast<uint64_t>(n));
    std::vector<int64_t> numbers = RunNumbers(kJob);
    ASSERT_GE(numbers.size(), static_cast<size_t>(std::min<int64_t>(n, kLimit)));
    for (int64_t i = 0; i < std::min<int64_t>(n, kLimit); ++i) ASSERT_EQ(numbers[i], n - i);
  }
}

TEST_P(HistoryTest, RetentionByAgeKeepsWhatIsYounger) {
  Seal(Runs(kJob, 1, 10, false), 1);
  ASSERT_TRUE(store().Retain(kNow + 6, INT64_MAX).ok());
  std::vector<int64_t> numbers = RunNumbers(kJob);
  ASSERT_GE(numbers.size(), 5u);
  numbers.resize(5);
  EXPECT_THAT(numbers, ElementsAre(10, 9, 8, 7, 6));
  ASSERT_TRUE(store().Retain(kNow + 100, INT64_MAX).ok());
  EXPECT_THAT(RunNumbers(kJob), IsEmpty()) << "what is wholly too old is gone at once";
  EXPECT_THAT(Unsuccessful("shop"), IsEmpty());
}

TEST_P(HistoryTest, RetentionByBytesTakesTheOldest) {
  Seal(Runs(kJob, 1, 100), 1);
  Seal(Runs(kJob, 101, 200), 2);
  ASSERT_TRUE(store().Retain(0, int64_t{1} << 40).ok());
  EXPECT_EQ(RunNumbers(kJob).size(), 200u);
  ASSERT_TRUE(store().Retain(0, 0).ok());
  EXPECT_THAT(RunNumbers(kJob), IsEmpty());
  Seal(Runs(kJob, 201, 202), 3);
  EXPECT_THAT(RunNumbers(kJob), ElementsAre(202, 201));
}

TEST_P(HistoryTest, ReadersSeeRunsWhileOthersAreSealed) {
  std::atomic<bool> done{false};
  std::thread reader([&] {
    size_t most = 0;
    while (!done.load()) {
      const std::vector<int64_t> numbers = RunNumbers(kJob);
      EXPECT_GE(numbers.size(), most);
      EXPECT_TRUE(std::is_sorted(numbers.rbegin(), numbers.rend()));
      most = numbers.size();
      EXPECT_TRUE(numbers.empty() || GetRun({kJob, numbers.back()}).has_value());
    }
  });
  for (int64_t n = 1; n <= 60; ++n) {
    Seal(Runs(kJob, 10 * n, 10 * n + 9), static_cast<uint64_t>(n));
    Commit("entry");
  }
  done = true;
  reader.join();
  EXPECT_EQ(RunNumbers(kJob).size(), 600u);
}

TEST_P(HistoryTest, SpaceIsReported) {
  Commit(std::string(100'000, 'x'));
  const auto space = store().GetSpace();
  ASSERT_TRUE(space.ok()) << space.status();
  EXPECT_GT(space->free_bytes, 0);
  EXPECT_GE(space->used_bytes, 100'000);
}

}  // namespace
}  // namespace tests
