#include "scheduler/base/errors.h"

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "scheduler/base/error_payload.h"
#include "scheduler/base/strings.h"

namespace scheduler::base::errors {
namespace {

using absl::StatusCode;

// How long callers are asked to wait where nothing better is known.
constexpr Millis kRetrySoon = kSecond;
// A full disk is looked at each second, and seldom heals faster than someone deletes files.
constexpr Millis kRetryDiskFull = 5 * kSecond;

using Metadata = decltype(Detail::metadata);

absl::Status Make(StatusCode code, std::string_view reason, std::string_view message,
                  Metadata metadata) {
  Detail detail;
  detail.reason = reason;
  detail.metadata = std::move(metadata);
  return MakeStatus(code, message, detail);
}

// A busy or resting service: the caller is told when to try again.
absl::Status MakeRetryable(StatusCode code, std::string_view reason, std::string_view message,
                           Millis retry_after, Metadata metadata) {
  Detail detail;
  detail.reason = reason;
  detail.metadata = std::move(metadata);
  detail.retry_after = retry_after;
  return MakeStatus(code, message, detail);
}

// A bad argument. `rest` follows the field's path in the message.
absl::Status MakeField(std::string_view reason, std::string_view field, std::string_view rest,
                       Metadata metadata) {
  Detail detail;
  detail.reason = reason;
  detail.field = field;
  detail.metadata = {{"field", Clip(field)}};
  for (auto& item : metadata) detail.metadata.push_back(std::move(item));
  return MakeStatus(StatusCode::kInvalidArgument, StrCat(field, rest), detail);
}

// What names an event in a message: ACTION "tag".
std::string EventText(std::string_view event_type, std::string_view tag) {
  return StrCat(event_type, " \"", Clip(tag), "\"");
}

Metadata EventMetadata(std::string_view product, std::string_view event_type,
                       std::string_view tag) {
  return {{"product", Clip(product)}, {"event_type", Clip(event_type)}, {"event_tag", Clip(tag)}};
}

std::string CalendarText(std::string_view tag) { return StrCat("calendar \"", Clip(tag), "\""); }

Metadata CalendarMetadata(std::string_view product, std::string_view tag) {
  return {{"product", Clip(product)}, {"calendar_tag", Clip(tag)}};
}

std::string ConnectionText(std::string_view tag) {
  return StrCat("connection \"", Clip(tag), "\"");
}

Metadata ConnectionMetadata(std::string_view product, std::string_view tag) {
  return {{"product", Clip(product)}, {"connection_tag", Clip(tag)}};
}

Metadata JobMetadata(std::string_view product, std::string_view tag) {
  return {{"product", Clip(product)}, {"tag", Clip(tag)}};
}

std::string InProduct(std::string_view product) {
  return StrCat(" in product \"", Clip(product), "\"");
}

std::string UsedByJobs(int64_t count) {
  return StrCat(" is used by ", count, count == 1 ? " job" : " jobs");
}

}  // namespace

// --- INVALID_ARGUMENT -------------------------------------------------------------------------

absl::Status FieldRequired(std::string_view field, std::string_view what_is_right) {
  return MakeField("FIELD_REQUIRED", field, StrCat(" is required: ", Clip(what_is_right)),
                   {{"expected", Clip(what_is_right)}});
}

absl::Status FieldInvalid(std::string_view field, std::string_view what_is_right) {
  return MakeField("FIELD_INVALID", field, StrCat(" is invalid: ", Clip(what_is_right)),
                   {{"expected", Clip(what_is_right)}});
}

absl::Status FieldOutOfRange(std::string_view field, std::string_view value,
                             std::string_view range) {
  return MakeField("FIELD_OUT_OF_RANGE", field,
                   StrCat(" is out of range: ", Clip(range), ", not ", Clip(value)),
                   {{"value", Clip(value)}, {"range", Clip(range)}});
}

absl::Status FieldTooLarge(std::string_view field, int64_t size, int64_t limit) {
  return MakeField("FIELD_TOO_LARGE", field,
                   StrCat(" is too large: ", size, " where at most ", limit, " are allowed"),
                   {{"size", StrCat(size)}, {"limit", StrCat(limit)}});
}

absl::Status FieldUnknownInMask(std::string_view path) {
  return MakeField("FIELD_UNKNOWN", "update_mask",
                   StrCat(" names \"", Clip(path),
                          "\", which the resource does not have: give the names of its fields, "
                          "or * for all"),
                   {{"path", Clip(path)}});
}

absl::Status FieldNotUpdatable(std::string_view path) {
  return MakeField("FIELD_NOT_UPDATABLE", "update_mask",
                   StrCat(" names \"", Clip(path),
                          "\", which cannot be changed: leave it out, or create a new resource"),
                   {{"path", Clip(path)}});
}

absl::Status TemplateNotSupported(std::string_view field) {
  return MakeField(
      "TEMPLATE_NOT_SUPPORTED", field,
      " contains \"{{\": no template can stand here, write the text as it is to be sent", {});
}

absl::Status TemplateInvalid(std::string_view field, std::string_view why) {
  return MakeField("TEMPLATE_INVALID", field, StrCat(" is not a valid template: ", Clip(why)),
                   {{"why", Clip(why)}});
}

absl::Status ScheduleNeverFires(std::string_view field, std::string_view why) {
  return MakeField("SCHEDULE_NEVER_FIRES", field,
                   StrCat(": the schedule has no run left: ", Clip(why)), {{"why", Clip(why)}});
}

absl::Status PageTokenInvalid() {
  return MakeField("PAGE_TOKEN_INVALID", "page_token",
                   " is invalid: give the next_page_token of a list call with the same arguments, "
                   "or none",
                   {});
}

absl::Status RunIdInvalid(std::string_view run_id) {
  return MakeField("RUN_ID_INVALID", "run_id",
                   StrCat(" \"", Clip(run_id),
                          "\" is invalid: give <job uid>-<number>, as a run's run_id has it"),
                   {{"run_id", Clip(run_id)}});
}

absl::Status UidInvalid(std::string_view field, std::string_view uid) {
  return MakeField(
      "UID_INVALID", field,
      StrCat(" \"", Clip(uid), "\" is invalid: give the 13 characters that a resource's uid has"),
      {{"uid", Clip(uid)}});
}

// --- NOT_FOUND, ALREADY_EXISTS ----------------------------------------------------------------

absl::Status JobNotFound(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kNotFound, "JOB_NOT_FOUND",
              StrCat("no job \"", Clip(tag), "\"", InProduct(product)), JobMetadata(product, tag));
}

