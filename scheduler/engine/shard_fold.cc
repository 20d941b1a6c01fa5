// The fold: how each transition changes the registry. The same code runs when a decision is made and
// when the journal is read back, which is why both give the same state.

#include <algorithm>
#include <utility>

#include "scheduler/base/interned.h"
#include "scheduler/engine/shard.h"

namespace scheduler::engine {

using core::JobRecord;
using core::RunState;

JobSide& Shard::SideOf(Slot slot) {
  std::unique_ptr<JobSide>& side = sides_[slot];
  if (side == nullptr) {
    side = std::make_unique<JobSide>();
    rec(slot).flags |= core::kHasSide;
  }
  return *side;
}

OpenRun* Shard::FindRun(core::Uid uid, int64_t number) {
  ActiveJob* job = active(uid);
  return job == nullptr ? nullptr : job->Find(number);
}

void Shard::ReleaseShared(Slot slot) {
  JobRecord& r = rec(slot);
  tables_->events.Unrefer(r.event);
  tables_->profiles.Release(r.profile);
  if (r.flags & core::kHasPattern) tables_->patterns.Release(static_cast<uint32_t>(r.pattern));
  if (const JobSide* s = side(slot)) ReleaseCalendars(s->calendars, &tables_->calendars);
  partition_->texts().Free(r.text);
}

void Shard::RefreshCalendars(Slot slot) {
  JobSide& side = SideOf(slot);
  if (side.calendars != nullptr) {
    side.calendars = RefreshedCalendars(*side.calendars, tables_->calendars);
  }
}

void Shard::Define(Slot slot, const core::JobDefined& t) {
  JobRecord& r = rec(slot);
  const core::JobSpec& spec = t.spec;
  r.flags &= core::kHasSide | core::kHasActive;
  r.start_time = t.start_time;
  r.cursor = t.cursor;
  r.executions = spec.executions;
  r.state = t.state;
  r.event = tables_->events.ReferUnchecked(spec.product, spec.event);
  r.profile = tables_->profiles.Acquire(ProfileOf(spec));
  if (spec.timing.IsInterval()) {
    r.pattern = spec.timing.interval;
    if (spec.interval_mode == core::IntervalMode::kFixedDelay) r.flags |= core::kFixedDelay;
  } else {
    // Whoever made the transition has seen that the pattern can be read.
    r.pattern = *AcquirePattern(&tables_->patterns, PatternOf(spec, t.start_time));
    r.flags |= core::kHasPattern;
  }
  JobText text{spec.tag, spec.name, spec.input_json};
  if (t.input_on_disk || text.name.size() > TextArena::kMaxName) r.flags |= core::kTextOnDisk;
  if (text.name.size() > TextArena::kMaxName && text.name != text.tag) text.name = {};
  r.text = partition_->texts().Add(text);
  if (spec.end_time.has_value() || !spec.exclude.empty() || !spec.exclude_calendars.empty() ||
      spec.jitter != 0 || t.generation != 1 || (r.flags & core::kHasSide)) {
    JobSide& side = SideOf(slot);
    side.end_time = spec.end_time.value_or(base::kNever);
    side.jitter = spec.jitter;
    side.exclude = nullptr;
    if (!spec.exclude.empty()) {
      side.exclude = std::make_shared<const std::vector<Millis>>(spec.exclude);
    }
    // What the job sees of its calendars changes with them or by RefreshCalendars.
    std::shared_ptr<const ExcludedCalendars> acquired = AcquireCalendars(spec, &tables_->calendars);
    if (!AreTheSame(side.calendars, acquired)) side.calendars.swap(acquired);
    ReleaseCalendars(acquired, &tables_->calendars);
    side.generation = t.generation;
  }
}

Slot Shard::ApplyNew(const core::JobDefined& t) {
  const Slot slot = partition_->NewSlot();
  rec(slot).uid = t.uid;
  Define(slot, t);
  if (!index_deferred_) tags_.Insert(slot);
  return slot;
}

void Shard::KeepDefinition(core::Uid uid, const std::shared_ptr<const core::JobSpec>& former) {
  ActiveJob* job = active(uid);
  if (job == nullptr || former == nullptr) return;
  const auto kept = std::make_shared<const FormerDefinition>(&tables_->events, former);
  for (OpenRun& run : job->runs) {
    if (run.former == nullptr) run.former = kept;
  }
}

void Shard::Apply(Slot slot, const core::JobDefined& t) {
  KeepDefinition(t.uid, t.former);
  // The tag does not change, but the text moves: the index finds it through the record.
  if (!index_deferred_) tags_.Erase(slot);
  const JobRecord old = rec(slot);
  Define(slot, t);
  // New references were taken before the old ones are given up, so that what stays is not dropped.
  tables_->events.Unrefer(old.event);
  tables_->profiles.Release(old.profile);
  if (old.flags & core::kHasPattern) tables_->patterns.Release(static_cast<uint32_t>(old.pattern));
  partition_->texts().Free(old.text);
  if (!index_deferred_) tags_.Insert(slot);
  DropPastSkips(slot);
  if (t.state == old.state || (old.flags & core::kHasSide) == 0) return;
  SideOf(slot).state_reason.clear();
  SideOf(slot).pause_note.clear();
}

void Shard::Apply(Slot slot, const core::JobDeleted& t) {
  if (!index_deferred_) tags_.Erase(slot);
  ReleaseShared(slot);
  active_.erase(t.uid);
  sides_.erase(slot);
  partition_->FreeSlot(slot);
}

void Shard::Apply(Slot slot, const core::JobStateChanged& t) {
  rec(slot).state = t.state;
  JobSide& side = SideOf(slot);
  side.state_reason = t.reason;
  side.pause_note = t.note;
  if (t.by_request && t.state == core::JobState::kPaused) ++side.counters.pause_count;
}

void Shard::Apply(Slot slot, const core::CursorMoved& t) {
  rec(slot).cursor = t.cursor;
  rec(slot).start_time = t.start_time;
  DropPastSkips(slot);
}

void Shard::Apply(Slot slot, const core::ScheduleAmended& t) { SetAmendments(slot, t.amendments); }

void Shard::SetAmendments(Slot slot, core::Amendments amendments) {
  if (amendments.empty() && side(slot) == nullptr) return;
  SideOf(slot).amendments = amendments.empty()
                                ? nullptr
                                : std::make_shared<const core::Amendments>(std::move(amendments));
}

void Shard::DropPastSkips(Slot slot) {
  const std::vector<Millis>& skipped = amendments(slot).skipped;
  const Millis cursor = record(slot).cursor;
  if (skipped.empty() || skipped.front() > cursor) return;
  core::Amendments left = amendments(slot);
  std::erase_if(left.skipped, [cursor](Millis time) { return time <= cursor; });
  SetAmendments(slot, std::move(left));
}

void Shard::Apply(Slot slot, const core::RunCreated& t) {
  JobRecord& r = rec(slot);
  r.last_number = t.number;
  if (core::Counts(t.trigger)) {
    r.cursor = t.nominal;
    DropPastSkips(slot);
  } else {
    ++SideOf(slot).counters.uncounted_records;
  }
  if (t.trigger == core::Trigger::kBackfill && amendments(slot).backfill.has_value()) {
    core::Amendments amended = amendments(slot);
    ++amended.backfill->created;
    amended.backfill->cursor = t.nominal;
    SetAmendments(slot, std::move(amended));
  }
  r.flags |= core::kHasActive;
  ActiveJob& job = active_[t.uid];
  job.slot = slot;
  OpenRun& run = job.runs.emplace_back();
  run.number = t.number;
  run.generation = t.generation;
  run.nominal = t.nominal;
  run.due = t.due;
  run.create_time = t.at;
  run.trigger = t.trigger;
  run.state = t.buffered ? RunState::kScheduled : RunState::kQueued;
  run.origin = t.origin;
}

void Shard::Apply(Slot /*slot*/, const core::RunReleased& t) {
  if (OpenRun* run = FindRun(t.uid, t.number)) run->state = RunState::kQueued;
}

void Shard::Apply(Slot slot, const core::RunRetry& t) {
  OpenRun* run = FindRun(t.uid, t.number);
  if (run == nullptr) return;
  run->AddAttempt(t.attempt);
  ++run->retries;
  run->next_attempt = t.next_attempt;
  run->state = RunState::kRetryScheduled;
  ++SideOf(slot).counters.retried;
}

void Shard::Apply(Slot /*slot*/, const core::RunRedelivered& t) {
  OpenRun* run = FindRun(t.uid, t.number);
  if (run == nullptr) return;
  run->AddAttempt(t.attempt);
  run->redeliveries = t.redeliveries;
  run->next_attempt = 0;
  run->state = RunState::kQueued;
}

void Shard::RemoveRun(core::Uid uid, int64_t number) {
  const auto it = active_.find(uid);
  auto& runs = it->second.runs;
  runs.erase(std::find_if(runs.begin(), runs.end(),
                          [number](const OpenRun& run) { return run.number == number; }));
  if (!runs.empty()) return;
  rec(it->second.slot).flags &= static_cast<uint8_t>(~core::kHasActive);
  active_.erase(it);
}

void Shard::CountEnd(Slot slot, RunState state) {
  if (state == RunState::kCompleted) {
    // Touches the side table only where there is something to reset.
    if ((rec(slot).flags & core::kHasSide) == 0) return;
    SideOf(slot).counters.consecutive_failures = 0;
    return;
  }
  core::JobCounters& counters = SideOf(slot).counters;
  switch (state) {
    case RunState::kFailed:
      ++counters.failed;
      ++counters.consecutive_failures;
      break;
    case RunState::kCancelled:
      ++counters.cancelled;
      break;
    case RunState::kMissed:
      ++counters.missed;
      ++counters.missed_records;
      break;
    default:
      break;
  }
}

core::TerminalRun Shard::Terminal(Slot slot, OpenRun* run, const core::RunEnded& t) {
  const Profile& p = profile(slot);
  core::TerminalRun r;
  r.key = {t.uid, t.number};
  r.generation = run->generation;
  r.state = t.state;
  r.trigger = run->trigger;
  r.attempt_count = std::max(run->attempt_count, t.last.attempt);
  r.history_limit = p.history_limit;
  r.nominal = run->nominal;
  r.last_nominal = run->nominal;
  r.due = run->due;
  r.create_time = run->create_time;
  const bool dispatched_before = run->attempts != nullptr && !run->attempts->empty();
  r.start_time = dispatched_before ? run->first_start : t.last.start_time;
  r.end_time = t.at;
  r.last = t.last;
  if (run->attempts != nullptr) r.earlier = std::move(*run->attempts);
  r.reason = t.reason;
  r.env = EnvOf(slot, *run);
  r.product = p.product;
  r.error = t.error;
  r.output = t.output;
  if (run->origin != nullptr && !run->origin->actor.empty()) {
    r.actor = std::make_shared<const std::string>(run->origin->actor);
  }
  return r;
}

void Shard::Apply(Slot slot, const core::RunEnded& t, Ticket ticket) {
  OpenRun* run = FindRun(t.uid, t.number);
  if (run == nullptr) return;
  Archive(Terminal(slot, run, t), ticket);
  JobRecord& r = rec(slot);
  if (r.flags & core::kFixedDelay) r.start_time = std::max(r.start_time, t.at + r.pattern);
  CountEnd(slot, t.state);
  const bool of_backfill = run->trigger == core::Trigger::kBackfill;
  RemoveRun(t.uid, t.number);
  if (of_backfill) EndBackfill(slot);
}

void Shard::EndBackfill(Slot slot) {
  const std::optional<core::Backfill>& backfill = amendments(slot).backfill;
  if (!backfill.has_value() || backfill->created < backfill->total) return;
  const ActiveJob* job = active(record(slot).uid);
  if (job != nullptr && job->HasOf(core::Trigger::kBackfill)) return;
  SetAmendments(slot, {amendments(slot).skipped, std::nullopt});
}

void Shard::Apply(Slot slot, const core::StretchOpened& t) {
  rec(slot).last_number = t.number;
  JobSide& side = SideOf(slot);
  ++side.counters.uncounted_records;
  ++side.counters.skipped_records;
  side.stretch = core::OpenStretch{t.number, t.reason, t.first, t.at};
}

void Shard::Apply(Slot slot, const core::StretchClosed& t, Ticket ticket) {
  JobRecord& r = rec(slot);
  JobSide& side = SideOf(slot);
  const bool was_open = side.stretch.has_value() && side.stretch->number == t.number;
  Millis opened_at = t.at;
  if (was_open) {
    opened_at = side.stretch->at;
    side.stretch.reset();
  } else {
    r.last_number = t.number;
    ++side.counters.uncounted_records;
  }
  if (t.state == RunState::kSkipped) {
    side.counters.skipped += t.count;
    if (!was_open) ++side.counters.skipped_records;
  } else {
    side.counters.missed += t.count;
    ++side.counters.missed_records;
  }
  r.cursor = t.cursor;
  DropPastSkips(slot);
  const Profile& p = profile(slot);
  core::TerminalRun record;
  record.key = {t.uid, t.number};
  record.generation = side.generation;
  record.state = t.state;
  record.trigger =
      t.state == RunState::kMissed ? core::Trigger::kCatchup : core::Trigger::kSchedule;
  record.history_limit = p.history_limit;
  record.nominal = t.first;
  record.last_nominal = t.last;
  record.count = t.count;
  record.due = t.first;
  record.create_time = opened_at;
  record.end_time = t.at;
  record.reason = t.reason;
  record.env = p.env;
  record.product = p.product;
  Archive(std::move(record), ticket);
}

bool Shard::BuildIndex(const std::vector<Slot>& slots) {
  index_deferred_ = false;
  tags_.Reserve(slots.size());
  bool unique = true;
  for (const Slot slot : slots) unique &= tags_.Insert(slot);
  return unique;
}

Slot Shard::Restore(core::JobSnapshot s) {
  const Slot slot = ApplyNew(s.definition);
  JobRecord& r = rec(slot);
  r.last_number = s.last_number;
  const bool has_side = !(s.counters == core::JobCounters()) || !s.state_reason.empty() ||
                        !s.pause_note.empty() || s.stretch.has_value() || !s.amendments.empty();
  if (has_side) {
    JobSide& side = SideOf(slot);
    side.counters = s.counters;
    side.state_reason = std::move(s.state_reason);
    side.pause_note = std::move(s.pause_note);
    side.stretch = std::move(s.stretch);
    SetAmendments(slot, std::move(s.amendments));
  }
  if (s.open_runs.empty()) return slot;
  r.flags |= core::kHasActive;
  ActiveJob& job = active_[r.uid];
  job.slot = slot;
  for (core::OpenRunSnapshot& run : s.open_runs) {
    job.runs.push_back(OpenRun::FromSnapshot(std::move(run), &tables_->events));
  }
  return slot;
}

}  // namespace scheduler::engine
