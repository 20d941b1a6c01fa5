#include "scheduler/core/planner.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/schedule/schedule.h"

namespace scheduler::core {
namespace {

constexpr Millis kSec = base::kSecond;
constexpr Millis kT0 = 1'000'000'000;

OverlapPolicy Skip() { return {OverlapMode::kSkip, 100}; }
OverlapPolicy Allow(int32_t limit = 100) { return {OverlapMode::kAllow, limit}; }
OverlapPolicy BufferOne() { return {OverlapMode::kBufferOne, 100}; }
CatchupPolicy Latest() { return {CatchupMode::kLatest, base::kHour, 1000}; }
CatchupPolicy None() { return {CatchupMode::kNone, base::kHour, 1000}; }
CatchupPolicy All(Millis window = base::kHour, int32_t limit = 1000) {
  return {CatchupMode::kAll, window, limit};
}

// A plan as text, times in milliseconds since kT0:
//   "miss 0..3000x4 catchup 4000 run 5000 buffer 6000 skip 7000 OVERLAP then wait"
std::string ToText(const Plan& plan) {
  std::string text;
  if (plan.missed.has_value()) {
    absl::StrAppend(&text, "miss ", plan.missed->first - kT0, "..", plan.missed->last - kT0, "x",
                    plan.missed->count, " ");
  }
  for (const PlannedRun& run : plan.runs) {
    EXPECT_EQ(run.occurrence.due, run.occurrence.nominal);
    const char* kind = run.trigger == Trigger::kCatchup ? "catchup " : "run ";
    absl::StrAppend(&text, run.buffered ? "buffered-" : "", kind, run.occurrence.nominal - kT0,
                    " ");
  }
  if (plan.skip.has_value()) {
    absl::StrAppend(&text, "skip ", plan.skip->nominal - kT0, " ", std::string(plan.skip->reason),
                    " ");
  }
  switch (plan.next) {
    case Plan::Next::kArm:
      absl::StrAppend(&text, "then at ", plan.wake - kT0);
      break;
    case Plan::Next::kWait:
      text += "then wait";
      break;
    case Plan::Next::kExhausted:
      text += "then exhausted";
      break;
  }
  return text;
}

// Every second from kT0 on. `cursor` and `now` in milliseconds since kT0.
struct Case {
  std::string name;
  Millis cursor = 0;
  Millis now = 0;
  OverlapPolicy overlap;
  CatchupPolicy catchup;
  int active = 0;
  bool buffered = false;
  std::string plan;
  int64_t remaining = kUnlimited;
  Millis end_time = base::kNever - kT0;
};

void PrintTo(const Case& c, std::ostream* os) { *os << c.name; }

class PlannerTable : public testing::TestWithParam<Case> {};

TEST_P(PlannerTable, Plans) {
  const Case& c = GetParam();
  const IntervalSchedule schedule(kSec);
  PlanInput input;
  input.schedule = &schedule;
  input.context = {1, kT0, kT0 + c.end_time};
  input.cursor = kT0 + c.cursor;
  input.now = kT0 + c.now;
  input.remaining = c.remaining;
  input.overlap = c.overlap;
  input.catchup = c.catchup;
  input.active = c.active;
  input.buffered = c.buffered;
  EXPECT_EQ(ToText(MakePlan(input)), c.plan);
}

std::string NameOf(const testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    Fresh, PlannerTable,
    testing::Values(
        Case{"NothingDue", 0, 999, Skip(), Latest(), 0, false, "then at 1000"},
        Case{"NothingDueWhileActive", 0, 999, Skip(), Latest(), 1, false, "then at 1000"},
        Case{"DueNow", 0, 1000, Skip(), Latest(), 0, false, "run 1000 then at 2000"},
        Case{"First", -1, 0, Skip(), Latest(), 0, false, "run 0 then at 1000"},
        Case{"LateByLess", 0, 1999, Skip(), Latest(), 0, false, "run 1000 then at 2000"},
        Case{"SkipsWhileActive", 0, 1000, Skip(), Latest(), 1, false,
             "skip 1000 OVERLAP then wait"},
        Case{"AllowsWhileActive", 0, 1000, Allow(), Latest(), 99, false, "run 1000 then at 2000"},
        Case{"AllowsUpToTheLimit", 0, 1000, Allow(3), Latest(), 3, false,
             "skip 1000 OVERLAP then wait"},
        Case{"Buffers", 0, 1000, BufferOne(), Latest(), 1, false, "buffered-run 1000 then at 2000"},
        Case{"BufferIsNotNeeded", 0, 1000, BufferOne(), Latest(), 0, false,
             "run 1000 then at 2000"},
        Case{"BufferFull", 0, 1000, BufferOne(), Latest(), 2, true,
             "skip 1000 BUFFER_FULL then wait"},
        Case{"LastExecution", 0, 1000, Skip(), Latest(), 0, false, "run 1000 then exhausted", 1},
        Case{"NoExecutionLeft", 0, 1000, Skip(), Latest(), 0, false, "then exhausted", 0},
        Case{"MoreDoneThanAsked", 0, 1000, Skip(), Latest(), 0, false, "then exhausted", -3},
        Case{"BeforeTheEnd", 0, 1000, Skip(), Latest(), 0, false, "run 1000 then exhausted",
             kUnlimited, 2000},
        Case{"EndIsExclusive", 0, 1000, Skip(), Latest(), 0, false, "then exhausted", kUnlimited,
             1000}),
    NameOf);

// Occurrences 1000 … 5000 at t = 5500: 1000 … 4000 are old, 5000 is fresh.
// At t = 6000: 1000 … 5000 are old, 6000 is fresh.
INSTANTIATE_TEST_SUITE_P(
    OldAndFresh, PlannerTable,
    testing::Values(
        Case{"LatestMissesWhereOneIsFresh", 0, 5500, Skip(), Latest(), 0, false,
             "miss 1000..4000x4 run 5000 then at 6000"},
        Case{"LatestAtTheBoundary", 0, 6000, Skip(), Latest(), 0, false,
             "miss 1000..5000x5 run 6000 then at 7000"},
        Case{"LatestWhileActive", 0, 5500, Skip(), Latest(), 1, false,
             "miss 1000..4000x4 skip 5000 OVERLAP then wait"},
        Case{"LatestBuffers", 0, 5500, BufferOne(), Latest(), 1, false,
             "miss 1000..4000x4 buffered-run 5000 then at 6000"},
        Case{"None", 0, 5500, Skip(), None(), 0, false, "miss 1000..4000x4 run 5000 then at 6000"},
        Case{"NoneWhileActive", 0, 5500, Skip(), None(), 1, false,
             "miss 1000..4000x4 skip 5000 OVERLAP then wait"},
        Case{"AllOneAfterAnother", 0, 5500, Skip(), All(), 0, false, "catchup 1000 then wait"},
        Case{"AllWaitsWhileActive", 0, 5500, Skip(), All(), 1, false, "then wait"},
        Case{"AllWaitsInABuffer", 0, 5500, BufferOne(), All(), 1, false, "then wait"},
        Case{"AllWaitsForTheLastOldOne", 3000, 5500, Skip(), All(), 0, false,
             "catchup 4000 then wait"},
        Case{"AllInParallel", 0, 5500, Allow(), All(), 0, false,
             "catchup 1000 catchup 2000 catchup 3000 catchup 4000 run 5000 then at 6000"},
        Case{"AllInParallelUpToTheLimit", 0, 5500, Allow(3), All(), 1, false,
             "catchup 1000 catchup 2000 then wait"},
        Case{"AllInParallelAndAFreshOneTooMany", 0, 5500, Allow(4), All(), 0, false,
             "catchup 1000 catchup 2000 catchup 3000 catchup 4000 skip 5000 OVERLAP then wait"},
        Case{"AllInsideTheWindow", 0, 5500, Allow(), All(2500), 0, false,
             "miss 1000..2000x2 catchup 3000 catchup 4000 run 5000 then at 6000"},
        Case{"AllUpToItsLimit", 0, 5500, Allow(), All(base::kHour, 1), 0, false,
             "miss 1000..3000x3 catchup 4000 run 5000 then at 6000"},
        Case{"AllWithAWindowTooShort", 0, 5500, Skip(), All(100), 0, false,
             "miss 1000..4000x4 run 5000 then at 6000"},
        Case{"AllWithAWindowTooShortWhileActive", 0, 5500, Skip(), All(100), 1, false,
             "miss 1000..4000x4 skip 5000 OVERLAP then wait"},
        Case{"AllMissesAndWaits", 0, 5500, Skip(), All(base::kHour, 2), 1, false,
             "miss 1000..2000x2 then wait"}),
    NameOf);

// With end_time 4500 the last occurrence is 4000; at t = 9000 everything is old.
INSTANTIATE_TEST_SUITE_P(
    OldAlone, PlannerTable,
    testing::Values(Case{"LatestRunsTheLast", 0, 9000, Skip(), Latest(), 0, false,
                         "miss 1000..3000x3 catchup 4000 then exhausted", kUnlimited, 4500},
                    Case{"LatestAlone", 3000, 9000, Skip(), Latest(), 0, false,
                         "catchup 4000 then exhausted", kUnlimited, 4500},
                    Case{"LatestGoesThroughOverlap", 0, 9000, Skip(), Latest(), 1, false,
                         "miss 1000..3000x3 skip 4000 OVERLAP then wait", kUnlimited, 4500},
                    Case{"LatestIsBuffered", 0, 9000, BufferOne(), Latest(), 1, false,
                         "miss 1000..3000x3 buffered-catchup 4000 then exhausted", kUnlimited,
                         4500},
                    Case{"LatestIsAllowed", 0, 9000, Allow(), Latest(), 1, false,
                         "miss 1000..3000x3 catchup 4000 then exhausted", kUnlimited, 4500},
                    Case{"NoneMissesAll", 0, 9000, Skip(), None(), 0, false,
                         "miss 1000..4000x4 then exhausted", kUnlimited, 4500},
                    Case{"AllWithExecutionsLeft", 0, 9000, Allow(), All(), 0, false,
                         "catchup 1000 catchup 2000 then exhausted", 2, 4500},
                    Case{"AllSequentialWithOneExecutionLeft", 0, 9000, Skip(), All(), 0, false,
                         "catchup 1000 then exhausted", 1, 4500},
                    Case{"LatestWithOneExecutionLeft", 0, 9000, Skip(), Latest(), 0, false,
                         "miss 1000..3000x3 catchup 4000 then exhausted", 1, 4500},
                    Case{"AllTheLastOne", 3000, 9000, Skip(), All(), 0, false,
                         "catchup 4000 then exhausted", kUnlimited, 4500}),
    NameOf);

TEST(PlannerTest, FixedDelayHasOneOccurrence) {
  const SingleSchedule schedule;
  PlanInput input;
  input.schedule = &schedule;
  input.context.start_time = kT0 + 5000;
  input.cursor = kT0;
  input.catchup = Latest();
  input.now = kT0 + 4999;
  EXPECT_EQ(ToText(MakePlan(input)), "then at 5000");
  input.now = kT0 + 5000;
  EXPECT_EQ(ToText(MakePlan(input)), "run 5000 then exhausted");
  input.now = kT0 + base::kDay;
  EXPECT_EQ(ToText(MakePlan(input)), "catchup 5000 then exhausted");
  input.catchup = None();
  EXPECT_EQ(ToText(MakePlan(input)), "miss 5000..5000x1 then exhausted");
  input.cursor = kT0 + 5000;
  EXPECT_EQ(ToText(MakePlan(input)), "then exhausted");
}

TEST(PlannerTest, ALongDowntimeOfAFastJobIsBoundedWork) {
  const IntervalSchedule schedule(1);
  PlanInput input;
  input.schedule = &schedule;
  input.context.start_time = kT0;
  input.cursor = kT0 - 1;
  input.now = kT0 + 366 * base::kDay;
  input.catchup = Latest();
  input.overlap = Skip();
  const Plan latest = MakePlan(input);
  ASSERT_TRUE(latest.missed.has_value());
  EXPECT_EQ(latest.missed->count, 366 * base::kDay - kSec + 1);
  EXPECT_EQ(latest.runs.size(), 1U);
  EXPECT_EQ(latest.runs[0].occurrence.nominal, input.now - kSec + 1);

  input.catchup = All(base::kHour, 1000);
  const Plan all = MakePlan(input);
  ASSERT_TRUE(all.missed.has_value());
  EXPECT_EQ(all.missed->count, 366 * base::kDay - kSec + 1 - 1000);
  EXPECT_EQ(all.missed->last, input.now - kSec - 1000);
  EXPECT_EQ(all.runs.size(), 1U);
}

TEST(PlannerTest, AdmitsByPolicy) {
  EXPECT_EQ(Admit(Skip(), 0, false), Admission::kStart);
  EXPECT_EQ(Admit(Skip(), 1, false), Admission::kSkipOverlap);
  EXPECT_EQ(Admit(Allow(2), 1, false), Admission::kStart);
  EXPECT_EQ(Admit(Allow(2), 2, false), Admission::kSkipOverlap);
  EXPECT_EQ(Admit(BufferOne(), 0, false), Admission::kStart);
  EXPECT_EQ(Admit(BufferOne(), 1, false), Admission::kBuffer);
  EXPECT_EQ(Admit(BufferOne(), 2, true), Admission::kSkipBufferFull);
}

// ---- against a slow, obvious reference ----------------------------------------------------------

// The rules of the specification, written out over the list of all occurrences.
class Reference {
 public:
  Reference(const PlanInput& input, std::vector<Millis> occurrences) : in_(input) {
    for (const Millis t : occurrences) {
      if (t <= in_.cursor) continue;
      (t <= in_.now - kSec ? old_ : t <= in_.now ? fresh_ : future_).push_back(t);
    }
  }

