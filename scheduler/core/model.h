#ifndef SCHEDULER_CORE_MODEL_H_
#define SCHEDULER_CORE_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/ids.h"
#include "scheduler/core/run_state.h"
#include "scheduler/core/target.h"

// The domain model: what a client defines (jobs, events) and what the service records (runs), free
// of wire and disk formats. Plain values; every bound was checked where the value entered.
namespace scheduler::core {

using base::Millis;

// ---- events -----------------------------------------------------------------------------------

// Values as in the API's Event.Type.
enum class EventType : uint8_t {
  kUnspecified = 0,
  kAction = 1,
  kNotification = 2,
  kDatabaseAction = 3,
  kFunction = 4,
  kMessageBroker = 5,
};

// "ACTION", …; the name that errors and default queues use.
const char* EventTypeName(EventType type);

// An event's identity inside a product.
struct EventKey {
  EventType type = EventType::kUnspecified;
  std::string tag;

  friend bool operator==(const EventKey&, const EventKey&) = default;
  friend auto operator<=>(const EventKey&, const EventKey&) = default;
};

// Exponential backoff with a cap. Unset members take the event's, then the defaults of limits.h.
struct RetryPolicy {
  std::optional<int32_t> max_retries;  // default 0
  Millis initial_backoff = 0;          // 0: default
  Millis max_backoff = 0;              // 0: default
  double multiplier = 0;               // 0: default
  Millis max_elapsed = 0;              // since the run's due time; 0: no bound
  std::vector<std::string> retryable_codes;
  std::vector<std::string> non_retryable_codes;

  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

// How much of an event its target is to see, retries and redeliveries included.
struct EventLimits {
  int32_t max_in_flight = 0;  // attempts at once; 0: no limit
  double max_per_second = 0;  // attempts that start, evenly spaced; 0: no limit

  bool any() const { return max_in_flight > 0 || max_per_second > 0; }

  friend bool operator==(const EventLimits&, const EventLimits&) = default;
};

struct Event {
  std::string product;
  EventKey key;
  std::string name;
  Target target;
  std::optional<RetryPolicy> retry;  // for jobs that have none of their own
  Millis attempt_timeout = 0;        // 0: default; a job's own wins
  EventLimits limits;
  std::map<std::string, std::string> labels;

  // Assigned by the catalog.
  Uid uid = 0;
  int64_t generation = 0;
  Millis create_time = 0;
  Millis update_time = 0;
};

// ---- jobs -------------------------------------------------------------------------------------

enum class JobState : uint8_t { kActive = 1, kPaused = 2, kCompleted = 3 };

enum class IntervalMode : uint8_t { kFixedRate = 1, kFixedDelay = 2 };

enum class OverlapMode : uint8_t { kSkip = 1, kAllow = 2, kBufferOne = 3 };

struct OverlapPolicy {
  OverlapMode mode = OverlapMode::kSkip;
  int32_t limit = base::limits::kDefaultAllowLimit;  // of ALLOW

  friend bool operator==(const OverlapPolicy&, const OverlapPolicy&) = default;
};

enum class CatchupMode : uint8_t { kLatest = 1, kAll = 2, kNone = 3 };

struct CatchupPolicy {
  CatchupMode mode = CatchupMode::kLatest;
  Millis window = base::limits::kDefaultCatchupWindow;  // of ALL
  int32_t limit = base::limits::kDefaultCatchupLimit;   // of ALL

  friend bool operator==(const CatchupPolicy&, const CatchupPolicy&) = default;
};

// What becomes of local times that a clock change skips (gap) or repeats (fold). It governs patterns
// that do not run every hour; those that do follow real time.
enum class DstGap : uint8_t {
  kRunAfter = 1,  // at the first instant after the gap, once however many the gap holds
  kSkip = 2,
};

enum class DstFold : uint8_t {
  kFirst = 1,  // in the first pass alone
  kBoth = 2,
};

struct DstPolicy {
  DstGap gap = DstGap::kRunAfter;
  DstFold fold = DstFold::kFirst;

  friend bool operator==(const DstPolicy&, const DstPolicy&) = default;
};

// What decides the nominal times: one of these is set.
struct Timing {
  Millis interval = 0;        // every so often, from start_time
  std::vector<Millis> times;  // sorted, distinct
  std::string cron;           // core/cron/cron_parser.h
  std::string rule;           // core/rule/rule_parser.h

  // Whether it is an interval, which a job's record holds; else jobs share it.
  bool IsInterval() const { return interval != 0; }
  // Whether it is a text that has to be read and counts in a zone.
  bool IsPattern() const { return !cron.empty() || !rule.empty(); }