absl::Status JobUidNotFound(std::string_view product, std::string_view uid) {
  return Make(StatusCode::kNotFound, "JOB_NOT_FOUND",
              StrCat("no job with uid \"", Clip(uid), "\"", InProduct(product)),
              {{"product", Clip(product)}, {"uid", Clip(uid)}});
}

absl::Status RunNotFound(std::string_view product, std::string_view run_id) {
  return Make(StatusCode::kNotFound, "RUN_NOT_FOUND",
              StrCat("no run \"", Clip(run_id), "\"", InProduct(product),
                     ": it never was, or its record has been dropped by age or history_limit"),
              {{"product", Clip(product)}, {"run_id", Clip(run_id)}});
}

absl::Status EventResourceNotFound(std::string_view product, std::string_view event_type,
                                   std::string_view tag) {
  return Make(StatusCode::kNotFound, "EVENT_NOT_FOUND",
              StrCat("no event ", EventText(event_type, tag), InProduct(product)),
              EventMetadata(product, event_type, tag));
}

absl::Status CalendarResourceNotFound(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kNotFound, "CALENDAR_NOT_FOUND",
              StrCat("no ", CalendarText(tag), InProduct(product)), CalendarMetadata(product, tag));
}

absl::Status ConnectionResourceNotFound(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kNotFound, "CONNECTION_NOT_FOUND",
              StrCat("no ", ConnectionText(tag), InProduct(product)),
              ConnectionMetadata(product, tag));
}

absl::Status ServiceNotFound(std::string_view service) {
  return Make(StatusCode::kNotFound, "SERVICE_NOT_FOUND",
              StrCat("this server has no service \"", Clip(service), "\""),
              {{"service", Clip(service)}});
}

absl::Status SymbolNotFound(std::string_view symbol) {
  return Make(StatusCode::kNotFound, "SYMBOL_NOT_FOUND",
              StrCat("this server does not know \"", Clip(symbol), "\""),
              {{"symbol", Clip(symbol)}});
}

absl::Status JobAlreadyExists(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kAlreadyExists, "JOB_ALREADY_EXISTS",
              StrCat("job \"", Clip(tag), "\" exists already", InProduct(product)),
              JobMetadata(product, tag));
}

absl::Status EventAlreadyExists(std::string_view product, std::string_view event_type,
                                std::string_view tag) {
  return Make(StatusCode::kAlreadyExists, "EVENT_ALREADY_EXISTS",
              StrCat("event ", EventText(event_type, tag), " exists already", InProduct(product)),
              EventMetadata(product, event_type, tag));
}

