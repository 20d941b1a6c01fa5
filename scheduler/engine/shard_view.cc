// What readers, checkpoints and the planner see of a shard.

#include <algorithm>
#include <utility>

#include "scheduler/base/interned.h"
#include "scheduler/core/requested_skips.h"
#include "scheduler/engine/shard.h"
#include "scheduler/engine/shard_copy.h"

namespace scheduler::engine {

using core::JobRecord;
using core::RunState;

const JobSide* Shard::side(Slot slot) const {
  if ((record(slot).flags & core::kHasSide) == 0) return nullptr;
  const auto it = sides_.find(slot);
  return it == sides_.end() ? nullptr : it->second.get();
}

const core::Amendments& Shard::amendments(Slot slot) const {
  static const auto* const none = new core::Amendments();
  const JobSide* s = side(slot);
  return s == nullptr || s->amendments == nullptr ? *none : *s->amendments;
}

int64_t Shard::Generation(Slot slot) const {
  const JobSide* s = side(slot);
  return s == nullptr ? 1 : s->generation;
}

int64_t Shard::ExecutionCount(Slot slot) const {
  const JobSide* s = side(slot);
  return record(slot).last_number - (s == nullptr ? 0 : s->counters.uncounted_records);
}

int64_t Shard::Remaining(Slot slot) const {
  const int64_t executions = record(slot).executions;
  return executions == 0 ? core::kUnlimited : executions - ExecutionCount(slot);
}

core::ScheduleContext Shard::ContextOf(Slot slot) const {
  const JobRecord& r = record(slot);
  const JobSide* s = side(slot);
  return {r.uid, r.start_time, s == nullptr ? base::kNever : s->end_time};
}

core::Plan Shard::PlanJob(Slot slot, Millis now) const {
  const JobRecord& r = record(slot);
  const Profile& p = profile(slot);
  core::PlanInput input;
  input.cursor = r.cursor;
  input.now = now;
  input.remaining = Remaining(slot);
  input.overlap = p.overlap;
  input.catchup = p.catchup;
  if (r.flags & core::kHasActive) {
    const ActiveJob* job = active(r.uid);
    input.active = static_cast<int>(job->runs.size());
    input.buffered = job->HasBuffered();
  }
  const std::vector<Millis>& skipped = amendments(slot).skipped;
  return WithSchedule(
      slot, [&input, &skipped](const auto& schedule, const core::ScheduleContext& context) {
        input.schedule = &schedule;
        input.context = context;
        return skipped.empty() ? core::MakePlan(input) : core::MakePlan(input, skipped);
      });
}

Millis Shard::NextDue(Slot slot) const {
  const JobRecord& r = record(slot);
  if (r.state != core::JobState::kActive || Remaining(slot) <= 0) return base::kNever;
  const JobSide* s = side(slot);
  if (s != nullptr && s->stretch.has_value()) return base::kNever;
  const auto next =
      WithSchedule(slot, [&r](const auto& schedule, const core::ScheduleContext& context) {
        return schedule.Next(context, r.cursor);
      });
  return next.has_value() ? next->due : base::kNever;
}

bool Shard::HasOccurrence(Slot slot) const {
  const Millis cursor = record(slot).cursor;
  return WithSchedule(slot, [cursor](const auto& schedule, const core::ScheduleContext& context) {
    return schedule.Next(context, cursor).has_value();
  });
}

int Shard::EffortOfNext(Slot slot) const {
  const bool has_pattern = (record(slot).flags & core::kHasPattern) != 0;
  const int of_pattern = has_pattern ? 10 : 0;
  const JobSide* s = side(slot);
  if (s == nullptr) return of_pattern;
  const int of_calendars =
      s->calendars == nullptr ? 0 : 200 * static_cast<int>(s->calendars->times.size());
  if (s->exclude == nullptr) return of_pattern + of_calendars;
  return (of_pattern + of_calendars + 1) * static_cast<int>(s->exclude->size() + 1);
}

std::vector<Slot> Shard::SlotsExcluding(const std::string* product,
                                        const std::string& calendar) const {
  std::vector<Slot> slots;
  for (const auto& [slot, s] : sides_) {
    if (s->calendars == nullptr || profile(slot).product != product) continue;
    const std::vector<std::string>& tags = s->calendars->tags;
    if (std::find(tags.begin(), tags.end(), calendar) != tags.end()) slots.push_back(slot);
  }
  std::sort(slots.begin(), slots.end());
  return slots;
}

core::JobStatus Shard::StatusOf(Slot slot, Millis now) const {
  const JobRecord& r = record(slot);
  core::JobStatus status;
  status.uid = r.uid;
  status.generation = Generation(slot);
  status.state = r.state;
  status.execution_count = ExecutionCount(slot);
  status.last_number = r.last_number;
  const ActiveJob* job = (r.flags & core::kHasActive) ? active(r.uid) : nullptr;
  if (job != nullptr) {
    for (const OpenRun& run : job->runs) status.active_numbers.push_back(run.number);
  }
  const auto open = static_cast<int64_t>(status.active_numbers.size());
  status.stats.completed = r.last_number - open;
  bool stretch_open = false;
  if (const JobSide* s = side(slot)) {
    const core::JobCounters& c = s->counters;
    status.pause_count = c.pause_count;
    status.state_reason = s->state_reason;
    status.pause_note = s->pause_note;
    status.stats.completed -= c.failed + c.cancelled + c.skipped_records + c.missed_records;
    status.stats.failed = c.failed;
    status.stats.cancelled = c.cancelled;
    status.stats.skipped = c.skipped;
    status.stats.missed = c.missed;
    status.stats.retried = c.retried;
    status.stats.consecutive_failures = c.consecutive_failures;
    stretch_open = s->stretch.has_value();
    status.skipped_times = amendments(slot).skipped;
    status.backfill = amendments(slot).backfill;
  }
  if (r.state != core::JobState::kActive || Remaining(slot) <= 0) return status;
  const auto next = WithSchedule(
      slot,
      [&r, &status, stretch_open, now](const auto& schedule, const core::ScheduleContext& context) {
        // While a stretch is open the occurrences up to now belong to it.
        const Millis due = stretch_open ? schedule.DueUntil(context, now) : r.cursor;
        const core::ExcludingSchedule running(&schedule, &status.skipped_times);
        return running.Next(context, std::max(r.cursor, due));
      });
  if (!next.has_value()) return status;
  status.next_run_time = next->due;
  const bool waiting = stretch_open || open > 0;
  if (!waiting && next->due < now - base::limits::kOverdueAfter) status.overdue_since = next->due;
  return status;
}

core::JobSnapshot Shard::SnapshotOf(Slot slot) const {
  const JobRecord& r = record(slot);
  const core::EventKey event = tables_->events.KeyOf(r.event);
  core::JobSnapshot s =
      MakeSnapshot({r, text(slot), profile(slot), event,
                    (r.flags & core::kHasPattern) ? &pattern(slot) : nullptr, side(slot)});
  if (r.flags & core::kHasActive) {
    for (const OpenRun& run : active(r.uid)->runs) s.open_runs.push_back(run.Snapshot());
  }
  return s;
}

core::Run Shard::ViewOf(const ActiveJob& job, const OpenRun& run, int64_t epoch) const {
  const Profile& p = profile(job.slot);
  core::Run view;
  view.key = {record(job.slot).uid, run.number};
  view.generation = run.generation;
  view.state = run.state;
  // A run that a pause holds back waits, whatever the queue and the buffer have.
  const bool held = record(job.slot).state == core::JobState::kPaused &&
                    core::Counts(run.trigger) &&
                    (run.state == RunState::kQueued || run.state == RunState::kScheduled);
  if (held) view.state = RunState::kScheduled;
  if (view.state == RunState::kScheduled) {
    view.reason = std::string(held ? core::kReasonPaused : core::kReasonOverlap);
  }
  view.trigger = run.trigger;
  view.scheduled_time = view.last_scheduled_time = run.nominal;
  view.due_time = run.due;
  view.create_time = run.create_time;
  view.start_time = run.first_start != 0 ? run.first_start : run.started;
  if (run.state == RunState::kRetryScheduled) view.next_attempt_time = run.next_attempt;
  view.attempt_count = run.attempt_count;
  if (run.attempts != nullptr) {
    for (const core::AttemptRecord& a : *run.attempts) view.attempts.push_back(core::ToAttempt(a));
    if (run.state == RunState::kRetryScheduled) view.error = view.attempts.back().error;
  }
  if (run.state == RunState::kRunning) {
    view.attempt_count = run.attempt_count + 1;
    core::Attempt current;
    current.attempt = view.attempt_count;
    current.start_time = run.started;
    current.worker = std::string(base::TextOf(run.worker));
    current.token = core::MakeToken(epoch, run.dispatches);
    current.event_generation = run.event_generation;
    view.attempts.push_back(std::move(current));
  }
  view.env = std::string(base::TextOf(EnvOf(job.slot, run)));
  if (run.origin != nullptr) view.requested_by = run.origin->actor;
  view.product = std::string(base::TextOf(p.product));
  view.job_tag = std::string(text(job.slot).tag);
  return view;
}

std::optional<core::Run> Shard::OpenStretchView(Slot slot, Millis now) const {
  const JobSide* s = side(slot);
  if (s == nullptr || !s->stretch.has_value()) return std::nullopt;
  const core::OpenStretch& stretch = *s->stretch;
  const Profile& p = profile(slot);
  core::Run view;
  view.key = {record(slot).uid, stretch.number};
  view.generation = s->generation;
  view.state = RunState::kSkipped;
  view.reason = stretch.reason;
  view.scheduled_time = view.due_time = stretch.first;
  view.create_time = stretch.at;
  view.last_scheduled_time = stretch.first;
  WithSchedule(slot, [&](const auto& schedule, const core::ScheduleContext& context) {
    const Millis due_until = schedule.DueUntil(context, now);
    view.count = std::max<int64_t>(1, schedule.Count(context, stretch.first - 1, due_until));
    const auto last = schedule.Previous(context, due_until + 1);
    if (last.has_value() && last->nominal > stretch.first) view.last_scheduled_time = last->nominal;
  });
  view.env = std::string(base::TextOf(p.env));
  view.product = std::string(base::TextOf(p.product));
  view.job_tag = std::string(text(slot).tag);
  return view;
}

std::shared_ptr<const std::vector<UnsealedRun>> Shard::TakeForSealing(Ticket durable) {
  auto taken = std::make_shared<std::vector<UnsealedRun>>();
  // Tickets rise, so what is durable is a prefix.
  const auto end = std::find_if(unsealed_.begin(), unsealed_.end(),
                                [durable](const UnsealedRun& r) { return r.ticket > durable; });
  if (end == unsealed_.end()) {
    taken->swap(unsealed_);
    unsealed_.reserve(taken->size());
  } else {
    taken->assign(std::make_move_iterator(unsealed_.begin()), std::make_move_iterator(end));
    unsealed_.erase(unsealed_.begin(), end);
  }
  sealing_ = taken;
  return taken;
}

void Shard::SealingDone(bool sealed) {
  if (!sealed && sealing_ != nullptr) {
    unsealed_.insert(unsealed_.begin(), sealing_->begin(), sealing_->end());
  }
  sealing_.reset();
}

size_t Shard::MemoryBytes() const {
  return tags_.MemoryBytes() + active_.capacity() * (sizeof(core::Uid) + sizeof(ActiveJob) + 1) +
         sides_.size() * (sizeof(JobSide) + 32) + unsealed_.capacity() * sizeof(UnsealedRun);
}

}  // namespace scheduler::engine
