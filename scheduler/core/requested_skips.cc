#include "scheduler/core/requested_skips.h"

#include <algorithm>
#include <optional>

#include "scheduler/core/schedule/excluding_schedule.h"

namespace scheduler::core {
namespace {

// The last nominal time that the plan itself decides.
Millis DecidedBy(const Plan& plan, Millis cursor) {
  if (!plan.runs.empty()) return plan.runs.back().occurrence.nominal;
  return plan.missed.has_value() ? plan.missed->last : cursor;
}

bool Within(const std::optional<PlannedStretch>& stretch, Millis time) {
  return stretch.has_value() && stretch->first < time && time < stretch->last;
}

}  // namespace

Plan MakePlan(const PlanInput& input, const std::vector<Millis>& skipped) {
  const Schedule& whole = *input.schedule;
  const ScheduleContext& context = input.context;
  const ExcludingSchedule running(&whole, &skipped);
  PlanInput without = input;
  without.schedule = &running;
  Plan plan = MakePlan(without);

  // What is skipped is recorded up to the first occurrence that is not decided, and nothing is to come
  // after the last execution.
  const Millis decided = DecidedBy(plan, input.cursor);
  const auto left = static_cast<size_t>(std::max<int64_t>(input.remaining, 0));
  std::optional<Occurrence> undecided;
  if (plan.skip.has_value()) {
    undecided = Occurrence{plan.skip->nominal, 0, {}};
  } else if (plan.runs.size() >= left) {
    undecided = Occurrence{decided, 0, {}};
  } else {
    undecided = running.Next(context, decided);
  }
  const Millis due_until = whole.DueUntil(context, input.now);
  for (auto it = std::upper_bound(skipped.begin(), skipped.end(), input.cursor);
       it != skipped.end(); ++it) {
    const std::optional<Occurrence> occurrence = whole.Next(context, *it - 1);
    if (!occurrence.has_value() || occurrence->nominal != *it) continue;
    if (Within(plan.missed, *it)) {
      ++plan.missed->count;
    } else if (undecided.has_value() && *it > undecided->nominal) {
      break;
    } else if (*it <= due_until) {
      plan.requested.push_back(*it);
    } else {
      // It is to be recorded when it is due, be it the last of all.
      if (plan.next == Plan::Next::kWait) break;
      plan.next = Plan::Next::kArm;
      plan.wake = std::min(plan.wake, occurrence->due);
      break;
    }
  }
  return plan;
}

}  // namespace scheduler::core
