#include "scheduler/core/rule/rule_periods.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/rule/random_rule.h"
#include "tests/unit/scheduler/core/rule/rule_reference.h"

namespace scheduler::core {
namespace {

using absl::CivilSecond;

// How long a stretch the reference walks over, by frequency: it keeps to some thousand times.
int64_t DaysFor(RuleFrequency frequency) {
  switch (frequency) {
    case RuleFrequency::kYearly:
      return 3 * 366;
    case RuleFrequency::kMonthly:
      return 400;
    case RuleFrequency::kWeekly:
      return 200;
    case RuleFrequency::kDaily:
      return 60;
    case RuleFrequency::kHourly:
      return 12;
    default:
      return 2;
  }
}

std::vector<int64_t> Seconds(const std::vector<CivilSecond>& times) {
  std::vector<int64_t> out;
  out.reserve(times.size());
  for (const CivilSecond time : times) out.push_back(LocalSecond(time));
  return out;
}

// First, Last and Count at `at`, between the ends of the stretch, against the whole list.
void ExpectLikeList(const RulePeriods& periods, const std::vector<int64_t>& list, int64_t from,
                    int64_t to, int64_t at) {
  const auto it = std::lower_bound(list.begin(), list.end(), at);
  const std::optional<int64_t> first = it == list.end() ? std::nullopt : std::optional(*it);
  const std::optional<int64_t> last = it == list.begin() ? std::nullopt : std::optional(*(it - 1));
  ASSERT_EQ(periods.First(at, to), first) << at;
  ASSERT_EQ(periods.Last(from, at), last) << at;
  ASSERT_EQ(periods.Count(from, at), it - list.begin()) << at;
  ASSERT_EQ(periods.Count(at, to), list.end() - it) << at;
}

void ExpectLikeReference(RuleFrequency frequency, uint64_t seed) {
  base::Random random(seed);
  const RulePattern pattern = RandomPattern(frequency, &random);
  const CivilSecond start =
      CivilSecond(2001, 1, 1) + static_cast<int64_t>(random.Below(700'000'000));
  // Before the start too: the phase goes on there.
  const int64_t begin = LocalSecond(start) - static_cast<int64_t>(random.Below(10'000'000)) +
                        static_cast<int64_t>(random.Below(400'000'000));
  const int64_t end = begin + DaysFor(frequency) * kDaySeconds;
  const RulePeriods periods(pattern, start);
  const std::vector<int64_t> list =
      Seconds(RuleReference(pattern, start).LocalTimes(CivilOf(begin), CivilOf(end)));
  SCOPED_TRACE(testing::Message() << "seed " << seed << ' ' << pattern << " from " << start);
  ASSERT_EQ(periods.Count(begin, end), static_cast<int64_t>(list.size()));
  for (size_t i = 0; i < 40; ++i) {
    const auto offset = static_cast<int64_t>(random.Below(static_cast<uint64_t>(end - begin)));
    ASSERT_NO_FATAL_FAILURE(ExpectLikeList(periods, list, begin, end, begin + offset));
    if (list.empty()) continue;
    const int64_t time = list[random.Below(list.size())];
    ASSERT_NO_FATAL_FAILURE(ExpectLikeList(periods, list, begin, end, time));
    ASSERT_NO_FATAL_FAILURE(ExpectLikeList(periods, list, begin, end, time + 1));
  }
}

class RulePeriodsTest : public testing::TestWithParam<RuleFrequency> {};

TEST_P(RulePeriodsTest, AreLikeTheReference) {
  const uint64_t rounds = tests::kSanitized ? 30 : 150;
  for (uint64_t seed = 1; seed <= rounds; ++seed) {
    ASSERT_NO_FATAL_FAILURE(ExpectLikeReference(GetParam(), seed));
  }
}

INSTANTIATE_TEST_SUITE_P(All, RulePeriodsTest,
                         testing::Values(RuleFrequency::kSecondly, RuleFrequency::kMinutely,
                                         RuleFrequency::kHourly, RuleFrequency::kDaily,
                                         RuleFrequency::kWeekly, RuleFrequency::kMonthly,
                                         RuleFrequency::kYearly));

TEST(PlaceOfNthTest, IsWhereTheNthStands) {
  const std::vector<int64_t> list = {3, 4, 90'000, 90'001, 10'000'000};
  const auto count = [&](int64_t from, int64_t to) {
    return std::lower_bound(list.begin(), list.end(), to) -
           std::lower_bound(list.begin(), list.end(), from);
  };
  for (size_t n = 1; n <= list.size(); ++n) {
    EXPECT_EQ(PlaceOfNth(0, 20'000'000, static_cast<int64_t>(n), count), list[n - 1]);
  }
  EXPECT_EQ(PlaceOfNth(0, 20'000'000, 6, count), std::nullopt);
  EXPECT_EQ(PlaceOfNth(0, 10'000'000, 5, count), std::nullopt);
  EXPECT_EQ(PlaceOfNth(4, 10'000'000, 1, count), 4);
  EXPECT_EQ(PlaceOfNth(7, 7, 1, count), std::nullopt);
}

}  // namespace
}  // namespace scheduler::core
