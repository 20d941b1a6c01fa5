#include "scheduler/core/planner.h"

#include <algorithm>

namespace scheduler::core {
namespace {

// One pass over a job's due occurrences. Holds the state that grows while runs are planned.
class Planning {
 public:
  // The plan is the caller's, so that it is never moved: g++ 12 takes a move of its vector's unused
  // inline storage for a read of uninitialized memory.
  Planning(const PlanInput& input, Plan* plan)
      : plan_(*plan),
        in_(input),
        cursor_(input.cursor),
        remaining_(input.remaining),
        active_(input.active),
        buffered_(input.buffered) {}

  void Make() {
    const std::optional<Occurrence> next = Following();
    if (!next.has_value()) return Exhausted();
    if (next->due > in_.now) return ArmFor(*next);
    if (next->due > in_.now - base::limits::kFreshness || PlanOld(*next)) PlanFresh();
  }

 private:
  // Up to this nominal time occurrences are due; up to that they are old.
  Millis DueUntil() const { return in_.schedule->DueUntil(in_.context, in_.now); }
  Millis OldUntil() const {
    return in_.schedule->DueUntil(in_.context, in_.now - base::limits::kFreshness);
  }

  // The next occurrence that may still become a run.
  std::optional<Occurrence> Following() const {
    if (remaining_ <= 0) return std::nullopt;
    return in_.schedule->Next(in_.context, cursor_);
  }

  void Exhausted() { plan_.next = Plan::Next::kExhausted; }

  void ArmFor(const Occurrence& occurrence) {
    plan_.next = Plan::Next::kArm;
    plan_.wake = occurrence.due;
  }

  void Wait() { plan_.next = Plan::Next::kWait; }

  int64_t CountOld() const { return in_.schedule->Count(in_.context, cursor_, OldUntil()); }

  void Miss(Millis first, Millis last, int64_t count) {
    plan_.missed = PlannedStretch{first, last, count};
    cursor_ = last;
  }

  // Records all old occurrences but the last `keep` as MISSED. Returns the first that is kept.
  std::optional<Occurrence> MissAllBut(const Occurrence& first, int64_t old, int64_t keep) {
    Occurrence kept{OldUntil() + 1, 0, {}};
    for (int64_t i = 0; i < keep; ++i) {
      const std::optional<Occurrence> before = in_.schedule->Previous(in_.context, kept.nominal);
      if (!before.has_value()) break;  // a schedule may find fewer than it counts
      kept = *before;
    }
    if (old > keep) {
      const std::optional<Occurrence> last = in_.schedule->Previous(in_.context, kept.nominal);
      if (last.has_value() && last->nominal >= first.nominal) {
        Miss(first.nominal, last->nominal, old - keep);
      }
    }
    const bool found = keep > 0 && kept.nominal <= OldUntil();
    return found ? std::optional(kept) : std::nullopt;
  }

  // Plans what is old. Returns false if that ends the plan.
  bool PlanOld(const Occurrence& first) {
    const int64_t old = CountOld();
    switch (in_.catchup.mode) {
      case CatchupMode::kNone:
        MissAllBut(first, old, 0);
        return true;
      case CatchupMode::kLatest: {
        const bool fresh = in_.schedule->Count(in_.context, OldUntil(), DueUntil()) > 0;
        const std::optional<Occurrence> latest = MissAllBut(first, old, fresh ? 0 : 1);
        return !latest.has_value() || Offer(*latest, Trigger::kCatchup);
      }
      case CatchupMode::kAll:
        return PlanAllOld(first, old);
    }
    return true;
  }

  // ALL: the old occurrences inside the window, at most `limit` of them, in order. Unless overlap is
  // ALLOW the next waits for the end of the one before; it is planned then, from the cursor.
  bool PlanAllOld(const Occurrence& first, int64_t old) {
    const Millis window_start = in_.now - in_.catchup.window;
    const int64_t inside =
        in_.schedule->Count(in_.context, std::max(cursor_, window_start - 1), OldUntil());
    const int64_t keep = std::min<int64_t>(inside, in_.catchup.limit);
    // Walking back is bounded by the limit, and needed only where something is missed.
    std::optional<Occurrence> next = first;
    if (keep < old) next = MissAllBut(first, old, keep);
    const bool parallel = in_.overlap.mode == OverlapMode::kAllow;
    const int most = parallel ? in_.overlap.limit : 1;
    for (int64_t i = 0; i < keep && next.has_value(); ++i) {
      if (active_ >= most) {
        Wait();
        return false;
      }
      Start(*next, Trigger::kCatchup, false);
      next = Following();
    }
    // What has become due meanwhile waits too: else overlap would skip it.
    if (!parallel && active_ > 0 && next.has_value() && next->due <= in_.now) {
      Wait();
      return false;
    }
    return true;
  }

  void PlanFresh() {
    for (;;) {
      const std::optional<Occurrence> next = Following();
      if (!next.has_value()) return Exhausted();
      if (next->due > in_.now) return ArmFor(*next);
      if (!Offer(*next, Trigger::kSchedule)) return;
    }
  }

  // Puts one occurrence through overlap. Returns false if it opened a stretch, which ends the plan.
  bool Offer(const Occurrence& occurrence, Trigger trigger) {
    switch (Admit(in_.overlap, active_, buffered_)) {
      case Admission::kStart:
        Start(occurrence, trigger, false);
        return true;
      case Admission::kBuffer:
        Start(occurrence, trigger, true);
        return true;
      case Admission::kSkipOverlap:
        plan_.skip = Plan::Skip{occurrence.nominal, kReasonOverlap};
        Wait();
        return false;
      case Admission::kSkipBufferFull:
        plan_.skip = Plan::Skip{occurrence.nominal, kReasonBufferFull};
        Wait();
        return false;
    }
    return false;
  }

  void Start(const Occurrence& occurrence, Trigger trigger, bool buffered) {
    plan_.runs.push_back(PlannedRun{occurrence, trigger, buffered});
    cursor_ = occurrence.nominal;
    ++active_;
    buffered_ |= buffered;
    if (remaining_ != kUnlimited) --remaining_;
  }

  Plan& plan_;
  const PlanInput& in_;
  Millis cursor_;
  int64_t remaining_;
  int active_;
  bool buffered_;
};

}  // namespace

Plan MakePlan(const PlanInput& input) {
  Plan plan;
  Planning(input, &plan).Make();
  return plan;
}

Admission Admit(const OverlapPolicy& overlap, int active, bool buffered) {
  if (active == 0) return Admission::kStart;
  switch (overlap.mode) {
    case OverlapMode::kSkip:
      return Admission::kSkipOverlap;
    case OverlapMode::kAllow:
      return active < overlap.limit ? Admission::kStart : Admission::kSkipOverlap;
    case OverlapMode::kBufferOne:
      return buffered ? Admission::kSkipBufferFull : Admission::kBuffer;
  }
  return Admission::kSkipOverlap;
}

}  // namespace scheduler::core
