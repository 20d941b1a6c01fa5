#include "scheduler/core/requested_skips.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/core/schedule/schedule.h"

namespace scheduler::core {
namespace {

constexpr Millis kSec = base::kSecond;
constexpr Millis kT0 = 1'000'000'000;

// Every second from kT0 on; all times in seconds since kT0.
struct Case {
  std::string name;
  double cursor = -1;
  double now = 0;
  std::vector<Millis> skipped;
  std::string plan;
  CatchupMode catchup = CatchupMode::kLatest;
  OverlapMode overlap = OverlapMode::kSkip;
  int active = 0;
  int64_t remaining = kUnlimited;
  Millis end = 1'000'000;
};

void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

Millis At(double seconds) { return kT0 + static_cast<Millis>(seconds * kSec); }

// "miss 0..3x3 requested 4 run 5 skip 6 then at 7"
std::string ToText(const Plan& plan) {
  const auto of = [](Millis time) { return (time - kT0) / kSec; };
  std::string text;
  if (plan.missed.has_value()) {
    absl::StrAppend(&text, "miss ", of(plan.missed->first), "..", of(plan.missed->last), "x",
                    plan.missed->count, " ");
  }
  for (const Millis time : plan.requested) absl::StrAppend(&text, "requested ", of(time), " ");
  for (const PlannedRun& run : plan.runs) {
    absl::StrAppend(&text, "run ", of(run.occurrence.nominal), " ");
  }
  if (plan.skip.has_value()) absl::StrAppend(&text, "skip ", of(plan.skip->nominal), " ");
  if (plan.next == Plan::Next::kWait) return text + "then wait";
  if (plan.next == Plan::Next::kExhausted) return text + "then exhausted";
  return absl::StrCat(text, "then at ", of(plan.wake));
}

class RequestedSkips : public testing::TestWithParam<Case> {};

TEST_P(RequestedSkips, Plans) {
  const Case& c = GetParam();
  const IntervalSchedule schedule(kSec);
  PlanInput input;
  input.schedule = &schedule;
  input.context = {1, kT0, kT0 + c.end * kSec};
  input.cursor = At(c.cursor);
  input.now = At(c.now);
  input.remaining = c.remaining;
  input.overlap.mode = c.overlap;
  input.catchup.mode = c.catchup;
  input.active = c.active;
  std::vector<Millis> skipped;
  for (const Millis time : c.skipped) skipped.push_back(kT0 + time * kSec);
  EXPECT_EQ(ToText(MakePlan(input, skipped)), c.plan);
}

INSTANTIATE_TEST_SUITE_P(
    All, RequestedSkips,
    testing::Values(
        Case{"not_yet", 4, 4.5, {5}, "then at 5"},
        Case{"when_due", 4, 5, {5}, "requested 5 then at 6"},
        Case{"two_in_a_row", 4, 6, {5, 6}, "requested 5 requested 6 then at 7"},
        Case{"before_a_run", 4, 6, {5}, "requested 5 run 6 then at 7"},
        Case{"after_a_run", 4, 5, {6}, "run 5 then at 6"},
        Case{"decided_before", 5, 5.5, {5}, "then at 6"},
        Case{"no_occurrence", 4, 4.5, {1'000'001}, "then at 5"},
        Case{"the_latest_is_the_last_that_may_run",
             0,
             7.5,
             {7},
             "miss 1..5x5 requested 7 run 6 then at 8"},
        Case{"within_what_is_missed", 0, 7.5, {3}, "miss 1..6x6 run 7 then at 8"},
        Case{"before_what_is_missed", 0, 7.5, {1}, "miss 2..6x5 requested 1 run 7 then at 8"},
        Case{"none_misses_all",
             0,
             7.9,
             {3, 7},
             "miss 1..6x6 requested 7 then at 8",
             CatchupMode::kNone},
        Case{"all_waits_after_it", 0, 7.5, {2}, "requested 2 run 1 then wait", CatchupMode::kAll},
        Case{"all_goes_on_after_it", 1, 7.5, {2}, "requested 2 run 3 then wait", CatchupMode::kAll},
        Case{"before_a_stretch",
             4,
             6.5,
             {5},
             "requested 5 skip 6 then wait",
             CatchupMode::kLatest,
             OverlapMode::kSkip,
             1},
        Case{"within_a_stretch_to_come",
             4,
             5.5,
             {6},
             "skip 5 then wait",
             CatchupMode::kLatest,
             OverlapMode::kSkip,
             1},
        Case{"the_last_is_awaited",
             8,
             8.5,
             {9},
             "then at 9",
             CatchupMode::kLatest,
             OverlapMode::kSkip,
             0,
             kUnlimited,
             10},
        Case{"and_then_it_is_over",
             8,
             9,
             {9},
             "requested 9 then exhausted",
             CatchupMode::kLatest,
             OverlapMode::kSkip,
             0,
             kUnlimited,
             10},
        Case{"within_what_is_missed_before_the_last_execution",
             0,
             7.5,
             {3},
             "miss 1..6x6 run 7 then exhausted",
             CatchupMode::kLatest,
             OverlapMode::kSkip,
             0,
             1},
        Case{"before_the_last_execution",
             4,
             6,
             {5},
             "requested 5 run 6 then exhausted",
             CatchupMode::kLatest,
             OverlapMode::kSkip,
             0,
             1},
        Case{"nothing_after_the_executions",
             4,
             5,
             {6},
             "run 5 then exhausted",
             CatchupMode::kLatest,
             OverlapMode::kSkip,
             0,
             1},
        Case{"a_skip_is_no_execution",
             4,
             5,
             {5},
             "requested 5 then at 6",
             CatchupMode::kLatest,
             OverlapMode::kSkip,
             0,
             1}),
    [](const testing::TestParamInfo<Case>& info) { return info.param.name; });

}  // namespace
}  // namespace scheduler::core
