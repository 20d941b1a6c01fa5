#include "scheduler/engine/run_commands.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "scheduler/core/failure.h"
#include "scheduler/core/retry.h"
#include "scheduler/engine/job_commands.h"

namespace scheduler::engine {

namespace errors = base::errors;
namespace failure = core::failure;
using core::RunState;

namespace {

std::shared_ptr<const core::RunError> MakeError(std::string_view code, std::string message) {
  auto error = std::make_shared<core::RunError>();
  error->code = std::string(code);
  error->message = std::move(message);
  return error;
}

// The attempt that `outcome` ends. The target's own times are for the record: they are taken where
// they lie between the dispatch and now.
core::AttemptRecord EndedAttempt(const OpenRun& run, const core::Outcome& outcome, Millis now) {
  core::AttemptRecord a = CurrentAttempt(run, 0, now);
  a.token = outcome.token;
  if (outcome.start_time >= run.started && outcome.start_time <= now) {
    a.start_time = outcome.start_time;
  }
  if (outcome.end_time >= a.start_time && outcome.end_time <= now) a.end_time = outcome.end_time;
  a.error = outcome.error;
  return a;
}

}  // namespace

core::AttemptRecord CurrentAttempt(const OpenRun& run, int64_t epoch, Millis end) {
  core::AttemptRecord a;
  if (run.state != RunState::kRunning) return a;
  a.attempt = run.attempt_count + 1;
  a.start_time = run.started;
  a.end_time = end;
  a.worker = run.worker;
  a.token = core::MakeToken(epoch, run.dispatches);
  a.event_generation = run.event_generation;
  return a;
}

core::RunEnded CancelledEnd(core::Uid uid, const OpenRun& run, int64_t epoch,
                            const std::string& reason) {
  core::RunEnded ended;
  ended.uid = uid;
  ended.number = run.number;
  ended.state = RunState::kCancelled;
  ended.reason = reason;
  ended.last = CurrentAttempt(run, epoch, 0);
  return ended;
}

std::optional<core::Refusal> RunCommands::Report(const std::string& product,
                                                 const core::Outcome& outcome) {
  const core::RunRef ref{outcome.key, outcome.token};
  Shard& s = core_.shard(core::ShardOf(outcome.key.uid));
  base::MutexLock lock(&s.mu);
  ActiveJob* job = s.active(outcome.key.uid);
  const OpenRun* run = job == nullptr ? nullptr : job->Find(outcome.key.number);
  if (run == nullptr) return core::Refusal{ref, "UNKNOWN_RUN"};
  const Slot slot = job->slot;
  if (!product.empty() && base::TextOf(s.profile(slot).product) != product) {
    return core::Refusal{ref, "OTHER_PRODUCT"};
  }
  const bool current = run->state == RunState::kRunning &&
                       outcome.token == core::MakeToken(core_.epoch(), run->dispatches);
  if (!current) return core::Refusal{ref, "STALE_TOKEN"};
  switch (outcome.kind) {
    case core::Outcome::Kind::kCompleted:
    case core::Outcome::Kind::kCancelled:
      Complete(s, slot, *run, outcome);
      break;
    case core::Outcome::Kind::kFailed:
      Fail(s, slot, *run, outcome);
      break;
    case core::Outcome::Kind::kReleased:
    case core::Outcome::Kind::kLost:
      Redeliver(s, slot, *run, outcome);
      break;
  }
  return std::nullopt;
}

void RunCommands::Complete(Shard& s, Slot slot, const OpenRun& run, const core::Outcome& outcome) {
  core::RunEnded ended;
  ended.uid = outcome.key.uid;
  ended.number = run.number;
  const bool completed = outcome.kind == core::Outcome::Kind::kCompleted;
  ended.state = completed ? RunState::kCompleted : RunState::kCancelled;
  ended.last = EndedAttempt(run, outcome, core_.now());
  ended.error = outcome.error;
  ended.output = outcome.output;
  core_.EndRun(s, slot, std::move(ended));
}

void RunCommands::Fail(Shard& s, Slot slot, const OpenRun& run, const core::Outcome& outcome) {
  core::RetryInput input;
  input.key = outcome.key;
  input.charged_attempts = run.retries + 1;
  input.due_time = run.due;
  input.now = core_.now();
  input.retry_after = outcome.retry_after;
  static const core::RunError kUnnamed{"FAILED", "the target gave no error", std::nullopt, 0};
  const core::RunError& error = outcome.error != nullptr ? *outcome.error : kUnnamed;
  const std::optional<Millis> next =
      core::NextAttempt(core_.RetryPolicyOf(s, slot, run), error, input);
  if (next.has_value()) {
    core_.Record(s, slot,
                 core::RunRetry{outcome.key.uid, outcome.key.number, *next,
                                EndedAttempt(run, outcome, core_.now())});
    core_.ArmRetry(s, slot, s.active(outcome.key.uid)->Find(outcome.key.number));
    return;
  }
  core::RunEnded ended;
  ended.uid = outcome.key.uid;
  ended.number = run.number;
  ended.state = RunState::kFailed;
  ended.last = EndedAttempt(run, outcome, core_.now());
  ended.error =
      outcome.error != nullptr ? outcome.error : MakeError(kUnnamed.code, kUnnamed.message);
  ended.output = outcome.output;
  core_.EndRun(s, slot, std::move(ended));
}

void RunCommands::Redeliver(Shard& s, Slot slot, const OpenRun& run, const core::Outcome& outcome) {
  const bool charged = outcome.kind == core::Outcome::Kind::kLost;
  const int32_t redeliveries = run.redeliveries + (charged ? 1 : 0);
  core::AttemptRecord attempt = EndedAttempt(run, outcome, core_.now());
  if (charged && attempt.error == nullptr) {
    attempt.error = MakeError(failure::kWorkerLost, "the worker was lost");
  }
  if (redeliveries > base::limits::kMaxRedeliveries) {
    core::RunEnded ended;
    ended.uid = outcome.key.uid;
    ended.number = run.number;
    ended.state = RunState::kFailed;
    ended.error = MakeError(failure::kWorkerLost, "its workers were lost too often");
    ended.last = std::move(attempt);
    core_.EndRun(s, slot, std::move(ended));
    return;
  }
  core_.Record(
      s, slot,
      core::RunRedelivered{outcome.key.uid, outcome.key.number, redeliveries, std::move(attempt)});
  core_.Enqueue(s, slot, s.active(outcome.key.uid)->Find(outcome.key.number));
}

absl::StatusOr<core::Run> RunCommands::Cancel(const CancelRun& command) {
  const std::string run_id = core::FormatRunId(command.key);
  Shard& s = core_.shard(core::ShardOf(command.key.uid));
  base::MutexLock lock(&s.mu);
  ActiveJob* job = s.active(command.key.uid);
  OpenRun* run = job == nullptr ? nullptr : job->Find(command.key.number);
  if (run == nullptr || base::TextOf(s.profile(job->slot).product) != command.product) {
    return errors::RunNotFound(command.product, run_id);
  }
  const Slot slot = job->slot;
  core::Run view = s.ViewOf(*job, *run, core_.epoch());
  core::RunEnded ended = CancelledEnd(command.key.uid, *run, core_.epoch(), "REQUESTED");
  ended.last.end_time = ended.last.attempt > 0 ? core_.now() : 0;
  if (!command.reason.empty()) ended.error = MakeError(failure::kCancelled, command.reason);
  if (run->state == RunState::kRunning) {
    core_.batch().cancels.push_back({"REQUESTED", {{command.key, ended.last.token}}});
  }
  view.state = RunState::kCancelled;
  view.reason = ended.reason;
  view.end_time = core_.now();
  view.next_attempt_time = 0;
  if (ended.error != nullptr) view.error = *ended.error;
  if (!view.attempts.empty() && view.attempts.back().end_time == 0) {
    view.attempts.back().end_time = core_.now();
  }
  core_.EndRun(s, slot, std::move(ended));
  Remember(&core_, command.product, command.request, command.key.uid, command.key.number);
  return view;
}

void RunCommands::FireRetries() {
  auto& retries = core_.retries();
  while (!retries.empty() && retries.begin()->at <= core_.now()) {
    const core::RunKey key = retries.begin()->key;
    retries.erase(retries.begin());
    Shard& s = core_.shard(core::ShardOf(key.uid));
    base::MutexLock lock(&s.mu);
    ActiveJob* job = s.active(key.uid);
    OpenRun* run = job == nullptr ? nullptr : job->Find(key.number);
    if (run == nullptr || run->state != RunState::kRetryScheduled) continue;
    // A pause holds it: ResumeOpenRuns arms it again.
    const bool held =
        s.record(job->slot).state == core::JobState::kPaused && core::Counts(run->trigger);
    if (held) continue;
    run->state = RunState::kQueued;
    core_.Enqueue(s, job->slot, run);
  }
}

void RunCommands::EndOrphans() {
  std::vector<core::RunKey> orphans;
  orphans.swap(core_.orphans());
  for (const core::RunKey& key : orphans) {
    Shard& s = core_.shard(core::ShardOf(key.uid));
    base::MutexLock lock(&s.mu);
    ActiveJob* job = s.active(key.uid);
    OpenRun* run = job == nullptr ? nullptr : job->Find(key.number);
    if (run == nullptr || run->state != RunState::kQueued) continue;
    if (core_.tables().events.LaneOf(s.EventOf(job->slot, *run)) != core::kNoLane) {
      core_.Enqueue(s, job->slot, run);  // it was created again meanwhile
      continue;
    }
    core::RunEnded ended;
    ended.uid = key.uid;
    ended.number = key.number;
    ended.state = RunState::kFailed;
    ended.error = MakeError(failure::kEventNotFound, "the job's event was deleted");
    core_.EndRun(s, job->slot, std::move(ended));
  }
}

}  // namespace scheduler::engine