  Plan Make() {
    if (in_.remaining <= 0) return Finish();
    bool goes_on = true;
    if (!old_.empty()) {
      if (in_.catchup.mode == CatchupMode::kNone) {
        MissFirst(old_.size());
      } else if (in_.catchup.mode == CatchupMode::kLatest) {
        MissFirst(fresh_.empty() ? old_.size() - 1 : old_.size());
        for (const Millis t : old_) goes_on = Offer(t, Trigger::kCatchup);
        old_.clear();
      } else {
        goes_on = CatchUpAll();
      }
    }
    while (goes_on && !fresh_.empty() && Left() > 0) {
      goes_on = Offer(fresh_.front(), Trigger::kSchedule);
      fresh_.erase(fresh_.begin());
    }
    if (!goes_on) {
      plan_.next = Plan::Next::kWait;
      return plan_;
    }
    return Finish();
  }

 private:
  int64_t Left() const {
    return in_.remaining == kUnlimited ? kUnlimited
                                       : in_.remaining - static_cast<int64_t>(plan_.runs.size());
  }
  int Active() const { return in_.active + static_cast<int>(plan_.runs.size()); }
  bool Buffered() const {
    bool buffered = in_.buffered;
    for (const PlannedRun& run : plan_.runs) buffered = buffered || run.buffered;
    return buffered;
  }

