#include "scheduler/core/schedule/time_set.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

constexpr int kDay = 86400;

void ExpectLikeList(const TimeSet& set, const std::vector<int32_t>& list) {
  ASSERT_EQ(set.size(), static_cast<int>(list.size()));
  for (size_t i = 0; i < list.size(); ++i) ASSERT_EQ(set.At(static_cast<int>(i)), list[i]);
  for (int second = 0; second <= kDay; second += 7) {
    const auto it = std::lower_bound(list.begin(), list.end(), second);
    ASSERT_EQ(set.First(second), it == list.end() ? -1 : *it) << second;
    ASSERT_EQ(set.Last(second), it == list.begin() ? -1 : *(it - 1)) << second;
    ASSERT_EQ(set.CountBelow(second), it - list.begin()) << second;
    ASSERT_EQ(set.Contains(second), it != list.end() && *it == second) << second;
  }
}

std::vector<int32_t> ListOf(uint32_t hours, uint64_t minutes, uint64_t seconds) {
  std::vector<int32_t> list;
  for (int t = 0; t < kDay; ++t) {
    const bool in = (hours >> (t / 3600) & 1) != 0 && (minutes >> (t / 60 % 60) & 1) != 0 &&
                    (seconds >> (t % 60) & 1) != 0;
    if (in) list.push_back(t);
  }
  return list;
}

TEST(TimeSetTest, IsLikeTheListOfItsTimes) {
  base::Random random(3);
  const uint64_t all60 = (uint64_t{1} << 60) - 1;
  for (int i = 0; i < 20; ++i) {
    // Few bits and many, in turn.
    const uint64_t thin = i % 2 == 0 ? random.Next() & random.Next() & random.Next() : ~uint64_t{0};
    const auto hours = static_cast<uint32_t>(random.Next() & thin & 0xFFFFFF);
    const uint64_t minutes = random.Next() & thin & all60;
    const uint64_t seconds = random.Next() & thin & all60;
    const std::vector<int32_t> list = ListOf(hours, minutes, seconds);
    ASSERT_NO_FATAL_FAILURE(ExpectLikeList(TimeSet(hours, minutes, seconds), list));
    ASSERT_NO_FATAL_FAILURE(ExpectLikeList(TimeSet(list), list));
  }
}

TEST(TimeSetTest, EndsOfTheDay) {
  const TimeSet last(1 << 23, uint64_t{1} << 59, uint64_t{1} << 59);
  ExpectLikeList(last, {kDay - 1});
  EXPECT_EQ(last.Last(kDay), kDay - 1);
  EXPECT_EQ(last.First(kDay), -1);
  ExpectLikeList(TimeSet(1, 1, 1), {0});
  ExpectLikeList(TimeSet(0, 1, 1), {});
  ExpectLikeList(TimeSet(std::vector<int32_t>{}), {});
}

}  // namespace
}  // namespace scheduler::core
