#ifndef SCHEDULER_CORE_SNAPSHOT_H_
#define SCHEDULER_CORE_SNAPSHOT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/core/transitions.h"

// The registry's state of one job as plain values: what checkpoints hold, what tests compare
// (fold(journal) = live state), and terminal runs on their way to history.
namespace scheduler::core {

// A run that has not ended.
struct OpenRunSnapshot {
  int64_t number = 0;
  Millis nominal = 0;
  Millis due = 0;
  Millis create_time = 0;
  Trigger trigger = Trigger::kSchedule;
  RunState state = RunState::kQueued;  // SCHEDULED, QUEUED or RETRY_SCHEDULED: what is journaled
  int64_t generation = 1;
  Millis next_attempt = 0;              // of RETRY_SCHEDULED
  int32_t attempt_count = 0;            // attempts that are over
  int32_t retries = 0;                  // of those, failed ones that were retried
  int32_t redeliveries = 0;             // charged
  Millis first_start = 0;               // 0: none yet
  std::vector<AttemptRecord> attempts;  // the last limits::kKeptAttempts
  std::shared_ptr<const RunOrigin> origin;
  std::shared_ptr<const JobSpec> definition;  // null: the job's, which has not changed since

  friend bool operator==(const OpenRunSnapshot&, const OpenRunSnapshot&);
};

struct OpenStretch {
  int64_t number = 0;
  std::string reason;
  Millis first = 0;
  Millis at = 0;

  friend bool operator==(const OpenStretch&, const OpenStretch&) = default;
};

// Counters that most jobs do not need; a job without any has none in memory.
struct JobCounters {
  int64_t uncounted_records = 0;  // records whose number is no execution: skipped, missed, manual …
  int64_t failed = 0;
  int64_t cancelled = 0;
  int64_t skipped = 0;  // occurrences
  int64_t skipped_records = 0;
  int64_t missed = 0;  // occurrences
  int64_t missed_records = 0;
  int64_t retried = 0;
  int32_t consecutive_failures = 0;
  int64_t pause_count = 0;

  friend bool operator==(const JobCounters&, const JobCounters&) = default;
};

struct JobSnapshot {
  JobDefined definition;  // with the cursor, phase and state in force; `is_new` is meaningless
  int64_t last_number = 0;
  JobCounters counters;
  std::string state_reason;
  std::string pause_note;
  std::optional<OpenStretch> stretch;
  Amendments amendments;
  std::vector<OpenRunSnapshot> open_runs;  // by number
};

// A record that has ended, or a stretch, before it is sealed.
struct TerminalRun {
  RunKey key;
  int64_t generation = 0;
  RunState state = RunState::kCompleted;
  Trigger trigger = Trigger::kSchedule;
  int32_t attempt_count = 0;
  int32_t history_limit = 0;  // of the job at that moment: retention in the archive rests on it
  Millis nominal = 0;
  Millis last_nominal = 0;
  int64_t count = 1;
  Millis due = 0;
  Millis create_time = 0;
  Millis start_time = 0;
  Millis end_time = 0;
  AttemptRecord last;                  // attempt 0: never dispatched
  std::vector<AttemptRecord> earlier;  // oldest first, without `last`
  std::string reason;
  const std::string* env = nullptr;      // interned
  const std::string* product = nullptr;  // interned
  std::shared_ptr<const RunError> error;
  std::shared_ptr<const RunOutput> output;
  std::shared_ptr<const std::string> actor;  // who asked for it; null: nobody known
};

// One attempt as readers see it.
Attempt ToAttempt(const AttemptRecord& record);

// The record as readers see it (product and env from the interned texts; no job tag).
Run ToRun(const TerminalRun& run);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SNAPSHOT_H_