absl::Status CalendarAlreadyExists(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kAlreadyExists, "CALENDAR_ALREADY_EXISTS",
              StrCat(CalendarText(tag), " exists already", InProduct(product)),
              CalendarMetadata(product, tag));
}

absl::Status ConnectionAlreadyExists(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kAlreadyExists, "CONNECTION_ALREADY_EXISTS",
              StrCat(ConnectionText(tag), " exists already", InProduct(product)),
              ConnectionMetadata(product, tag));
}

// --- FAILED_PRECONDITION, ABORTED -------------------------------------------------------------

absl::Status EventNotFound(std::string_view product, std::string_view event_type,
                           std::string_view tag) {
  return Make(StatusCode::kFailedPrecondition, "EVENT_NOT_FOUND",
              StrCat("the job names event ", EventText(event_type, tag), ", which does not exist",
                     InProduct(product), ": create the event first"),
              EventMetadata(product, event_type, tag));
}

absl::Status EventInUse(std::string_view product, std::string_view event_type, std::string_view tag,
                        int64_t job_count) {
  Metadata metadata = EventMetadata(product, event_type, tag);
  metadata.emplace_back("job_count", StrCat(job_count));
  return Make(StatusCode::kFailedPrecondition, "EVENT_IN_USE",
              StrCat("event ", EventText(event_type, tag), InProduct(product),
                     UsedByJobs(job_count), ": delete them first, or set force"),
              std::move(metadata));
}

absl::Status CalendarNotFound(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kFailedPrecondition, "CALENDAR_NOT_FOUND",
              StrCat("the job names ", CalendarText(tag), ", which does not exist",
                     InProduct(product), ": create the calendar first"),
              CalendarMetadata(product, tag));
}

absl::Status CalendarInUse(std::string_view product, std::string_view tag, int64_t job_count) {
  Metadata metadata = CalendarMetadata(product, tag);
  metadata.emplace_back("job_count", StrCat(job_count));
  return Make(StatusCode::kFailedPrecondition, "CALENDAR_IN_USE",
              StrCat(CalendarText(tag), InProduct(product), UsedByJobs(job_count),
                     ": take it out of their exclude_calendars first, or set force"),
              std::move(metadata));
}

absl::Status ConnectionNotFound(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kFailedPrecondition, "CONNECTION_NOT_FOUND",
              StrCat("the event names ", ConnectionText(tag), ", which does not exist",
                     InProduct(product), ": create the connection first"),
              ConnectionMetadata(product, tag));
}

absl::Status ConnectionInUse(std::string_view product, std::string_view tag, int64_t event_count) {
  Metadata metadata = ConnectionMetadata(product, tag);
  metadata.emplace_back("event_count", StrCat(event_count));
  return Make(StatusCode::kFailedPrecondition, "CONNECTION_IN_USE",
              StrCat(ConnectionText(tag), InProduct(product), " is used by ", event_count,
                     event_count == 1 ? " event" : " events", ": delete them first, or set force"),
              std::move(metadata));
}

absl::Status SecretsKeyMissing(std::string_view field) {
  return Make(StatusCode::kFailedPrecondition, "SECRETS_KEY_MISSING",
              StrCat(field,
                     " has a value, and this server has no key to store it under: give it one with "
                     "--secrets-key-file, or name a file or env_var instead"),
              {{"field", Clip(field)}});
}

absl::Status SecretSourceDenied(std::string_view field, std::string_view why) {
  return Make(StatusCode::kFailedPrecondition, "SECRET_SOURCE_DENIED",
              StrCat(field, " cannot be read by this server: ", Clip(why)),
              {{"field", Clip(field)}, {"why", Clip(why)}});
}

absl::Status RunActive(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kFailedPrecondition, "RUN_ACTIVE",
              StrCat("job \"", Clip(tag), "\"", InProduct(product),
                     " has an active run and its overlap policy allows no other: wait, cancel it, "
                     "or give an overlap policy with the call"),
              JobMetadata(product, tag));
}

absl::Status NotAnOccurrence(std::string_view product, std::string_view tag, std::string_view time,
                             std::string_view why) {
  Metadata metadata = JobMetadata(product, tag);
  metadata.emplace_back("time", Clip(time));
  metadata.emplace_back("why", Clip(why));
  return Make(StatusCode::kFailedPrecondition, "NOT_AN_OCCURRENCE",
              StrCat("job \"", Clip(tag), "\"", InProduct(product),
                     " has no occurrence to come at ", Clip(time), ": ", Clip(why)),
              std::move(metadata));
}

