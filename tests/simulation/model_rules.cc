// The rules for runs and stretches, one transition at a time.

#include <algorithm>

#include "tests/simulation/journal_model.h"

namespace sim {

using core::JobState;
using core::RunState;
using core::Trigger;

namespace {
constexpr Millis kFresh = 1000;  // what is older is old
constexpr int32_t kMaxRedeliveries = 5;
}  // namespace

void JournalModel::CheckNumber(ModelJob* job, int64_t number) {
  if (number != job->last_number + 1) {
    Broken(*job, "R2", "number ", number, " follows ", job->last_number);
  }
  job->last_number = number;
}

void JournalModel::CheckNothingLeft(const ModelJob& job, Millis to, std::string_view what) {
  const std::optional<Millis> left = job.times.Next(job.covered);
  if (left.has_value() && job.times.Due(*left) <= to) {
    Broken(job, "R1", std::string(what), " leaves ", *left, " without a record");
  }
}

// A run that counts is the next occurrence, of the right kind for its age, and there is one left.
void JournalModel::CheckCounted(const ModelJob& job, const core::RunCreated& t) {
  if (job.state != JobState::kActive) Broken(job, "R8", "run ", t.number, " is created");
  if (job.stretch.has_value()) Broken(job, "R1", "run ", t.number, " inside an open stretch");
  if (job.remaining() <= 0) Broken(job, "R4", "run ", t.number, " beyond the executions");
  if (job.skipped.contains(t.nominal)) Broken(job, "skip", "run ", t.number, " of a skipped time");
  const std::optional<Millis> next = job.times.Next(job.covered);
  if (!next.has_value() || *next != t.nominal) {
    Broken(job, "R1", "run ", t.number, " for ", t.nominal, ", due next is ", next.value_or(0));
  }
  if (t.due != job.times.Due(t.nominal)) Broken(job, "R4", "run ", t.number, " due ", t.due);
  const bool old = t.due <= t.at - kFresh;
  if (old != (t.trigger == Trigger::kCatchup)) {
    Broken(job, "catch-up", "run ", t.number, " for ", t.nominal, " at ", t.at);
  }
  if (!old) return;
  const core::CatchupPolicy& policy = job.spec.catchup;
  const std::optional<Millis> after = job.NextRun(t.nominal);
  if (policy.mode == core::CatchupMode::kNone) Broken(job, "catch-up", "NONE, but it runs");
  if (policy.mode == core::CatchupMode::kLatest && after.has_value() &&
      job.times.Due(*after) <= t.at) {
    Broken(job, "catch-up", "LATEST, but ", t.nominal, " is not the last");
  }
  if (policy.mode == core::CatchupMode::kAll && t.nominal < t.at - policy.window) {
    Broken(job, "catch-up", "ALL, but ", t.nominal, " is out of the window");
  }
}

// The next of its range, now, and beside no more runs than were asked for.
void JournalModel::CheckBackfill(ModelJob* job, const core::RunCreated& t) {
  if (!job->backfill.has_value()) {
    Broken(*job, "backfill", "run ", t.number, " without one");
    return;
  }
  core::Backfill& backfill = *job->backfill;
  const std::optional<Millis> next = job->TimesOf(backfill).Next(backfill.cursor);
  if (next != t.nominal || t.due != t.at || t.buffered) {
    Broken(*job, "backfill", "run ", t.number, " for ", t.nominal, ", next is ", next.value_or(0));
  }
  if (job->open.size() >= static_cast<size_t>(backfill.parallel)) {
    Broken(*job, "backfill", "run ", t.number, " beside ", job->open.size());
  }
  if (++backfill.created > backfill.total) Broken(*job, "backfill", "beyond its total");
  backfill.cursor = t.nominal;
}

void JournalModel::CheckOverlap(const ModelJob& job, const core::RunCreated& t) {
  const size_t active = job.open.size();
  const bool buffered = std::any_of(job.open.begin(), job.open.end(), [](const auto& run) {
    return run.second.state == RunState::kScheduled;
  });
  bool allowed = false;
  switch (job.spec.overlap.mode) {
    case core::OverlapMode::kSkip:
      allowed = active == 0 && !t.buffered;
      break;
    case core::OverlapMode::kAllow:
      allowed = active < static_cast<size_t>(job.spec.overlap.limit) && !t.buffered;
      break;
    case core::OverlapMode::kBufferOne:
      allowed = t.buffered ? active > 0 && !buffered : active == 0;
      break;
  }
  if (!allowed) Broken(job, "overlap", "run ", t.number, " with ", active, " active");
}

void JournalModel::Apply(ModelJob* job, const core::RunCreated& t) {
  CheckNumber(job, t.number);
  // The range of a backfill was past when it began, whatever the clock says since.
  const bool was_past = t.trigger == Trigger::kBackfill && steps_ > 0;
  if ((t.due < t.nominal && !was_past) || t.at < t.due || latest_ < t.due) {
    Broken(*job, "R4 early", "run ", t.number, " due ", t.due, " created ", t.at, " at ", latest_);
  }
  if (t.generation != job->generation) Broken(*job, "generation", "of run ", t.number);
  if (core::Counts(t.trigger)) {
    CheckCounted(*job, t);
    CheckOverlap(*job, t);
    Cover(job, t.nominal);
    ++job->counted;
  }
  if (t.trigger == Trigger::kBackfill) CheckBackfill(job, t);
  ModelRun& run = job->open[t.number];
  run.nominal = t.nominal;
  run.due = t.due;
  run.created = t.at;
  run.trigger = t.trigger;
  run.state = t.buffered ? RunState::kScheduled : RunState::kQueued;
  run.generation = t.generation;
  run.retry = job->spec.retry;
}

void JournalModel::CheckAttempt(const ModelJob& job, int64_t number, const ModelRun& run,
                                const core::AttemptRecord& attempt) {
  if (run.state == RunState::kScheduled) Broken(job, "state", "run ", number, " was not released");
  if (attempt.attempt != run.attempts + 1) {
    Broken(job, "attempts", "run ", number, " attempt ", attempt.attempt, " after ", run.attempts);
  }
  const uint64_t token = LastToken({job.uid, number});
  if (attempt.token != token) {
    Broken(job, "R7", "run ", number, " ends by token ", attempt.token, ", last is ", token);
  }
}

void JournalModel::Apply(ModelJob* job, const core::RunEnded& t) {
  const auto it = job->open.find(t.number);
  if (it == job->open.end()) {
    Broken(*job, "R3", "run ", t.number, " ends, but is not open");
    return;
  }
  const ModelRun& run = it->second;
  if (t.last.attempt > 0) CheckAttempt(*job, t.number, run, t.last);
  const bool orphaned = t.error != nullptr && t.error->code == "EVENT_NOT_FOUND";
  switch (t.state) {
    case RunState::kCompleted:
      ++job->stats.completed;
      if (t.last.attempt == 0) Broken(*job, "state", "completed without an attempt");
      break;
    case RunState::kFailed:
      ++job->stats.failed;
      if (t.last.attempt == 0 && !orphaned) Broken(*job, "state", "failed without an attempt");
      break;
    case RunState::kCancelled:
      ++job->stats.cancelled;
      break;
    default:
      Broken(*job, "state", "run ", t.number, " ends as ", core::RunStateName(t.state));
  }
  ModelRecord& record = job->records[t.number];
  record.state = t.state;
  record.trigger = run.trigger;
  record.reason = t.reason;
  record.first = record.last = run.nominal;
  record.end = t.at;
  record.attempts = std::max(run.attempts, t.last.attempt);
  job->open.erase(it);
  const bool backfills = std::any_of(job->open.begin(), job->open.end(), [](const auto& other) {
    return other.second.trigger == Trigger::kBackfill;
  });
  const bool all_created =
      job->backfill.has_value() && job->backfill->created == job->backfill->total;
  if (record.trigger == Trigger::kBackfill && all_created && !backfills) job->backfill.reset();
  if (job->times.fixed_delay) {
    job->times.phase = std::max(job->times.phase, t.at + job->times.interval);
  }
}

void JournalModel::Apply(ModelJob* job, const core::RunReleased& t) {
  const auto it = job->open.find(t.number);
  if (it == job->open.end() || it->second.state != RunState::kScheduled) {
    Broken(*job, "state", "run ", t.number, " is released");
    return;
  }
  const bool parallel = job->spec.overlap.mode == core::OverlapMode::kAllow;
  for (const auto& [number, other] : job->open) {
    if (number != t.number && other.state != RunState::kScheduled && !parallel) {
      Broken(*job, "overlap", "run ", t.number, " is released beside ", number);
    }
  }
  if (job->state == JobState::kPaused && core::Counts(it->second.trigger)) {
    Broken(*job, "R8", "run ", t.number, " is released in a pause");
  }
  it->second.state = RunState::kQueued;
}

void JournalModel::Apply(ModelJob* job, const core::RunRetry& t) {
  const auto it = job->open.find(t.number);
  if (it == job->open.end()) {
    Broken(*job, "R3", "run ", t.number, " is retried, but is not open");
    return;
  }
  ModelRun& run = it->second;
  CheckAttempt(*job, t.number, run, t.attempt);
  run.state = RunState::kRetryScheduled;
  run.next_attempt = t.next_attempt;
  run.attempts = t.attempt.attempt;
  ++run.retries;
  ++job->stats.retried;
  const int32_t most = run.retry.has_value() ? run.retry->max_retries.value_or(0) : 0;
  const bool own = run.retry.has_value();
  if (own && run.retries > most) Broken(*job, "retries", "run ", t.number, " retry ", run.retries);
}

void JournalModel::Apply(ModelJob* job, const core::RunRedelivered& t) {
  const auto it = job->open.find(t.number);
  if (it == job->open.end()) {
    Broken(*job, "R3", "run ", t.number, " is redelivered, but is not open");
    return;
  }
  ModelRun& run = it->second;
  CheckAttempt(*job, t.number, run, t.attempt);
  if (t.redeliveries < run.redeliveries || t.redeliveries > run.redeliveries + 1 ||
      t.redeliveries > kMaxRedeliveries) {
    Broken(*job, "redeliveries", "run ", t.number, ": ", t.redeliveries);
  }
  run.redeliveries = t.redeliveries;
  run.attempts = t.attempt.attempt;
  run.state = RunState::kQueued;
}

void JournalModel::CheckClaim(const core::ClaimedRun& claimed, bool resuming, Millis latest) {
  const ModelJob* job = Find(claimed.key.uid);
  const ModelRun* run = FindOpen(claimed.key);
  if (job == nullptr || run == nullptr) {
    findings_.Violate("R3",
                      "a run is sent that is not durably open: ", core::FormatRunId(claimed.key));
    return;
  }
  const int64_t number = claimed.key.number;
  uint64_t& token = claims_[claimed.key];
  const bool first = token == 0;
  if (claimed.token <= token) Broken(*job, "R7", "run ", number, " is sent with an older token");
  token = claimed.token;
  if (run->state == RunState::kScheduled) Broken(*job, "overlap", "run ", number, " is sent");
  // After a step back what was due stays so.
  if (latest < run->due && steps_ == 0) Broken(*job, "R4 early", "run ", number, " is sent");
  if (run->state == RunState::kRetryScheduled && latest < run->next_attempt && steps_ == 0) {
    Broken(*job, "R4 early", "run ", number, " is retried");
  }
  if (first && job->state == JobState::kPaused && core::Counts(run->trigger) && !resuming) {
    Broken(*job, "R8", "run ", number, " is first sent in a pause");
  }
  if (claimed.attempt != run->attempts + 1) Broken(*job, "attempts", "run ", number);
  if (claimed.scheduled_time != run->nominal || claimed.trigger != run->trigger ||
      claimed.job_tag != job->spec.tag || claimed.product != job->spec.product) {
    Broken(*job, "delivery", "run ", number, " carries another's values");
  }
}

void JournalModel::Apply(ModelJob* job, const core::StretchOpened& t) {
  CheckNumber(job, t.number);
  if (job->state != JobState::kActive) Broken(*job, "state", "a stretch opens");
  if (job->stretch.has_value()) Broken(*job, "R1", "a second stretch opens");
  if (job->open.empty()) Broken(*job, "overlap", "nothing is active, but ", t.first, " is skipped");
  if (job->remaining() <= 0) Broken(*job, "R1", "a stretch of what does not exist");
  const std::optional<Millis> next = job->times.Next(job->covered);
  if (job->skipped.contains(t.first)) Broken(*job, "skip", "a stretch from ", t.first);
  if (next != t.first)
    Broken(*job, "R1", "a stretch from ", t.first, ", due next is ", next.value_or(0));
  if (job->times.Due(t.first) > std::min(t.at, latest_))
    Broken(*job, "R4 early", "a stretch from ", t.first);
  job->stretch = t;
}

void JournalModel::Apply(ModelJob* job, const core::StretchClosed& t) {
  const bool was_open = job->stretch.has_value() && job->stretch->number == t.number;
  const bool skipped = t.state == RunState::kSkipped;
  if (was_open) {
    if (t.first != job->stretch->first || t.reason != job->stretch->reason || !skipped) {
      Broken(*job, "R1", "stretch ", t.number, " closes as another");
    }
    job->stretch.reset();
  } else {
    CheckNumber(job, t.number);
    if (job->stretch.has_value()) Broken(*job, "R1", "a record inside an open stretch");
    const bool paused = job->state == JobState::kPaused;
    const bool requested = t.reason == "REQUESTED";
    if (requested) {
      const bool one = t.first == t.last && job->skipped.contains(t.first);
      if (!one || !skipped || job->state != JobState::kActive) {
        Broken(*job, "skip", "record ", t.number, " of ", t.first, "..", t.last);
      }
    } else if (skipped != paused || t.reason != (paused ? "PAUSED" : "CATCHUP")) {
      Broken(*job, "R1", "record ", t.number, " with reason ", t.reason);
    }
    if (job->remaining() <= 0) Broken(*job, "R1", "a record of what does not exist");
    const std::optional<Millis> next = job->times.Next(job->covered);
    if (next != t.first)
      Broken(*job, "R1", "record from ", t.first, ", due next is ", next.value_or(0));
  }
  // A step back of the clock ends stretches that reach beyond it.
  const bool may_step = job->steps_used < steps_;
  if (t.last > t.at && !may_step) Broken(*job, "R4 early", "record up to ", t.last);
  // The phase of a FIXED_DELAY job moves with its runs: what was skipped was its one occurrence.
  const int64_t count = job->times.fixed_delay ? 1 : job->times.Count(t.first - 1, t.last);
  if (t.count != count) Broken(*job, "R1", "count ", t.count, " of ", t.first, "..", t.last);
  if (!job->times.fixed_delay && job->times.Last(t.first - 1, t.last) != t.last) {
    Broken(*job, "R1", "ends at ", t.last, ", which is no occurrence");
  }
  (skipped ? job->stats.skipped : job->stats.missed) += t.count;
  Cover(job, std::max(job->covered, t.last));
  if (t.cursor != job->covered) Broken(*job, "R1", "cursor ", t.cursor);
  ModelRecord& record = job->records[t.number];
  record.state = t.state;
  record.trigger = skipped ? Trigger::kSchedule : Trigger::kCatchup;
  record.reason = t.reason;
  record.first = t.first;
  record.last = t.last;
  record.count = t.count;
  record.end = t.at;
}

}  // namespace sim