  friend bool operator==(const Timing&, const Timing&) = default;
};

// A job as its client defined it, defaults filled in.
struct JobSpec {
  std::string product;
  std::string tag;
  std::string name;
  EventKey event;
  int64_t executions = 0;  // 0: unlimited
  Timing timing;
  IntervalMode interval_mode = IntervalMode::kFixedRate;
  // Unset on create: the time of the commit.
  std::optional<Millis> start_time;
  std::optional<Millis> end_time;  // exclusive
  std::string time_zone;           // an IANA name, of cron and rule; empty: UTC
  DstPolicy dst;                   // of cron and rule
  Millis jitter = 0;               // occurrences are due up to so much late
  std::vector<Millis> exclude;     // nominal times without an occurrence; sorted, distinct
  // Tags of calendars in whose times there is no occurrence; sorted, distinct.
  std::vector<std::string> exclude_calendars;
  std::string input_json;  // empty: no input
  std::string env;
  std::map<std::string, std::string> labels;
  OverlapPolicy overlap;
  CatchupPolicy catchup;
  std::optional<RetryPolicy> retry;
  Millis attempt_timeout = 0;  // 0: the event's, else the default
  int32_t history_limit = base::limits::kDefaultHistoryLimit;

  friend bool operator==(const JobSpec&, const JobSpec&) = default;
};

// A stored job: its definition and what the catalog adds. Its counters and times live in the
// registry (JobStatus), not here.
struct Job {
  JobSpec spec;
  Uid uid = 0;
  int64_t generation = 0;
  Millis create_time = 0;
  Millis update_time = 0;
};

struct JobStats {
  int64_t completed = 0;
  int64_t failed = 0;
  int64_t cancelled = 0;
  int64_t skipped = 0;  // occurrences
  int64_t missed = 0;   // occurrences
  int64_t retried = 0;  // attempts after the first that the retry policy asked for
  int32_t consecutive_failures = 0;

  friend bool operator==(const JobStats&, const JobStats&) = default;
};

// Runs that a client asked for at the schedule's times of a range in the past. They are created one by
// one, as those before them end.
struct Backfill {
  Millis start = 0;  // nominal times in [start, end)
  Millis end = 0;
  int32_t parallel = 1;  // created only while fewer runs of the job are active
  int64_t total = 0;     // runs that it is to create
  int64_t created = 0;
  Millis cursor = 0;  // the last nominal time that has its run; at first before `start`
  std::string actor;  // who asked for it, empty if nobody is known

  friend bool operator==(const Backfill&, const Backfill&) = default;
};

struct Condition {
  std::string type;  // EVENT_MISSING, OVERDUE, CLOCK_STEPPED
  std::string message;
  Millis since = 0;
};

// What the registry knows of a job at one moment.
struct JobStatus {
  Uid uid = 0;
  int64_t generation = 0;
  int64_t pause_count = 0;
  JobState state = JobState::kActive;
  std::string state_reason;
  std::string pause_note;
  int64_t execution_count = 0;
  int64_t last_number = 0;
  JobStats stats;
  std::optional<Millis> next_run_time;
  std::vector<Millis> skipped_times;
  std::optional<Backfill> backfill;
  std::vector<int64_t> active_numbers;
  Millis overdue_since = 0;  // 0: not overdue
  std::vector<Condition> conditions;
};

// ---- runs -------------------------------------------------------------------------------------

// Values as in the API's Run.Trigger.
enum class Trigger : uint8_t { kSchedule = 1, kCatchup = 2, kManual = 3, kBackfill = 4, kHook = 5 };

// Whether runs of this trigger count toward a job's `executions`.
constexpr bool Counts(Trigger trigger) {
  return trigger == Trigger::kSchedule || trigger == Trigger::kCatchup;
}

// Why an attempt or a run failed. `code` is one of the classes of core/failure.h or a worker's own.
struct RunError {
  std::string code;
  std::string message;
  std::optional<bool> retryable;  // unset: the class decides
  int32_t status = 0;             // the target's own status (HTTP, gRPC), 0 if none

  friend bool operator==(const RunError&, const RunError&) = default;
};

struct Attempt {
  int32_t attempt = 0;
  Millis start_time = 0;
  Millis end_time = 0;
  std::optional<RunError> error;
  std::string worker;
  uint64_t token = 0;
  int64_t event_generation = 0;

  friend bool operator==(const Attempt&, const Attempt&) = default;
};

// A run's record as readers see it.
struct Run {
  RunKey key;
  int64_t generation = 0;
  RunState state = RunState::kScheduled;
  Trigger trigger = Trigger::kSchedule;
  std::string reason;
  int64_t count = 1;
  Millis scheduled_time = 0;
  Millis last_scheduled_time = 0;  // of a stretch; else equal to scheduled_time
  Millis due_time = 0;
  Millis create_time = 0;
  Millis start_time = 0;         // 0: never dispatched
  Millis end_time = 0;           // 0: not ended
  Millis next_attempt_time = 0;  // 0: no retry is waiting
  int32_t attempt_count = 0;
  std::vector<Attempt> attempts;  // the last kKeptAttempts
  std::optional<RunError> error;
  std::string output;
  bool output_truncated = false;
  std::string env;
  std::string requested_by;  // of a run that a call asked for: who, if known
  // Filled in by the query side from the job.
  std::string product;
  std::string job_tag;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_MODEL_H_