absl::Status TooManySkips(std::string_view product, std::string_view tag, int most) {
  Metadata metadata = JobMetadata(product, tag);
  metadata.emplace_back("most", StrCat(most));
  return Make(StatusCode::kFailedPrecondition, "TOO_MANY_SKIPS",
              StrCat("job \"", Clip(tag), "\"", InProduct(product), " has ", most,
                     " skipped occurrences to come, the most there may be: undo some, or use "
                     "job.exclude, an end_time or a pause"),
              std::move(metadata));
}

absl::Status NoNominalTimes(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kFailedPrecondition, "NO_NOMINAL_TIMES",
              StrCat("job \"", Clip(tag), "\"", InProduct(product),
                     " is FIXED_DELAY: its times follow from the ends of its runs, so that there "
                     "are none to name in advance or in the past"),
              JobMetadata(product, tag));
}

absl::Status BackfillActive(std::string_view product, std::string_view tag, int64_t left) {
  Metadata metadata = JobMetadata(product, tag);
  metadata.emplace_back("left", StrCat(left));
  return Make(StatusCode::kFailedPrecondition, "BACKFILL_ACTIVE",
              StrCat("job \"", Clip(tag), "\"", InProduct(product), " has a backfill with ", left,
                     " runs still to be created: wait for its end, or cancel it"),
              std::move(metadata));
}

absl::Status RunEnded(std::string_view run_id, std::string_view state) {
  return Make(StatusCode::kFailedPrecondition, "RUN_ENDED",
              StrCat("run \"", Clip(run_id), "\" has ended already, ", Clip(state)),
              {{"run_id", Clip(run_id)}, {"state", Clip(state)}});
}

absl::Status RequestIdReused(std::string_view request_id) {
  return Make(StatusCode::kFailedPrecondition, "REQUEST_ID_REUSED",
              StrCat("request_id \"", Clip(request_id),
                     "\" was used within 24 h for another request: give each request its own"),
              {{"request_id", Clip(request_id)}});
}

absl::Status SessionUnknown(std::string_view session_id) {
  return Make(StatusCode::kFailedPrecondition, "SESSION_UNKNOWN",
              StrCat("session \"", Clip(session_id),
                     "\" is unknown or has expired: start a new one; its runs are delivered again"),
              {{"session_id", Clip(session_id)}});
}

absl::Status EtagMismatch(std::string_view given, std::string_view current) {
  return Make(StatusCode::kAborted, "ETAG_MISMATCH",
              StrCat("etag \"", Clip(given), "\" is not the current one, \"", Clip(current),
                     "\": read the resource again and repeat the change"),
              {{"etag", Clip(given)}, {"current_etag", Clip(current)}});
}

absl::Status RequestInProgress(std::string_view request_id) {
  return Make(StatusCode::kAborted, "REQUEST_IN_PROGRESS",
              StrCat("a request with request_id \"", Clip(request_id),
                     "\" is still being worked on: repeat the call"),
              {{"request_id", Clip(request_id)}});
}

absl::Status EpochFenced(int64_t epoch, int64_t current) {
  return Make(
      StatusCode::kAborted, "EPOCH_FENCED",
      StrCat("another server owns the store: epoch ", current, " has replaced epoch ", epoch),
      {{"epoch", StrCat(epoch)}, {"current_epoch", StrCat(current)}});
}

// --- RESOURCE_EXHAUSTED, UNAVAILABLE ----------------------------------------------------------

absl::Status DiskFull(int64_t free_bytes, int64_t reserve_bytes) {
  return MakeRetryable(
      StatusCode::kResourceExhausted, "DISK_FULL",
      StrCat("the disk of the data directory is full: ", free_bytes, " bytes are free where ",
             reserve_bytes, " are kept in reserve; changes are refused until there is space"),
      kRetryDiskFull,
      {{"free_bytes", StrCat(free_bytes)}, {"reserve_bytes", StrCat(reserve_bytes)}});
}

absl::Status OutOfDescriptors(std::string_view what) {
  return MakeRetryable(StatusCode::kResourceExhausted, "OUT_OF_DESCRIPTORS",
                       StrCat("no file can be opened (", Clip(what),
                              "): too many are open; raise the limit on open files"),
                       kRetrySoon, {{"what", Clip(what)}});
}

absl::Status Overloaded(std::string_view what, Millis retry_after) {
  return MakeRetryable(
      StatusCode::kResourceExhausted, "OVERLOADED",
      StrCat("the service is overloaded (", Clip(what), "): try again in ", retry_after, " ms"),
      retry_after, {{"what", Clip(what)}, {"retry_after_ms", StrCat(retry_after)}});
}

