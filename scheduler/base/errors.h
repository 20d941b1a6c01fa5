#ifndef SCHEDULER_BASE_ERRORS_H_
#define SCHEDULER_BASE_ERRORS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "scheduler/base/millis.h"

// The catalogue of every error this service gives: one factory per failure. An error is an
// absl::Status whose payload carries what clients act on: a reason (UPPER_SNAKE, stable, becomes
// google.rpc.ErrorInfo.reason), for bad arguments the path of the field, every dynamic value of the
// message as metadata, and for what may be retried the time to wait. server/status_mapping.cc turns
// it into google.rpc details.
namespace scheduler::base::errors {

// What a status carries beside its code and message.
struct Detail {
  std::string reason;
  std::string field;  // empty unless the code is INVALID_ARGUMENT
  std::vector<std::pair<std::string, std::string>> metadata;
  std::optional<Millis> retry_after;
};

// The detail of `status`; a status that did not come from this catalogue gives reason "INTERNAL".
Detail DetailOf(const absl::Status& status);

// The reason alone; empty for OK.
std::string ReasonOf(const absl::Status& status);

// `status` with `prefix` put before the path of its field: "requests[3]." + "job.tag".
absl::Status WithFieldPrefix(const absl::Status& status, std::string_view prefix);

// --- INVALID_ARGUMENT: names the field and says what would be right ---------------------------
absl::Status FieldRequired(std::string_view field, std::string_view what_is_right);
absl::Status FieldInvalid(std::string_view field, std::string_view what_is_right);
absl::Status FieldOutOfRange(std::string_view field, std::string_view value,
                             std::string_view range);
absl::Status FieldTooLarge(std::string_view field, int64_t size, int64_t limit);
absl::Status FieldUnknownInMask(std::string_view path);
absl::Status FieldNotUpdatable(std::string_view path);
absl::Status TemplateNotSupported(std::string_view field);  // a text that is sent as it stands
// `why` names the character and says what would be right.
absl::Status TemplateInvalid(std::string_view field, std::string_view why);
absl::Status ScheduleNeverFires(std::string_view field, std::string_view why);
absl::Status PageTokenInvalid();
absl::Status RunIdInvalid(std::string_view run_id);
absl::Status UidInvalid(std::string_view field, std::string_view uid);

// --- NOT_FOUND, ALREADY_EXISTS ----------------------------------------------------------------
absl::Status JobNotFound(std::string_view product, std::string_view tag);
absl::Status JobUidNotFound(std::string_view product, std::string_view uid);
absl::Status RunNotFound(std::string_view product, std::string_view run_id);
absl::Status EventResourceNotFound(std::string_view product, std::string_view event_type,
                                   std::string_view tag);
absl::Status CalendarResourceNotFound(std::string_view product, std::string_view tag);
absl::Status ConnectionResourceNotFound(std::string_view product, std::string_view tag);
absl::Status ServiceNotFound(std::string_view service);  // of gRPC's own protocols
absl::Status SymbolNotFound(std::string_view symbol);    // of gRPC's own protocols
absl::Status JobAlreadyExists(std::string_view product, std::string_view tag);
absl::Status EventAlreadyExists(std::string_view product, std::string_view event_type,
                                std::string_view tag);
absl::Status CalendarAlreadyExists(std::string_view product, std::string_view tag);
absl::Status ConnectionAlreadyExists(std::string_view product, std::string_view tag);

// --- FAILED_PRECONDITION, ABORTED -------------------------------------------------------------
absl::Status EventNotFound(std::string_view product, std::string_view event_type,
                           std::string_view tag);  // a job names it
absl::Status EventInUse(std::string_view product, std::string_view event_type, std::string_view tag,
                        int64_t job_count);
absl::Status CalendarNotFound(std::string_view product, std::string_view tag);  // a job names it
absl::Status CalendarInUse(std::string_view product, std::string_view tag, int64_t job_count);
absl::Status ConnectionNotFound(std::string_view product,
                                std::string_view tag);  // an event names it
absl::Status ConnectionInUse(std::string_view product, std::string_view tag, int64_t event_count);
absl::Status SecretsKeyMissing(std::string_view field);
absl::Status SecretSourceDenied(std::string_view field, std::string_view why);
absl::Status RunActive(std::string_view product, std::string_view tag);
absl::Status RunEnded(std::string_view run_id, std::string_view state);
absl::Status JobCompleted(std::string_view product, std::string_view tag);
absl::Status NotAnOccurrence(std::string_view product, std::string_view tag, std::string_view time,
                             std::string_view why);
absl::Status TooManySkips(std::string_view product, std::string_view tag, int most);
absl::Status NoNominalTimes(std::string_view product, std::string_view tag);
absl::Status BackfillActive(std::string_view product, std::string_view tag, int64_t left);
absl::Status RequestIdReused(std::string_view request_id);
absl::Status SessionUnknown(std::string_view session_id);
absl::Status EtagMismatch(std::string_view given, std::string_view current);  // ABORTED
absl::Status RequestInProgress(std::string_view request_id);                  // ABORTED
absl::Status SessionReplaced(std::string_view session_id);                    // ABORTED
absl::Status LeaseExpired(std::string_view session_id, Millis lease);         // ABORTED
absl::Status EpochFenced(int64_t epoch, int64_t current);                     // ABORTED

// --- RESOURCE_EXHAUSTED, UNAVAILABLE: carry the time to wait ----------------------------------
absl::Status DiskFull(int64_t free_bytes, int64_t reserve_bytes);
absl::Status OutOfDescriptors(std::string_view what);
absl::Status Overloaded(std::string_view what, Millis retry_after);
absl::Status TooManyStreams(std::string_view what, int64_t limit);
absl::Status Draining();
absl::Status Recovering();

// --- The store ---------------------------------------------------------------------------------
absl::Status StoreLocked(std::string_view path, std::string_view detail);  // FAILED_PRECONDITION
absl::Status StoreTooNew(std::string_view what, int64_t found, int64_t supported);
absl::Status TimeZoneMissing(std::string_view zone, std::string_view version,
                             std::string_view what);                        // FAILED_PRECONDITION
absl::Status StoreCorrupt(std::string_view what, std::string_view detail);  // DATA_LOSS
absl::Status StoreIo(std::string_view what, std::string_view detail);       // INTERNAL
absl::Status SyncFailed(std::string_view detail);                           // DATA_LOSS: final

absl::Status DeadlineExceeded(Millis waited);
absl::Status Internal(std::string_view what);

}  // namespace scheduler::base::errors

#endif  // SCHEDULER_BASE_ERRORS_H_
