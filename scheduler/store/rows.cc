#include "scheduler/store/rows.h"

#include <optional>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/store/catalog_wire.h"
#include "scheduler/store/connection_wire.h"
#include "scheduler/store/record_wire.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;

// Parses and checks the version; `row` is valid if it returns OK.
template <typename Message>
absl::Status Parse(std::string_view what, std::string_view bytes, Message* row) {
  if (!row->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return base::errors::StoreCorrupt(what, "not a message of the format");
  }
  return wire::CheckReader(what, row->min_reader());
}

}  // namespace

std::string EncodeJob(const core::Job& job) {
  pb::Job row;
  row.set_uid(job.uid);
  row.set_generation(job.generation);
  row.set_create_time(job.create_time);
  row.set_update_offset(wire::Minus(job.update_time, job.create_time));
  wire::Write(job.spec, row.mutable_spec());
  row.set_min_reader(wire::MinReaderOf(job.spec));
  return row.SerializeAsString();
}

absl::StatusOr<core::Job> DecodeJob(std::string_view bytes) {
  pb::Job row;
  if (absl::Status status = Parse("job", bytes, &row); !status.ok()) return status;
  core::Job job;
  job.uid = row.uid();
  job.generation = row.generation();
  job.create_time = row.create_time();
  job.update_time = wire::Plus(row.create_time(), row.update_offset());
  if (absl::Status status = wire::Read(row.spec(), &job.spec); !status.ok()) return status;
  return job;
}

std::string EncodeEvent(const core::Event& event) {
  pb::Event row;
  wire::Write(event, &row);
  return row.SerializeAsString();
}

absl::StatusOr<core::Event> DecodeEvent(std::string_view bytes) {
  pb::Event row;
  if (absl::Status status = Parse("event", bytes, &row); !status.ok()) return status;
  core::Event event;
  if (absl::Status status = wire::Read(row, &event); !status.ok()) return status;
  return event;
}

std::string EncodeCalendar(const core::StoredCalendar& calendar) {
  pb::Calendar row;
  row.set_uid(calendar.uid);
  row.set_generation(calendar.generation);
  row.set_create_time(calendar.create_time);
  row.set_update_offset(wire::Minus(calendar.update_time, calendar.create_time));
  wire::Write(calendar.spec, &row);
  return row.SerializeAsString();
}

absl::StatusOr<core::StoredCalendar> DecodeCalendar(std::string_view bytes) {
  pb::Calendar row;
  if (absl::Status status = Parse("calendar", bytes, &row); !status.ok()) return status;
  core::StoredCalendar calendar;
  calendar.uid = row.uid();
  calendar.generation = row.generation();
  calendar.create_time = row.create_time();
  calendar.update_time = wire::Plus(row.create_time(), row.update_offset());
  if (absl::Status status = wire::Read(row, &calendar.spec); !status.ok()) return status;
  return calendar;
}

std::string EncodeConnection(const core::StoredConnection& connection) {
  pb::Connection row;
  row.set_min_reader(wire::MinReaderOf(connection.spec));
  row.set_uid(connection.uid);
  row.set_generation(connection.generation);
  row.set_create_time(connection.create_time);
  row.set_update_offset(wire::Minus(connection.update_time, connection.create_time));
  wire::Write(connection.spec, &row);
  return row.SerializeAsString();
}

absl::StatusOr<core::StoredConnection> DecodeConnection(std::string_view bytes) {
  pb::Connection row;
  if (absl::Status status = Parse("connection", bytes, &row); !status.ok()) return status;
  core::StoredConnection connection;
  connection.uid = row.uid();
  connection.generation = row.generation();
  connection.create_time = row.create_time();
  connection.update_time = wire::Plus(row.create_time(), row.update_offset());
  if (absl::Status status = wire::Read(row, &connection.spec); !status.ok()) return status;
  return connection;
}

std::string EncodeCalendarChange(const CalendarChange& change) {
  pb::CalendarChange row;
  row.set_product(change.product);
  row.set_tag(change.tag);
  row.set_at(change.at);
  if (change.before.has_value()) wire::Write(*change.before, row.mutable_before());
  return row.SerializeAsString();
}

absl::StatusOr<CalendarChange> DecodeCalendarChange(std::string_view bytes) {
  pb::CalendarChange row;
  if (absl::Status status = Parse("calendar change", bytes, &row); !status.ok()) return status;
  CalendarChange change{row.product(), row.tag(), row.at(), {}};
  if (!row.has_before()) return change;
  core::CalendarSpec before;
  if (absl::Status status = wire::Read(row.before(), &before); !status.ok()) return status;
  change.before = std::move(before);
  return change;
}

std::string EncodeRequest(const RequestRecord& record) {
  pb::Request row;
  row.set_body_hash(record.body_hash);
  row.set_uid(record.uid);
  row.set_number(record.number);
  row.set_at(record.at);
  return row.SerializeAsString();
}

absl::StatusOr<RequestRecord> DecodeRequest(std::string_view bytes) {
  pb::Request row;
  if (absl::Status status = Parse("request", bytes, &row); !status.ok()) return status;
  return RequestRecord{row.body_hash(), row.uid(), row.number(), row.at()};
}

std::string EncodeDeletedJob(const DeletedJob& job) {
  pb::DeletedJob row;
  row.set_uid(job.uid);
  row.set_product(job.product);
  row.set_tag(job.tag);
  row.set_at(job.at);
  return row.SerializeAsString();
}

absl::StatusOr<DeletedJob> DecodeDeletedJob(std::string_view bytes) {
  pb::DeletedJob row;
  if (absl::Status status = Parse("deleted job", bytes, &row); !status.ok()) return status;
  return DeletedJob{row.uid(), row.product(), row.tag(), row.at()};
}

absl::Status CheckAgeing(Table table) {
  if (table == Table::kRequests || table == Table::kDeletedJobs) return absl::OkStatus();
  return base::errors::FieldInvalid("table", "a table whose rows age");
}

std::optional<base::Millis> RowTime(Table table, std::string_view bytes) {
  if (table == Table::kRequests) {
    const absl::StatusOr<RequestRecord> record = DecodeRequest(bytes);
    if (record.ok()) return record->at;
  } else if (table == Table::kDeletedJobs) {
    const absl::StatusOr<DeletedJob> job = DecodeDeletedJob(bytes);
    if (job.ok()) return job->at;
  }
  return std::nullopt;
}

}  // namespace scheduler::store
