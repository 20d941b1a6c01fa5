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
  core_.set_now(now);
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

void Loop::StartAll() {
  const Partition& partition = core_.registry().partition(index_);
  for (Slot slot = 0; slot < partition.end(); ++slot) {
    const core::Uid uid = partition.record(slot).uid;
    if (uid == 0) continue;
    Shard& s = core_.shard(core::ShardOf(uid));
    base::MutexLock lock(&s.mu);
    // Timers only: what is due is decided in the first steps, in order of time.
    const Millis due = s.NextDue(slot);
    if (due != base::kNever) {
      core_.wheel().Arm(slot, due);
    } else if (s.record(slot).state == core::JobState::kActive && s.active(uid) == nullptr) {
      core_.wheel().Arm(slot, core_.now());  // completes it
    }
    core_.ResumeOpenRuns(s, slot);
  }
  core_.HandOver();
}

void Loop::PullCursorsBack() {
  const Partition& partition = core_.registry().partition(index_);
  for (Slot slot = 0; slot < partition.end(); ++slot) {
    const core::Uid uid = partition.record(slot).uid;
    if (uid == 0) continue;
    Shard& s = core_.shard(core::ShardOf(uid));
    base::MutexLock lock(&s.mu);
    const core::JobRecord& r = s.record(slot);
    if (r.cursor <= core_.now() || r.state == core::JobState::kCompleted) continue;
    const bool delayed = (r.flags & core::kFixedDelay) != 0;
    const Millis start = delayed ? std::min(r.start_time, core_.now() + r.pattern) : r.start_time;
    core_.Record(s, slot, core::CursorMoved{uid, core_.now(), start});
    core_.Advance(s, slot);
    if (core_.batch().transitions.size() >= kMaxBatchRows) core_.HandOver();
  }
}

void Loop::RequeueWaiting(const std::string& product, const core::EventKey& key) {
  JobRegistry& registry = core_.registry();
  for (int i = 0; i < base::limits::kShards; ++i) {
    const auto id = static_cast<core::ShardId>(i);
    if (registry.LoopOf(id) != index_) continue;
    Shard& s = registry.shard(id);
    base::MutexLock lock(&s.mu);
    for (const auto& [uid, job] : s.all_active()) {
      if (!(registry.tables().events.KeyOf(s.record(job.slot).event) == key)) continue;
      if (base::TextOf(s.profile(job.slot).product) != product) continue;
      for (const OpenRun& run : job.runs) {
        if (run.state == core::RunState::kQueued) core_.Enqueue(s, job.slot, run);
      }
    }
  }
}

int Loop::Audit(int max) {
  const Partition& partition = core_.registry().partition(index_);
  const Slot end = partition.end();
  int repaired = 0;
  for (int i = 0; i < max && end > 0; ++i) {
    audit_next_ = audit_next_ + 1 >= end ? 0 : audit_next_ + 1;
    const core::Uid uid = partition.record(audit_next_).uid;
    if (uid == 0) continue;
    Shard& s = core_.shard(core::ShardOf(uid));
    base::MutexLock lock(&s.mu);
    if (s.record(audit_next_).flags & core::kHasActive) continue;  // a run's end plans again
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