  Plan Finish() {
    if (Left() <= 0 || future_.empty()) {
      plan_.next = Plan::Next::kExhausted;
    } else {
      plan_.next = Plan::Next::kArm;
      plan_.wake = future_.front();
    }
    return plan_;
  }

  void MissFirst(size_t count) {
    if (count == 0) return;
    plan_.missed = PlannedStretch{old_[0], old_[count - 1], static_cast<int64_t>(count)};
    old_.erase(old_.begin(), old_.begin() + static_cast<ptrdiff_t>(count));
  }

  // Keeps the last `limit` of those inside the window; the others are missed.
  bool CatchUpAll() {
    size_t kept = 0;
    for (const Millis t : old_) {
      if (t >= in_.now - in_.catchup.window) ++kept;
    }
    MissFirst(old_.size() - std::min(kept, static_cast<size_t>(in_.catchup.limit)));
    const bool nothing_kept = old_.empty();
    const bool parallel = in_.overlap.mode == OverlapMode::kAllow;
    const int most = parallel ? in_.overlap.limit : 1;
    while (!old_.empty() && Left() > 0) {
      if (Active() >= most) return false;
      plan_.runs.push_back({Occurrence{old_[0], old_[0], {}}, Trigger::kCatchup, false});
      old_.erase(old_.begin());
    }
    if (nothing_kept || parallel || Left() <= 0) return true;
    return fresh_.empty();  // what is due meanwhile waits for the run just started
  }

