#ifndef SCHEDULER_STORE_ROWS_H_
#define SCHEDULER_STORE_ROWS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/calendar/stored_calendar.h"
#include "scheduler/core/connection/stored_connection.h"
#include "scheduler/core/model.h"
#include "scheduler/store/store.h"

// Catalog rows: keys whose byte order is the order of listings, and values as protobufs of
// ductape.jobs.store.v1. Products and tags have a syntax without bytes below 0x2d, so "\0" ends
// them in keys and no prefix reaches into another product.
namespace scheduler::store {

// product "\0" uid (8 bytes, big endian): one product's jobs in uid order.
std::string JobRowKey(std::string_view product, core::Uid uid);
std::string EncodeJob(const core::Job& job);
absl::StatusOr<core::Job> DecodeJob(std::string_view bytes);

// product "\0" uid: in uid order.
std::string EventRowKey(std::string_view product, core::Uid uid);
std::string EncodeEvent(const core::Event& event);
absl::StatusOr<core::Event> DecodeEvent(std::string_view bytes);

// product "\0" uid: in uid order.
std::string CalendarRowKey(std::string_view product, core::Uid uid);
std::string EncodeCalendar(const core::StoredCalendar& calendar);
absl::StatusOr<core::StoredCalendar> DecodeCalendar(std::string_view bytes);

// product "\0" uid: in uid order.
std::string ConnectionRowKey(std::string_view product, core::Uid uid);
std::string EncodeConnection(const core::StoredConnection& connection);
absl::StatusOr<core::StoredConnection> DecodeConnection(std::string_view bytes);

// A change of a calendar that not all jobs have been planned by yet: a row of kMeta that goes when they have.
struct CalendarChange {
  std::string product;
  std::string tag;
  base::Millis at = 0;
  std::optional<core::CalendarSpec> before;  // none: there was no calendar
};
// What all their keys begin with.
inline constexpr std::string_view kCalendarChangePrefix{"calendar_change\0", 16};
std::string CalendarChangeKey(std::string_view product, std::string_view tag);
std::string EncodeCalendarChange(const CalendarChange& change);
absl::StatusOr<CalendarChange> DecodeCalendarChange(std::string_view bytes);

// What is remembered of a mutation for limits::kRequestIdAge.
struct RequestRecord {
  uint64_t body_hash = 0;
  core::Uid uid = 0;
  int64_t number = 0;  // of the run, for RunJob; else 0
  base::Millis at = 0;
};
std::string RequestRowKey(std::string_view product, std::string_view request_id);
std::string EncodeRequest(const RequestRecord& record);
absl::StatusOr<RequestRecord> DecodeRequest(std::string_view bytes);

// What history still needs of a job that is gone.
struct DeletedJob {
  core::Uid uid = 0;
  std::string product;
  std::string tag;
  base::Millis at = 0;
};
std::string DeletedJobKey(core::Uid uid);
std::string EncodeDeletedJob(const DeletedJob& job);
absl::StatusOr<DeletedJob> DecodeDeletedJob(std::string_view bytes);

// The row of kMeta that holds the highest uid sequence ever given to an event, a calendar or a
// connection: the rows of deleted ones do not tell.
inline constexpr std::string_view kEventSequenceRow = "event_sequence";
std::string EncodeSequence(uint64_t sequence);
absl::StatusOr<uint64_t> DecodeSequence(std::string_view bytes);

// The time of a row that ages (kRequests, kDeletedJobs: its `at`); nothing for the rows of other
// tables and for bytes that make no sense.
std::optional<base::Millis> RowTime(Table table, std::string_view bytes);
// INVALID_ARGUMENT unless rows of `table` age.
absl::Status CheckAgeing(Table table);

// The first key after every key that starts with `prefix`; empty if there is none.
std::string PrefixEnd(std::string_view prefix);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROWS_H_
