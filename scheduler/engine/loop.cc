#include "scheduler/engine/loop.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/interned.h"
#include "scheduler/base/log.h"

namespace scheduler::engine {

Loop::Loop(int index, JobRegistry* registry, Committer* committer, int64_t epoch, Millis now,
           Hooks hooks)
    : index_(index), hooks_(std::move(hooks)), core_(index, registry, committer, epoch, now) {}

void Loop::Post(Command command) {
  mailbox_size_.fetch_add(1, std::memory_order_relaxed);
  bool first = false;
  {
    base::MutexLock lock(&mu_);
    first = mailbox_.empty();
    mailbox_.push_back(std::move(command));
  }
  if (first && hooks_.on_post) hooks_.on_post();
}

void Loop::RunMailbox() {
  {
    base::MutexLock lock(&mu_);
    running_.swap(mailbox_);
  }
  for (Command& command : running_) {
    command(*this);
    if (core_.batch().transitions.size() >= kMaxBatchRows) core_.HandOver();
  }
  mailbox_size_.fetch_sub(static_cast<int64_t>(running_.size()), std::memory_order_relaxed);
  running_.clear();
}

bool Loop::FireTimers() {
  bool done = false;
  while (!done) {
    if (hooks_.must_rest && hooks_.must_rest()) return false;
    due_.clear();
    done = core_.wheel().Advance(core_.now(), kMaxBatchRows / 2, &due_);
    const Partition& partition = core_.registry().partition(index_);
    for (size_t i = 0; i < due_.size(); ++i) {
      // A record is one cache line and most are cold: ask for those that come next.
      if (i + 8 < due_.size()) __builtin_prefetch(&partition.record(due_[i + 8]));
      // The uid of an armed slot is written by this thread only.
      Shard& s = core_.shard(core::ShardOf(partition.record(due_[i]).uid));
      base::MutexLock lock(&s.mu);
      core_.Advance(s, due_[i]);
    }
    if (core_.batch().transitions.size() >= kMaxBatchRows) core_.HandOver();
  }
  return true;
}

Millis Loop::Step(Millis now) {
  const Millis before = core_.now();
  core_.set_now(now);
  if (now < before) PullBack(before);
  RunMailbox();
  runs_.EndOrphans();
  runs_.FireRetries();
  const bool planned = FireTimers();
  core_.HandOver();
  if (!core_.orphans().empty()) return core_.now();
  Millis wake = planned ? core_.wheel().NextWakeup() : core_.now() + kRestMillis;
  if (!core_.retries().empty()) wake = std::min(wake, core_.retries().begin()->at);
  return wake;
}

void Loop::StartAll(Millis stepped_from) {
  const Partition& partition = core_.registry().partition(index_);
  for (Slot slot = 0; slot < partition.end(); ++slot) {
    const core::Uid uid = partition.record(slot).uid;
    if (uid == 0) continue;
    Shard& s = core_.shard(core::ShardOf(uid));
    base::MutexLock lock(&s.mu);
    ArmTimer(s, slot);
    core_.ResumeOpenRuns(s, slot);
    core_.ContinueBackfill(s, slot);
  }
  if (stepped_from != 0) PullBack(stepped_from);
  core_.HandOver();
}

void Loop::ArmTimer(Shard& s, Slot slot) {
  const core::JobRecord& r = s.record(slot);
  const Millis due = s.NextDue(slot);
  if (due != base::kNever) {
    core_.wheel().Arm(slot, due);
  } else if (r.state == core::JobState::kActive && s.active(r.uid) == nullptr) {
    core_.wheel().Arm(slot, core_.now());  // completes it
  }
}

void Loop::PullBack(Millis from) {
  const Partition& partition = core_.registry().partition(index_);
  for (Slot slot = 0; slot < partition.end(); ++slot) {
    const core::Uid uid = partition.record(slot).uid;
    if (uid == 0) continue;
    Shard& s = core_.shard(core::ShardOf(uid));
    {
      base::MutexLock lock(&s.mu);
      PullJobBack(s, slot, from);
    }
    if (core_.batch().transitions.size() >= kMaxBatchRows) core_.HandOver();
  }
}

void Loop::PullJobBack(Shard& s, Slot slot, Millis from) {
  const core::JobRecord& r = s.record(slot);
  if (ActiveJob* job = s.active(r.uid)) {
    for (OpenRun& run : job->runs) {
      if (run.state == core::RunState::kRetryScheduled) core_.ArmRetry(s, slot, &run);
    }
  }
  if (r.state == core::JobState::kCompleted) return;
  // What a stretch holds lies before the step; what comes now opens another.
  core_.CloseStretch(s, slot, from);
  // Given times are each due once, whatever the clock says; those of a pattern come again with it.
  const bool has_pattern = (r.flags & core::kHasPattern) != 0;
  const bool listed = has_pattern && !s.pattern(slot).timing.times.empty();
  const Millis cursor = listed ? r.cursor : std::min(r.cursor, core_.now());
  const Millis phase = listed ? r.start_time : PulledPhase(s, slot, from);
  if (cursor != r.cursor || phase != r.start_time) {
    core_.Record(s, slot, core::CursorMoved{r.uid, cursor, phase});
  }
  ArmTimer(s, slot);
}

Millis Loop::PulledPhase(Shard& s, Slot slot, Millis from) {
  const core::JobRecord& r = s.record(slot);
  const Millis now = core_.now();
  if (r.flags & core::kFixedDelay) {
    // One that the end of a run has set; a start_time that its client set stands.
    const bool moved = s.ExecutionCount(slot) > 0 && r.start_time <= from + r.pattern;
    return moved ? std::min(r.start_time, now + r.pattern) : r.start_time;
  }
  const bool begun = r.start_time <= r.cursor;
  if (!begun || r.start_time <= now) return r.start_time;
  if (r.flags & core::kHasPattern) {
    // Local times come again with the clock. A rule counts from its start: it has no times before.
    return s.pattern(slot).timing.cron.empty() ? r.start_time : now;
  }
  return r.start_time - (r.start_time - now + r.pattern - 1) / r.pattern * r.pattern;
}

void Loop::RequeueWaiting(const std::string& product, const core::EventKey& key) {
  JobRegistry& registry = core_.registry();
  for (int i = 0; i < base::limits::kShards; ++i) {
    const auto id = static_cast<core::ShardId>(i);
    if (registry.LoopOf(id) != index_) continue;
    Shard& s = registry.shard(id);
    base::MutexLock lock(&s.mu);
    std::vector<core::Uid> uids;  // sorted: a simulation repeats itself only in a given order
    for (const auto& [uid, job] : s.all_active()) {
      if (base::TextOf(s.profile(job.slot).product) == product) uids.push_back(uid);
    }
    std::sort(uids.begin(), uids.end());
    for (const core::Uid uid : uids) {
      ActiveJob* job = s.active(uid);
      for (OpenRun& run : job->runs) {
        if (run.state != core::RunState::kQueued) continue;
        const catalog::EventId event = s.EventOf(job->slot, run);
        if (registry.tables().events.KeyOf(event) == key) core_.Enqueue(s, job->slot, &run);
      }
    }
  }
}

void Loop::ReplanExcluding(core::ShardId shard, const std::string& product,
                           const std::string& calendar) {
  Shard& s = core_.shard(shard);
  base::MutexLock lock(&s.mu);
  for (const Slot slot : s.SlotsExcluding(base::FindInterned(product), calendar)) {
    jobs_.Replan(s, slot);
  }
}

int Loop::Audit(int effort) {
  const Partition& partition = core_.registry().partition(index_);
  const Slot end = partition.end();
  int repaired = 0;
  for (Slot looked_at = 0; looked_at < end && effort > 0; ++looked_at) {
    --effort;
    audit_next_ = audit_next_ + 1 >= end ? 0 : audit_next_ + 1;
    const core::Uid uid = partition.record(audit_next_).uid;
    if (uid == 0) continue;
    Shard& s = core_.shard(core::ShardOf(uid));
    base::MutexLock lock(&s.mu);
    if (s.record(audit_next_).flags & core::kHasActive) continue;  // a run's end plans again
    effort -= s.EffortOfNext(audit_next_);
    const Millis due = s.NextDue(audit_next_);
    if (due == base::kNever || due > core_.now() - base::limits::kOverdueAfter) continue;
    if (core_.wheel().IsArmed(audit_next_) && core_.wheel().DueOf(audit_next_) <= due) continue;
    ++repaired;
    base::Log(base::LogLevel::kError, "a job was due without a timer; it was repaired",
              {{"uid", core::FormatUid(uid)}});
    core_.Advance(s, audit_next_);
  }
  return repaired;
}

}  // namespace scheduler::engine
