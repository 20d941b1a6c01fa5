#ifndef SCHEDULER_ENGINE_COMMANDS_H_
#define SCHEDULER_ENGINE_COMMANDS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "scheduler/core/calendar/stored_calendar.h"
#include "scheduler/core/connection/stored_connection.h"
#include "scheduler/core/model.h"

// What clients ask of the engine, as values. Field rules (ranges, what is required, what goes
// together) were checked by whoever built the command; cron pattern, rule and time zone of a job are
// read on the way to its loop (PreparedTiming); the loop checks what depends on state.
namespace scheduler::engine {

class PreparedTiming;

using base::Millis;

// Called exactly once, from any thread, after the command's commit is durable, or with the error.
// Must not block.
template <typename T>
using Reply = absl::AnyInvocable<void(absl::StatusOr<T>)>;

// A job as readers see it.
struct JobView {
  core::Job job;
  core::JobStatus status;
};

// The caller's idempotency key. Empty id: none. `body_hash` tells a replay from a reuse.
struct RequestId {
  std::string id;
  uint64_t body_hash = 0;
};

// Errors: ALREADY_EXISTS JOB_ALREADY_EXISTS; FAILED_PRECONDITION EVENT_NOT_FOUND, REQUEST_ID_REUSED;
// INVALID_ARGUMENT SCHEDULE_NEVER_FIRES, FIELD_INVALID (of job.cron, job.rule or job.time_zone),
// FIELD_OUT_OF_RANGE (of job.attempt_timeout, which the event's target bounds); RESOURCE_EXHAUSTED
// DISK_FULL, OVERLOADED; UNAVAILABLE DRAINING. The last two groups can answer every mutation.
struct CreateJob {
  core::JobSpec spec;
  std::shared_ptr<const PreparedTiming> timing;  // of a cron pattern or rule; else null
  RequestId request;
  bool validate_only = false;
};

// Changes a spec in place; returns an INVALID_ARGUMENT for what it can't. May be called more than
// once (when the job changed meanwhile), from the caller's thread.
using SpecPatch = absl::AnyInvocable<absl::Status(core::JobSpec*)>;

// Errors: NOT_FOUND JOB_NOT_FOUND; ABORTED ETAG_MISMATCH; as CreateJob.
struct UpdateJob {
  std::string product;
  std::string tag;
  SpecPatch patch;
  std::string etag;  // empty: not compared
  // Whether the patch names start_time (else the phase is kept).
  bool sets_start_time = false;
  // What to create if there is no such job; unset: NOT_FOUND.
  std::optional<core::JobSpec> if_missing;
  RequestId request;
  bool validate_only = false;
};

struct DeleteJob {
  std::string product;
  std::string tag;
  std::string etag;
  bool allow_missing = false;
  RequestId request;
};

struct PauseJob {
  std::string product;
  std::string tag;
  std::string note;
  bool cancel_active = false;
  std::string etag;
  RequestId request;
};

struct ResumeJob {
  std::string product;
  std::string tag;
  bool catch_up = false;
  std::string etag;
  RequestId request;
};

// Leaves out one occurrence that is to come, or takes that back. Errors: FAILED_PRECONDITION
// NOT_AN_OCCURRENCE, TOO_MANY_SKIPS, NO_NOMINAL_TIMES.
struct SkipOccurrence {
  std::string product;
  std::string tag;
  Millis scheduled_time = 0;
  bool undo = false;
  RequestId request;
};

// Runs the occurrences in [start, end), or with `cancel` creates no more of those that are left. Errors:
// FAILED_PRECONDITION BACKFILL_ACTIVE, NO_NOMINAL_TIMES; INVALID_ARGUMENT FIELD_OUT_OF_RANGE (of
// end_time), SCHEDULE_NEVER_FIRES (no occurrence lies there).
struct BackfillJob {
  std::string product;
  std::string tag;
  Millis start = 0;
  Millis end = 0;
  int32_t parallel = 1;
  bool cancel = false;
  std::string actor;  // who asks, as far as it is known
  RequestId request;
};

// Errors: FAILED_PRECONDITION RUN_ACTIVE.
struct RunJob {
  std::string product;
  std::string tag;
  std::optional<std::string> input_json;       // unset: the job's
  std::optional<core::OverlapPolicy> overlap;  // unset: the job's
  std::string actor;                           // who asks, as far as it is known
  RequestId request;
};

// Errors: NOT_FOUND RUN_NOT_FOUND; FAILED_PRECONDITION RUN_ENDED.
struct CancelRun {
  std::string product;
  core::RunKey key;
  std::string reason;
  RequestId request;
};

// Errors: ALREADY_EXISTS EVENT_ALREADY_EXISTS; FAILED_PRECONDITION CONNECTION_NOT_FOUND.
struct CreateEvent {
  core::Event event;
  RequestId request;
  bool validate_only = false;
};

using EventPatch = absl::AnyInvocable<absl::Status(core::Event*)>;

struct UpdateEvent {
  std::string product;
  core::EventKey key;
  EventPatch patch;
  std::string etag;
  std::optional<core::Event> if_missing;
  RequestId request;
  bool validate_only = false;
};

// Errors: FAILED_PRECONDITION EVENT_IN_USE unless `force`.
struct DeleteEvent {
  std::string product;
  core::EventKey key;
  std::string etag;
  bool force = false;
  bool allow_missing = false;
  RequestId request;
};

// An event with its use count.
struct EventView {
  core::Event event;
  int64_t job_count = 0;
};

// Errors: ALREADY_EXISTS CALENDAR_ALREADY_EXISTS; INVALID_ARGUMENT, of calendar.time_zone,
// calendar.icalendar and the like.
struct CreateCalendar {
  core::CalendarSpec spec;
  RequestId request;
  bool validate_only = false;
};

// As SpecPatch.
using CalendarPatch = absl::AnyInvocable<absl::Status(core::CalendarSpec*)>;

// Errors: NOT_FOUND CALENDAR_NOT_FOUND; ABORTED ETAG_MISMATCH; as CreateCalendar.
struct UpdateCalendar {
  std::string product;
  std::string tag;
  CalendarPatch patch;
  std::string etag;  // empty: not compared
  // What to create if there is no such calendar; unset: NOT_FOUND.
  std::optional<core::CalendarSpec> if_missing;
  RequestId request;
  bool validate_only = false;
};

// Errors: FAILED_PRECONDITION CALENDAR_IN_USE unless `force`.
struct DeleteCalendar {
  std::string product;
  std::string tag;
  std::string etag;
  bool force = false;
  bool allow_missing = false;
  RequestId request;
};

// A calendar with its use count.
struct CalendarView {
  core::StoredCalendar calendar;
  int64_t job_count = 0;
};

// Its secrets are sealed already. Errors: ALREADY_EXISTS CONNECTION_ALREADY_EXISTS.
struct CreateConnection {
  core::ConnectionSpec spec;
  RequestId request;
  bool validate_only = false;
};

// Changes a connection in place; its error is that of the command. Called once, on the loop's thread.
using ConnectionPatch = absl::AnyInvocable<absl::Status(core::ConnectionSpec*)>;

// Errors: NOT_FOUND CONNECTION_NOT_FOUND; ABORTED ETAG_MISMATCH; the patch's; as CreateConnection.
struct UpdateConnection {
  std::string product;
  std::string tag;
  ConnectionPatch patch;
  std::string etag;  // empty: not compared
  // What to create if there is no such connection; unset: NOT_FOUND.
  std::optional<core::ConnectionSpec> if_missing;
  RequestId request;
  bool validate_only = false;
};

// Errors: FAILED_PRECONDITION CONNECTION_IN_USE unless `force`.
struct DeleteConnection {
  std::string product;
  std::string tag;
  std::string etag;
  bool force = false;
  bool allow_missing = false;
  RequestId request;
};

// A connection with its use count.
struct ConnectionView {
  core::StoredConnection connection;
  int64_t event_count = 0;
};

struct Done {};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_COMMANDS_H_
