#include "scheduler/core/rule/rule_instants.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/schedule/local_time.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/rule/random_rule.h"
#include "tests/unit/scheduler/core/rule/rule_reference.h"
#include "tests/unit/scheduler/core/schedule/zones.h"

namespace scheduler::core {
namespace {

constexpr int64_t kWeek = 7 * kDaySeconds;

std::optional<int64_t> InstantOf(const std::optional<ZonedTime>& time) {
  return time ? std::optional(time->instant) : std::nullopt;
}

// Next, Previous and Count within [from, to), which begins at or after the rule's start.
void ExpectLikeList(const RuleInstants& rule, const std::vector<int64_t>& list, int64_t from,
                    int64_t to) {
  for (int64_t t = from; t < to; t += 599) {
    const auto it = std::upper_bound(list.begin(), list.end(), t);
    const std::optional<int64_t> next = InstantOf(rule.Next(t));
    if (it != list.end()) {
      ASSERT_EQ(next, *it) << t;
      ASSERT_EQ(InstantOf(rule.Previous(*it + 1)), *it);
    } else {
      ASSERT_TRUE(!next || *next >= to) << t << ' ' << *next;
    }
    const std::optional<int64_t> previous = InstantOf(rule.Previous(t + 1));
    if (it != list.begin()) {
      ASSERT_EQ(previous, *(it - 1)) << t;
    } else {
      ASSERT_TRUE(!previous || *previous < from) << t << ' ' << *previous;
    }
    ASSERT_EQ(rule.Count(from - 1, t), it - list.begin()) << t;
    ASSERT_EQ(rule.Count(t, to - 1), list.end() - it) << t;
  }
}

// A random rule around a random clock change of a zone.
void ExpectLikeReference(const std::string& name, RuleFrequency frequency, uint64_t seed) {
  base::Random random(seed);
  const absl::TimeZone zone = tests::Zone(name);
  const int64_t some = 900'000'000 + static_cast<int64_t>(random.Below(900'000'000));
  const std::optional<ClockChange> change = NextChange(some, zone);
  const int64_t middle = change ? change->at : some;
  RulePattern pattern = RandomPattern(frequency, &random);
  // Times near the change, more often than chance has them.
  if (random.Percent(60)) pattern.hours |= 7;
  const bool real = FollowsRealTime(pattern);
  if (real) pattern.set_positions.clear();
  const DstPolicy policy = {random.Percent(50) ? DstGap::kRunAfter : DstGap::kSkip,
                            random.Percent(50) ? DstFold::kFirst : DstFold::kBoth};
  const int64_t from = middle - kDaySeconds;
  const int64_t to = middle + kDaySeconds;
  const int64_t start = from - static_cast<int64_t>(random.Below(60 * kWeek));
  const RuleReference reference(pattern, LocalOf(start, zone));
  const std::vector<int64_t> list = real ? reference.RealInstants(from, to, zone, start)
                                         : reference.PolicyInstants(from, to, zone, policy);
  SCOPED_TRACE(testing::Message() << name << " seed " << seed << ' ' << pattern << " start "
                                  << start << " change " << middle);
  ASSERT_NO_FATAL_FAILURE(
      ExpectLikeList(RuleInstants(pattern, start, zone, policy), list, from, to));
}

class RuleInstantsTest : public testing::TestWithParam<std::string> {};

TEST_P(RuleInstantsTest, AreLikeTheReferenceAroundClockChanges) {
  const uint64_t rounds = tests::kSanitized ? 1 : 3;
  for (const RuleFrequency frequency :
       {RuleFrequency::kSecondly, RuleFrequency::kMinutely, RuleFrequency::kHourly,
        RuleFrequency::kDaily, RuleFrequency::kWeekly, RuleFrequency::kMonthly}) {
    for (uint64_t seed = 1; seed <= rounds; ++seed) {
      ASSERT_NO_FATAL_FAILURE(ExpectLikeReference(GetParam(), frequency, seed));
    }
  }
}

// INTERVAL's count across the change: rules that follow real time, from a start before it.
TEST_P(RuleInstantsTest, CountHoursAndMinutesThatPass) {
  const absl::TimeZone zone = tests::Zone(GetParam());
  base::Random random(7);
  for (int i = 0; i < (tests::kSanitized ? 2 : 10); ++i) {
    const int64_t some = 1'000'000'000 + static_cast<int64_t>(random.Below(600'000'000));
    const std::optional<ClockChange> change = NextChange(some, zone);
    const int64_t middle = change ? change->at : some;
    RulePattern pattern;
    pattern.frequency = i % 2 == 0 ? RuleFrequency::kHourly : RuleFrequency::kMinutely;
    pattern.interval = static_cast<int64_t>(2 + random.Below(i % 2 == 0 ? 10 : 200));
    if (random.Percent(30)) pattern.minutes = random.Next() & ((uint64_t{1} << 60) - 1);
    const int64_t from = middle - kDaySeconds / 2;
    const int64_t start = from - static_cast<int64_t>(random.Below(10 * kWeek));
    const std::vector<int64_t> list = RuleReference(pattern, LocalOf(start, zone))
                                          .RealInstants(from, from + kDaySeconds, zone, start);
    SCOPED_TRACE(testing::Message() << pattern << " start " << start << " change " << middle);
    ASSERT_NO_FATAL_FAILURE(
        ExpectLikeList(RuleInstants(pattern, start, zone, {}), list, from, from + kDaySeconds));
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, RuleInstantsTest,
                         testing::Values("Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                         "America/Havana", "Atlantic/Azores", "Pacific/Apia",
                                         "Africa/Casablanca", "Europe/Dublin", "Asia/Kolkata"));

}  // namespace
}  // namespace scheduler::core
