#include "scheduler/engine/open_run.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/interned.h"

namespace scheduler::engine {

FormerDefinition::FormerDefinition(catalog::EventTable* events,
                                   std::shared_ptr<const core::JobSpec> spec)
    : events_(*events),
      spec_(std::move(spec)),
      event_(events->Hold(spec_->product, spec_->event)),
      env_(base::Intern(spec_->env)) {}

void OpenRun::AddAttempt(core::AttemptRecord attempt) {
  attempt_count = std::max(attempt_count, attempt.attempt);
  if (first_start == 0) first_start = attempt.start_time;
  if (attempts == nullptr) attempts = std::make_unique<std::vector<core::AttemptRecord>>();
  // The terminal attempt joins these later, so one place is kept for it.
  if (attempts->size() + 1 >= static_cast<size_t>(base::limits::kKeptAttempts)) {
    attempts->erase(attempts->begin());
  }
  attempts->push_back(std::move(attempt));
}

core::OpenRunSnapshot OpenRun::Snapshot() const {
  core::OpenRunSnapshot s;
  s.number = number;
  s.nominal = nominal;
  s.due = due;
  s.create_time = create_time;
  s.trigger = trigger;
  // What is journaled: that a retry was handed to dispatch, and that an attempt is under way, is not.
  s.state = state == core::RunState::kScheduled ? state
            : next_attempt != 0                 ? core::RunState::kRetryScheduled
                                                : core::RunState::kQueued;
  s.generation = generation;
  s.next_attempt = next_attempt;
  s.attempt_count = attempt_count;
  s.retries = retries;
  s.redeliveries = redeliveries;
  // An attempt in flight is not journaled: only those that are over.
  s.first_start = attempts == nullptr ? 0 : first_start;
  if (attempts != nullptr) s.attempts = *attempts;
  s.origin = origin;
  if (former != nullptr) s.definition = former->spec();
  return s;
}

OpenRun OpenRun::FromSnapshot(core::OpenRunSnapshot s, catalog::EventTable* events) {
  OpenRun run;
  run.number = s.number;
  run.generation = s.generation;
  run.nominal = s.nominal;
  run.due = s.due;
  run.create_time = s.create_time;
  run.next_attempt = s.next_attempt;
  run.first_start = s.first_start;
  run.origin = std::move(s.origin);
  if (s.definition != nullptr) {
    run.former = std::make_shared<const FormerDefinition>(events, std::move(s.definition));
  }
  if (!s.attempts.empty()) {
    run.attempts = std::make_unique<std::vector<core::AttemptRecord>>(std::move(s.attempts));
  }
  run.attempt_count = s.attempt_count;
  run.retries = s.retries;
  run.redeliveries = s.redeliveries;
  run.trigger = s.trigger;
  run.state = s.state;
  return run;
}

OpenRun* ActiveJob::Find(int64_t number) {
  for (OpenRun& run : runs) {
    if (run.number == number) return &run;
  }
  return nullptr;
}

bool ActiveJob::HasBuffered() const {
  return std::any_of(runs.begin(), runs.end(),
                     [](const OpenRun& run) { return run.state == core::RunState::kScheduled; });
}

bool ActiveJob::HasOf(core::Trigger trigger) const {
  return std::any_of(runs.begin(), runs.end(),
                     [trigger](const OpenRun& run) { return run.trigger == trigger; });
}

}  // namespace scheduler::engine