  bool Offer(Millis t, Trigger trigger) {
    const Occurrence occurrence{t, t, {}};
    const bool parallel = in_.overlap.mode == OverlapMode::kAllow;
    if (Active() == 0 || (parallel && Active() < in_.overlap.limit)) {
      plan_.runs.push_back({occurrence, trigger, false});
      return true;
    }
    if (in_.overlap.mode == OverlapMode::kBufferOne && !Buffered()) {
      plan_.runs.push_back({occurrence, trigger, true});
      return true;
    }
    plan_.skip = Plan::Skip{
        t, in_.overlap.mode == OverlapMode::kBufferOne ? kReasonBufferFull : kReasonOverlap};
    return false;
  }

  const PlanInput in_;
  std::vector<Millis> old_, fresh_, future_;
  Plan plan_;
};

class PlannerProperty : public testing::TestWithParam<int> {
 protected:
  // A schedule and all its occurrences before `until`.
  void MakeSchedule(base::Random* random, ScheduleContext* context, Millis until) {
    context->start_time = kT0 + static_cast<Millis>(random->Below(3000));
    if (random->Percent(30)) {
      context->end_time = kT0 + static_cast<Millis>(random->Below(9000));
    }
    const uint64_t kind = random->Below(10);
    if (kind == 0) {
      schedule_ = std::make_unique<SingleSchedule>();
      occurrences_.push_back(context->start_time);
    } else if (kind < 6) {
      const auto interval = static_cast<Millis>(1 + random->Below(2500));
      schedule_ = std::make_unique<IntervalSchedule>(interval);
      for (Millis t = context->start_time; t < until; t += interval) occurrences_.push_back(t);
    } else {
      Millis t = kT0;
      while (occurrences_.size() < 12) {
        t += static_cast<Millis>(1 + random->Below(1500));
        occurrences_.push_back(t);
      }
      schedule_ = std::make_unique<TimesSchedule>(occurrences_);
    }
    std::erase_if(occurrences_, [context](Millis t) {
      return t < context->start_time || t >= context->end_time;
    });
  }

