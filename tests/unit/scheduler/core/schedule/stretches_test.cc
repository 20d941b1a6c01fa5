#include "scheduler/core/schedule/stretches.h"

#include <optional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

using testing::ElementsAre;

TEST(StretchesTest, BecomeSortedAndApart) {
  const Stretches set({{30, 40}, {0, 10}, {5, 8}, {10, 12}, {20, 20}, {50, 45}, {39, 41}});
  EXPECT_THAT(set.list(), ElementsAre(Stretch{0, 12}, Stretch{30, 41}));
}

TEST(StretchesTest, AnEmptySetHoldsNothing) {
  const Stretches set;
  EXPECT_EQ(set.Around(0), std::nullopt);
  EXPECT_EQ(set.FirstFrom(-5), std::nullopt);
}

TEST(StretchesTest, LookUpsAgreeWithAListOfSeconds) {
  base::Random random(20270101);
  for (int round = 0; round < 200; ++round) {
    std::vector<Stretch> all;
    std::vector<bool> held(110, false);
    for (uint64_t n = random.Below(8); n > 0; --n) {
      const auto begin = static_cast<int64_t>(random.Below(90));
      const auto end = begin + static_cast<int64_t>(random.Below(15));
      all.push_back({begin, end});
      for (int64_t s = begin; s < end; ++s) held[static_cast<size_t>(s)] = true;
    }
    const Stretches set(all);
    std::optional<int64_t> first;
    for (int64_t s = 109; s >= 0; --s) {
      if (held[static_cast<size_t>(s)]) first = s;
      EXPECT_EQ(set.FirstFrom(s), first);
      const std::optional<Stretch> around = set.Around(s);
      ASSERT_EQ(around.has_value(), held[static_cast<size_t>(s)]);
      if (!around) continue;
      EXPECT_EQ(set.Around(around->begin - 1), std::nullopt);
      EXPECT_EQ(set.Around(around->end), std::nullopt);
      EXPECT_LE(around->begin, s);
      EXPECT_GT(around->end, s);
    }
  }
}

}  // namespace
}  // namespace scheduler::core
