#include "scheduler/engine/backfill.h"

#include <algorithm>
#include <optional>

#include "scheduler/engine/loop_core.h"

namespace scheduler::engine {
namespace {

core::ScheduleContext ContextOf(const Shard& s, Slot slot, const core::Backfill& backfill)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu) {
  core::ScheduleContext context = s.ContextOf(slot);
  context.end_time = std::min(context.end_time, backfill.end);
  const core::JobRecord& r = s.record(slot);
  const bool is_rule = (r.flags & core::kHasPattern) != 0 && !s.pattern(slot).timing.rule.empty();
  if (is_rule || context.start_time <= backfill.start) return context;
  if (r.flags & core::kHasPattern) {
    context.start_time = backfill.start;
  } else {
    const Millis before = context.start_time - backfill.start;
    context.start_time -= (before + r.pattern - 1) / r.pattern * r.pattern;
  }
  return context;
}

}  // namespace

int64_t CountBackfill(const Shard& s, Slot slot, const core::Backfill& backfill) {
  const core::ScheduleContext context = ContextOf(s, slot, backfill);
  return s.WithSchedule(slot, [&](const auto& schedule, const core::ScheduleContext&) {
    int64_t count = 0;
    auto next = schedule.Next(context, backfill.cursor);
    for (; next.has_value() && count <= base::limits::kMaxBackfillRuns; ++count) {
      next = schedule.Next(context, next->nominal);
    }
    return count;
  });
}

void LoopCore::ContinueBackfill(Shard& s, Slot slot) {
  const core::Uid uid = s.record(slot).uid;
  for (;;) {
    const std::optional<core::Backfill> backfill = s.amendments(slot).backfill;
    if (!backfill.has_value() || backfill->created >= backfill->total) return;
    const ActiveJob* job = s.active(uid);
    const size_t open = job == nullptr ? 0 : job->runs.size();
    if (open >= static_cast<size_t>(backfill->parallel)) return;
    const core::ScheduleContext context = ContextOf(s, slot, *backfill);
    const auto next = s.WithSchedule(slot, [&](const auto& schedule, const core::ScheduleContext&) {
      return schedule.Next(context, backfill->cursor);
    });
    if (next.has_value()) {
      core::RunOrigin origin;
      origin.range_start = backfill->start;
      origin.range_end = backfill->end;
      origin.actor = backfill->actor;
      CreateRun(s, slot, {next->nominal, now_, {}}, core::Trigger::kBackfill, /*buffered=*/false,
                std::make_shared<const core::RunOrigin>(std::move(origin)));
      continue;
    }
    // A calendar or a zone has changed: there are fewer than were counted.
    core::Amendments left = s.amendments(slot);
    if (job != nullptr && job->HasOf(core::Trigger::kBackfill)) {
      left.backfill->total = left.backfill->created;
    } else {
      left.backfill.reset();
    }
    RecordAmendments(s, slot, std::move(left));
    return;
  }
}

}  // namespace scheduler::engine