  std::unique_ptr<Schedule> schedule_;
  std::vector<Millis> occurrences_;
};

TEST_P(PlannerProperty, LikeTheReference) {
  base::Random random(static_cast<uint64_t>(GetParam()));
  for (int i = 0; i < 2000; ++i) {
    occurrences_.clear();
    PlanInput input;
    MakeSchedule(&random, &input.context, kT0 + 20'000);
    input.schedule = schedule_.get();
    input.cursor = kT0 - 1 + static_cast<Millis>(random.Below(8000));
    input.now = input.cursor + static_cast<Millis>(random.Below(random.Percent(50) ? 1500 : 9000));
    if (random.Percent(40)) input.remaining = static_cast<int64_t>(random.Below(6));
    input.overlap.mode = static_cast<OverlapMode>(1 + random.Below(3));
    input.overlap.limit = static_cast<int32_t>(1 + random.Below(4));
    input.catchup.mode = static_cast<CatchupMode>(1 + random.Below(3));
    input.catchup.window = static_cast<Millis>(random.Below(10'000));
    input.catchup.limit = static_cast<int32_t>(1 + random.Below(8));
    input.active = static_cast<int>(random.Below(4));
    input.buffered = input.active > 1 && random.Percent(50);
    ASSERT_EQ(ToText(MakePlan(input)), ToText(Reference(input, occurrences_).Make()))
        << "case " << i << ": cursor " << input.cursor - kT0 << " now " << input.now - kT0
        << " catchup " << static_cast<int>(input.catchup.mode) << " window " << input.catchup.window
        << " limit " << input.catchup.limit << " overlap " << static_cast<int>(input.overlap.mode)
        << " limit " << input.overlap.limit << " active " << input.active << " remaining "
        << input.remaining;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlannerProperty, testing::Range(1, 21));

}  // namespace
}  // namespace scheduler::core
