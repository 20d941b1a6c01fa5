#include "scheduler/core/snapshot.h"

#include "scheduler/base/interned.h"

namespace scheduler::core {
namespace {

template <typename T>
bool SameValue(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return *a == *b;
}

}  // namespace

bool operator==(const AttemptRecord& a, const AttemptRecord& b) {
  return a.attempt == b.attempt && a.start_time == b.start_time && a.end_time == b.end_time &&
         a.worker == b.worker && a.token == b.token && a.event_generation == b.event_generation &&
         SameValue(a.error, b.error);
}

bool operator==(const OpenRunSnapshot& a, const OpenRunSnapshot& b) {
  return a.number == b.number && a.nominal == b.nominal && a.due == b.due &&
         a.create_time == b.create_time && a.trigger == b.trigger && a.state == b.state &&
         a.generation == b.generation && a.next_attempt == b.next_attempt &&
         a.attempt_count == b.attempt_count && a.retries == b.retries &&
         a.redeliveries == b.redeliveries && a.first_start == b.first_start &&
         a.attempts == b.attempts && SameValue(a.origin, b.origin) &&
         SameValue(a.definition, b.definition);
}

Attempt ToAttempt(const AttemptRecord& record) {
  Attempt attempt;
  attempt.attempt = record.attempt;
  attempt.start_time = record.start_time;
  attempt.end_time = record.end_time;
  if (record.error != nullptr) attempt.error = *record.error;
  attempt.worker = std::string(base::TextOf(record.worker));
  attempt.token = record.token;
  attempt.event_generation = record.event_generation;
  return attempt;
}

Run ToRun(const TerminalRun& r) {
  Run run;
  run.key = r.key;
  run.generation = r.generation;
  run.state = r.state;
  run.trigger = r.trigger;
  run.reason = r.reason;
  run.count = r.count;
  run.scheduled_time = r.nominal;
  run.last_scheduled_time = r.last_nominal;
  run.due_time = r.due;
  run.create_time = r.create_time;
  run.start_time = r.start_time;
  run.end_time = r.end_time;
  run.attempt_count = r.attempt_count;
  for (const AttemptRecord& a : r.earlier) run.attempts.push_back(ToAttempt(a));
  if (r.last.attempt > 0) run.attempts.push_back(ToAttempt(r.last));
  if (r.error != nullptr) run.error = *r.error;
  if (r.output != nullptr) {
    run.output = r.output->output;
    run.output_truncated = r.output->truncated;
  }
  run.env = std::string(base::TextOf(r.env));
  run.product = std::string(base::TextOf(r.product));
  if (r.actor != nullptr) run.requested_by = *r.actor;
  return run;
}

}  // namespace scheduler::core