absl::Status TooManyStreams(std::string_view what, int64_t limit) {
  return MakeRetryable(StatusCode::kResourceExhausted, "TOO_MANY_STREAMS",
                       StrCat("too many ", Clip(what), ": at most ", limit, " are allowed"),
                       kRetrySoon, {{"what", Clip(what)}, {"limit", StrCat(limit)}});
}

absl::Status Draining() {
  return MakeRetryable(StatusCode::kUnavailable, "DRAINING",
                       "the server is shutting down: try again, another one may answer", kRetrySoon,
                       {});
}

absl::Status Recovering() {
  return MakeRetryable(StatusCode::kUnavailable, "RECOVERING",
                       "the server is starting and still reads its store: try again", kRetrySoon,
                       {});
}

// --- The store --------------------------------------------------------------------------------

absl::Status StoreLocked(std::string_view path, std::string_view detail) {
  return Make(StatusCode::kFailedPrecondition, "STORE_LOCKED",
              StrCat("data directory \"", Clip(path), "\" is in use by another process (",
                     Clip(detail), "): stop that process, or give another directory"),
              {{"path", Clip(path)}, {"detail", Clip(detail)}});
}

absl::Status StoreTooNew(std::string_view what, int64_t found, int64_t supported) {
  return Make(
      StatusCode::kFailedPrecondition, "STORE_TOO_NEW",
      StrCat("the store was written by a newer version: ", Clip(what), " has format ", found,
             " where this version reads up to ", supported, ": start the newer version"),
      {{"what", Clip(what)}, {"found", StrCat(found)}, {"supported", StrCat(supported)}});
}

absl::Status TimeZoneMissing(std::string_view zone, std::string_view version,
                             std::string_view what) {
  return Make(StatusCode::kFailedPrecondition, "TIME_ZONE_MISSING",
              StrCat(Clip(what), " has the time zone ", Clip(zone),
                     ", which the time zone database of this machine (", Clip(version),
                     ") lacks: install tzdata, or tzdata-legacy for old names, or set TZDIR"),
              {{"zone", Clip(zone)}, {"version", Clip(version)}, {"what", Clip(what)}});
}

absl::Status StoreCorrupt(std::string_view what, std::string_view detail) {
  return Make(StatusCode::kDataLoss, "STORE_CORRUPT",
              StrCat("the store is corrupt: ", Clip(what), ": ", Clip(detail)),
              {{"what", Clip(what)}, {"detail", Clip(detail)}});
}

absl::Status StoreIo(std::string_view what, std::string_view detail) {
  return Make(StatusCode::kInternal, "STORE_IO",
              StrCat("the store failed: ", Clip(what), ": ", Clip(detail)),
              {{"what", Clip(what)}, {"detail", Clip(detail)}});
}

absl::Status SyncFailed(std::string_view detail) {
  return Make(StatusCode::kDataLoss, "SYNC_FAILED",
              StrCat("the store could not be synced, what was not acknowledged may be lost: ",
                     Clip(detail)),
              {{"detail", Clip(detail)}});
}

absl::Status Internal(std::string_view what) {
  return Make(StatusCode::kInternal, "INTERNAL", StrCat("internal error: ", Clip(what)),
              {{"what", Clip(what)}});
}

absl::Status JobCompleted(std::string_view product, std::string_view tag) {
  return Make(StatusCode::kFailedPrecondition, "JOB_COMPLETED",
              StrCat("job \"", Clip(tag), "\" of product \"", Clip(product),
                     "\" is COMPLETED: there is nothing to pause"),
              {{"product", Clip(product)}, {"tag", Clip(tag)}});
}

absl::Status SessionReplaced(std::string_view session_id) {
  return Make(StatusCode::kAborted, "SESSION_REPLACED",
              StrCat("session \"", Clip(session_id), "\" opened another stream"),
              {{"session_id", Clip(session_id)}});
}

absl::Status LeaseExpired(std::string_view session_id, Millis lease) {
  return Make(StatusCode::kAborted, "LEASE_EXPIRED",
              StrCat("session \"", Clip(session_id), "\" sent nothing for its lease of ", lease,
                     " ms; send a heartbeat at least every third of it"),
              {{"session_id", Clip(session_id)}, {"lease_ms", StrCat(lease)}});
}

absl::Status DeadlineExceeded(Millis waited) {
  return Make(StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
              StrCat("no answer within ", waited, " ms; whether the call took effect is unknown"),
              {{"waited_ms", StrCat(waited)}});
}

}  // namespace scheduler::base::errors
