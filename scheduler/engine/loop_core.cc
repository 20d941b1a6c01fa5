#include "scheduler/engine/loop_core.h"

#include <algorithm>

namespace scheduler::engine {

using core::JobRecord;
using core::JobState;
using core::RunState;

LoopCore::LoopCore(int index, JobRegistry* registry, Committer* committer, int64_t epoch,
                   Millis now)
    : index_(index),
      registry_(registry),
      committer_(committer),
      epoch_(epoch),
      now_(now),
      wheel_(now),
      batch_(std::make_unique<Batch>()) {
  batch_->loop = index_;
  batch_->ticket = 1;
}

void LoopCore::HandOver() {
  if (batch_->empty()) return;
  const Ticket ticket = batch_->ticket;
  batch_->time = now_;
  committer_->Submit(std::move(batch_));
  batch_ = committer_->NewBatch();
  batch_->loop = index_;
  batch_->ticket = ticket + 1;
}

Slot LoopCore::RecordNew(Shard& s, std::shared_ptr<const core::JobDefined> t) {
  const Slot slot = s.ApplyNew(*t);
  s.last_ticket = ticket();
  batch_->Add(std::move(t));
  registry_->jobs.fetch_add(1, std::memory_order_relaxed);
  return slot;
}

void LoopCore::RecordUpdate(Shard& s, Slot slot, std::shared_ptr<const core::JobDefined> t) {
  s.Apply(slot, *t);
  s.last_ticket = ticket();
  batch_->Add(std::move(t));
}

void LoopCore::RecordDelete(Shard& s, Slot slot) {
  wheel_.Disarm(slot);
  Record(s, slot, core::JobDeleted{s.record(slot).uid, now_});
  registry_->jobs.fetch_sub(1, std::memory_order_relaxed);
}

void LoopCore::RecordAmendments(Shard& s, Slot slot, core::Amendments amendments) {
  const core::Uid uid = s.record(slot).uid;
  auto t = std::make_shared<const core::ScheduleAmended>(
      core::ScheduleAmended{uid, std::move(amendments), now_});
  s.Apply(slot, *t);
  s.last_ticket = ticket();
  batch_->Add(std::move(t));
}

void LoopCore::RecordStretch(Shard& s, Slot slot, RunState state, std::string_view reason,
                             const core::PlannedStretch& stretch) {
  core::StretchClosed t;
  t.uid = s.record(slot).uid;
  t.number = s.record(slot).last_number + 1;
  t.state = state;
  t.reason = std::string(reason);
  t.first = stretch.first;
  t.last = t.cursor = stretch.last;
  t.count = stretch.count;
  t.at = now_;
  Record(s, slot, std::move(t));
  registry_->unsealed_runs.fetch_add(1, std::memory_order_relaxed);
}

int64_t LoopCore::CreateRun(Shard& s, Slot slot, const core::Occurrence& occurrence,
                            core::Trigger trigger, bool buffered,
                            std::shared_ptr<const core::RunOrigin> origin) {
  core::RunCreated t;
  t.uid = s.record(slot).uid;
  t.number = s.record(slot).last_number + 1;
  t.nominal = occurrence.nominal;
  t.due = occurrence.due;
  t.at = now_;
  t.trigger = trigger;
  t.buffered = buffered;
  t.generation = s.Generation(slot);
  t.origin = std::move(origin);
  const core::RunKey key{t.uid, t.number};
  Record(s, slot, std::move(t));
  registry_->open_runs.fetch_add(1, std::memory_order_relaxed);
  if (!buffered) Enqueue(s, slot, s.active(key.uid)->Find(key.number));
  return key.number;
}

void LoopCore::Enqueue(Shard& s, Slot slot, OpenRun* run) {
  run->in_queue = true;
  const JobRecord& r = s.record(slot);
  core::ReadyRun ready;
  ready.key = {r.uid, run->number};
  const catalog::EventRoute route = tables().events.RouteOf(s.EventOf(slot, *run));
  ready.lane = route.lane;
  ready.group = route.group;
  ready.product = r.profile;
  ready.due = run->due;
  ready.dispatches = run->dispatches;
  if (ready.lane == core::kNoLane) {
    orphans_.push_back(ready.key);
  } else if (run->former == nullptr && (r.flags & core::kTextOnDisk) != 0) {
    batch_->needs_input.push_back(ready);
  } else {
    batch_->ready.push_back(ready);
  }
}

void LoopCore::EndRun(Shard& s, Slot slot, core::RunEnded ended) {
  ended.at = now_;
  Record(s, slot, std::move(ended));
  registry_->open_runs.fetch_sub(1, std::memory_order_relaxed);
  registry_->unsealed_runs.fetch_add(1, std::memory_order_relaxed);
  Reconsider(s, slot);
}

void LoopCore::Reconsider(Shard& s, Slot slot) {
  ReleaseBuffered(s, slot);
  const JobSide* side = s.side(slot);
  if (side != nullptr && side->stretch.has_value() && !Blocks(s, slot)) CloseStretch(s, slot);
  Advance(s, slot);
  ContinueBackfill(s, slot);
}

bool LoopCore::Blocks(Shard& s, Slot slot) {
  const ActiveJob* job = s.active(s.record(slot).uid);
  if (job == nullptr) return false;
  const core::Admission admission =
      core::Admit(s.profile(slot).overlap, static_cast<int>(job->runs.size()), job->HasBuffered());
  return admission == core::Admission::kSkipOverlap ||
         admission == core::Admission::kSkipBufferFull;
}

void LoopCore::ReleaseBuffered(Shard& s, Slot slot) {
  ActiveJob* job = s.active(s.record(slot).uid);
  if (job == nullptr) return;
  // Where runs may overlap nothing needs to wait: it was buffered under another policy.
  const bool parallel = s.profile(slot).overlap.mode == core::OverlapMode::kAllow;
  const bool paused = s.record(slot).state == JobState::kPaused;
  OpenRun* buffered = nullptr;
  for (OpenRun& run : job->runs) {
    if (run.state != RunState::kScheduled) {
      if (parallel) continue;
      return;  // another is still active
    }
    const bool held = paused && core::Counts(run.trigger);
    if (buffered == nullptr && !held) buffered = &run;
  }
  if (buffered == nullptr) return;
  Record(s, slot, core::RunReleased{s.record(slot).uid, buffered->number});
  Enqueue(s, slot, buffered);
}

core::RetryPolicy LoopCore::RetryPolicyOf(Shard& s, Slot slot, const OpenRun& run) {
  const std::optional<core::RetryPolicy>& own =
      run.former != nullptr ? run.former->spec()->retry : s.profile(slot).retry;
  if (own.has_value()) return *own;
  const std::shared_ptr<const core::Event> event = tables().events.Get(s.EventOf(slot, run));
  return event == nullptr ? core::RetryPolicy() : event->retry.value_or(core::RetryPolicy());
}

void LoopCore::ArmRetry(Shard& s, Slot slot, OpenRun* run) {
  const core::RunKey key{s.record(slot).uid, run->number};
  retries_.erase(RetryTimer{run->retry_timer, key});
  // It waits no longer than it was to wait when the last attempt ended, even where the clock has gone
  // back since.
  const Millis wait = run->next_attempt - run->attempts->back().end_time;
  run->retry_timer = std::min(run->next_attempt, now_ + wait);
  retries_.insert(RetryTimer{run->retry_timer, key});
}

void LoopCore::CloseStretch(Shard& s, Slot slot, Millis until) {
  const JobSide* side = s.side(slot);
  if (side == nullptr || !side->stretch.has_value()) return;
  core::StretchClosed t;
  t.uid = s.record(slot).uid;
  t.number = side->stretch->number;
  t.reason = side->stretch->reason;
  t.first = t.last = side->stretch->first;
  s.WithSchedule(slot, [&](const auto& schedule, const core::ScheduleContext& context) {
    const Millis due_until = schedule.DueUntil(context, until);
    t.count = std::max<int64_t>(1, schedule.Count(context, t.first - 1, due_until));
    const auto last = schedule.Previous(context, due_until + 1);
    if (last.has_value()) t.last = std::max(t.first, last->nominal);
  });
  t.cursor = std::max(s.record(slot).cursor, t.last);
  t.at = now_;
  Record(s, slot, std::move(t));
  registry_->unsealed_runs.fetch_add(1, std::memory_order_relaxed);
}

void LoopCore::RecordRequested(Shard& s, Slot slot, const core::Plan& plan, Millis until,
                               size_t* next) {
  for (; *next < plan.requested.size() && plan.requested[*next] < until; ++*next) {
    const Millis time = plan.requested[*next];
    RecordStretch(s, slot, RunState::kSkipped, core::kReasonRequested, {time, time, 1});
  }
}

void LoopCore::CarryOut(Shard& s, Slot slot, const core::Plan& plan) {
  size_t requested = 0;
  if (plan.missed.has_value()) {
    RecordRequested(s, slot, plan, plan.missed->first, &requested);
    RecordStretch(s, slot, RunState::kMissed, core::kReasonCatchup, *plan.missed);
  }
  for (const core::PlannedRun& run : plan.runs) {
    RecordRequested(s, slot, plan, run.occurrence.nominal, &requested);
    CreateRun(s, slot, run.occurrence, run.trigger, run.buffered);
  }
  RecordRequested(s, slot, plan, base::kNever, &requested);
  if (plan.skip.has_value()) {
    core::StretchOpened t;
    t.uid = s.record(slot).uid;
    t.number = s.record(slot).last_number + 1;
    t.reason = std::string(plan.skip->reason);
    t.first = plan.skip->nominal;
    t.at = now_;
    Record(s, slot, std::move(t));
  }
}

void LoopCore::Advance(Shard& s, Slot slot) {
  const JobSide* side = s.side(slot);
  const bool blocked = side != nullptr && side->stretch.has_value();
  if (s.record(slot).state != JobState::kActive || blocked) {
    wheel_.Disarm(slot);
    return;
  }
  // Goes round again only for a FIXED_DELAY job whose phase moved past now, so at most twice.
  for (;;) {
    const core::Plan plan = s.PlanJob(slot, now_);
    CarryOut(s, slot, plan);
    if (plan.next == core::Plan::Next::kArm) {
      wheel_.Arm(slot, plan.wake);
      return;
    }
    wheel_.Disarm(slot);
    if (plan.next == core::Plan::Next::kWait) return;
    if (s.record(slot).flags & core::kHasActive) return;
    if (!MovePhase(s, slot)) break;
  }
  Complete(s, slot);
}

bool LoopCore::MovePhase(Shard& s, Slot slot) {
  const JobRecord& r = s.record(slot);
  if ((r.flags & core::kFixedDelay) == 0 || s.Remaining(slot) <= 0) return false;
  if (r.start_time > r.cursor) return false;  // it has its occurrence, which end_time cuts off
  // Past what is decided, whatever the clock: else this would be tried again without end.
  const Millis start = std::max(now_, r.cursor) + r.pattern;
  if (start >= s.ContextOf(slot).end_time) return false;
  Record(s, slot, core::CursorMoved{r.uid, r.cursor, start});
  return true;
}

void LoopCore::Complete(Shard& s, Slot slot) {
  core::JobStateChanged t;
  t.uid = s.record(slot).uid;
  t.state = JobState::kCompleted;
  t.at = now_;
  if (s.Remaining(slot) <= 0) {
    t.reason = "EXECUTIONS";
  } else if (s.ContextOf(slot).end_time != base::kNever) {
    t.reason = "END_TIME";
  } else {
    t.reason = "SCHEDULE_EXHAUSTED";
  }
  Record(s, slot, std::move(t));
}

void LoopCore::ResumeOpenRuns(Shard& s, Slot slot) {
  ActiveJob* job = s.active(s.record(slot).uid);
  if (job == nullptr) return;
  for (OpenRun& run : job->runs) {
    if (run.state == RunState::kQueued) {
      if (!run.in_queue) Enqueue(s, slot, &run);
    } else if (run.state == RunState::kRetryScheduled) {
      ArmRetry(s, slot, &run);
    }
  }
  ReleaseBuffered(s, slot);
}

}  // namespace scheduler::engine
