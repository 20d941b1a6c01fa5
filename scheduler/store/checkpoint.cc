#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "ductape/jobs/store/v1/checkpoint.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "scheduler/base/errors.h"
#include "scheduler/store/catalog_wire.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/record_wire.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using wire::Minus;
using wire::Plus;

absl::Status Corrupt(std::string_view detail) {
  return base::errors::StoreCorrupt("checkpoint", detail);
}

void WriteRun(const core::OpenRunSnapshot& run, pb::OpenRun* to) {
  to->set_number(run.number);
  to->set_nominal(run.nominal);
  to->set_due_offset(Minus(run.due, run.nominal));
  to->set_create_offset(Minus(run.create_time, run.nominal));
  if (run.trigger != core::Trigger::kSchedule) {
    to->set_trigger(static_cast<pb::Trigger>(run.trigger));
  }
  if (run.state != core::RunState::kQueued) to->set_state(static_cast<pb::RunState>(run.state));
  if (run.generation != 1) to->set_generation(run.generation);
  if (run.next_attempt != 0) to->set_next_attempt_offset(Minus(run.next_attempt, run.nominal));
  to->set_attempt_count(run.attempt_count);
  to->set_retries(run.retries);
  to->set_redeliveries(run.redeliveries);
  if (run.first_start != 0) to->set_first_start_offset(Minus(run.first_start, run.nominal));
  for (const core::AttemptRecord& attempt : run.attempts) {
    wire::Write(attempt, run.nominal, to->add_attempt());
  }
  if (run.origin != nullptr) wire::Write(*run.origin, to->mutable_origin());
  if (run.definition != nullptr) wire::Write(*run.definition, to->mutable_definition());
}

absl::Status ReadRun(const pb::OpenRun& from, core::OpenRunSnapshot* to) {
  const int trigger = from.trigger() == 0 ? pb::TRIGGER_SCHEDULE : from.trigger();
  const int state = from.state() == 0 ? pb::RUN_STATE_QUEUED : from.state();
  if (!wire::IsTrigger(trigger) || !wire::IsRunState(state) || wire::IsTerminalState(state) ||
      from.number() < 1) {
    return Corrupt("an open run with a value out of range");
  }
  to->number = from.number();
  to->nominal = from.nominal();
  to->due = Plus(from.nominal(), from.due_offset());
  to->create_time = Plus(from.nominal(), from.create_offset());
  to->trigger = static_cast<core::Trigger>(trigger);
  to->state = static_cast<core::RunState>(state);
  to->generation = from.generation() == 0 ? 1 : from.generation();
  if (from.has_next_attempt_offset()) {
    to->next_attempt = Plus(from.nominal(), from.next_attempt_offset());
  }
  to->attempt_count = from.attempt_count();
  to->retries = from.retries();
  to->redeliveries = from.redeliveries();
  if (from.has_first_start_offset()) {
    to->first_start = Plus(from.nominal(), from.first_start_offset());
  }
  for (const pb::Attempt& attempt : from.attempt()) {
    to->attempts.push_back(wire::Read(attempt, from.nominal()));
  }
  if (from.has_origin()) to->origin = wire::Read(from.origin());
  if (!from.has_definition()) return absl::OkStatus();
  auto definition = std::make_shared<core::JobSpec>();
  absl::Status status = wire::Read(from.definition(), definition.get());
  to->definition = std::move(definition);
  return status;
}

void WriteCounters(const core::JobCounters& from, pb::JobSnapshot* to) {
  to->set_uncounted_records(from.uncounted_records);
  to->set_failed(from.failed);
  to->set_cancelled(from.cancelled);
  to->set_skipped(from.skipped);
  to->set_skipped_records(from.skipped_records);
  to->set_missed(from.missed);
  to->set_missed_records(from.missed_records);
  to->set_retried(from.retried);
  to->set_consecutive_failures(from.consecutive_failures);
  to->set_pause_count(from.pause_count);
}

core::JobCounters ReadCounters(const pb::JobSnapshot& from) {
  core::JobCounters to;
  to.uncounted_records = from.uncounted_records();
  to.failed = from.failed();
  to.cancelled = from.cancelled();
  to.skipped = from.skipped();
  to.skipped_records = from.skipped_records();
  to.missed = from.missed();
  to.missed_records = from.missed_records();
  to.retried = from.retried();
  to.consecutive_failures = from.consecutive_failures();
  to.pause_count = from.pause_count();
  return to;
}

void WriteJob(const core::JobSnapshot& job, pb::JobSnapshot* to) {
  wire::Write(job.definition, to->mutable_definition());
  to->set_last_number(job.last_number);
  WriteCounters(job.counters, to);
  to->set_state_reason(job.state_reason);
  to->set_pause_note(job.pause_note);
  if (job.stretch.has_value()) {
    pb::OpenStretch* stretch = to->mutable_stretch();
    stretch->set_number(job.stretch->number);
    stretch->set_reason(job.stretch->reason);
    stretch->set_first(job.stretch->first);
    stretch->set_at_offset(Minus(job.stretch->at, job.stretch->first));
  }
  if (!job.amendments.empty()) wire::Write(job.amendments, to->mutable_amendments());
  for (const core::OpenRunSnapshot& run : job.open_runs) WriteRun(run, to->add_open_run());
}

absl::Status ReadJob(const pb::JobSnapshot& from, core::JobSnapshot* to) {
  if (absl::Status status = wire::Read(from.definition(), &to->definition); !status.ok()) {
    return status;
  }
  to->last_number = from.last_number();
  to->counters = ReadCounters(from);
  to->state_reason = from.state_reason();
  to->pause_note = from.pause_note();
  if (from.has_stretch()) {
    const pb::OpenStretch& stretch = from.stretch();
    to->stretch = core::OpenStretch{stretch.number(), stretch.reason(), stretch.first(),
                                    Plus(stretch.first(), stretch.at_offset())};
  }
  to->amendments = wire::Read(from.amendments());
  to->open_runs.resize(from.open_run_size());
  for (int i = 0; i < from.open_run_size(); ++i) {
    if (absl::Status status = ReadRun(from.open_run(i), &to->open_runs[i]); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

// Reads a checkpoint field by field, so that only one job is held at a time.
class Reader {
 public:
  explicit Reader(std::string_view body)
      : in_(reinterpret_cast<const uint8_t*>(body.data()), static_cast<int>(body.size())) {}

  absl::StatusOr<CheckpointHeader> Read(absl::FunctionRef<absl::Status(core::JobSnapshot)> visit) {
    while (const uint32_t tag = in_.ReadTag()) {
      absl::Status status = tag == kJobTag ? ReadOneJob(visit) : ReadField(tag);
      if (!status.ok()) return status;
    }
    if (!in_.ConsumedEntireMessage()) return Corrupt("not a message of the format");
    if (jobs_ != job_count_) return Corrupt("it ends too early");
    return header_;
  }

 private:
  static constexpr uint32_t kJobTag = WireFormatLite::MakeTag(
      pb::ShardCheckpoint::kJobFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

  absl::Status ReadOneJob(absl::FunctionRef<absl::Status(core::JobSnapshot)> visit) {
    uint32_t size = 0;
    if (!in_.ReadVarint32(&size)) return Corrupt("not a message of the format");
    const void* data = nullptr;
    int available = 0;
    in_.GetDirectBufferPointer(&data, &available);
    if (size > static_cast<uint32_t>(available) ||
        !job_.ParseFromArray(data, static_cast<int>(size)) || !in_.Skip(static_cast<int>(size))) {
      return Corrupt("a job is not a message of the format");
    }
    ++jobs_;
    core::JobSnapshot job;
    if (absl::Status status = ReadJob(job_, &job); !status.ok()) return status;
    return visit(std::move(job));
  }

  absl::Status ReadField(uint32_t tag) {
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_VARINT) {
      return WireFormatLite::SkipField(&in_, tag) ? absl::OkStatus()
                                                  : Corrupt("not a message of the format");
    }
    uint64_t value = 0;
    if (!in_.ReadVarint64(&value)) return Corrupt("not a message of the format");
    switch (WireFormatLite::GetTagFieldNumber(tag)) {
      case pb::ShardCheckpoint::kMinReaderFieldNumber:
        return wire::CheckReader("checkpoint", static_cast<uint32_t>(value));
      case pb::ShardCheckpoint::kMaxSequenceFieldNumber:
        header_.max_sequence = value;
        break;
      case pb::ShardCheckpoint::kTimeFloorFieldNumber:
        header_.time_floor = static_cast<int64_t>(value);
        break;
      case pb::ShardCheckpoint::kJobCountFieldNumber:
        job_count_ = value;
        break;
      default:
        break;
    }
    return absl::OkStatus();
  }

  CodedInputStream in_;
  pb::JobSnapshot job_;
  CheckpointHeader header_;
  uint64_t jobs_ = 0;
  uint64_t job_count_ = 0;
};

}  // namespace

CheckpointWriter::CheckpointWriter(uint64_t max_sequence, base::Millis time_floor)
    : job_(std::make_unique<pb::JobSnapshot>()) {
  pb::ShardCheckpoint header;
  header.set_version(wire::kFormat);
  header.set_max_sequence(max_sequence);
  header.set_time_floor(time_floor);
  header.AppendToString(&out_);
}

CheckpointWriter::~CheckpointWriter() = default;

void CheckpointWriter::Add(const core::JobSnapshot& job) {
  job_->Clear();
  WriteJob(job, job_.get());
  AppendVarint(WireFormatLite::MakeTag(pb::ShardCheckpoint::kJobFieldNumber,
                                       WireFormatLite::WIRETYPE_LENGTH_DELIMITED),
               &out_);
  AppendVarint(job_->ByteSizeLong(), &out_);
  job_->AppendToString(&out_);
  min_reader_ = std::max(
      {min_reader_, wire::MinReaderOf(job.definition.spec), wire::MinReaderOf(job.amendments)});
  ++job_count_;
}

std::string CheckpointWriter::Finish() && {
  pb::ShardCheckpoint footer;
  footer.set_min_reader(min_reader_);
  footer.set_job_count(job_count_);
  footer.AppendToString(&out_);
  return std::move(out_);
}

absl::StatusOr<CheckpointHeader> ReadCheckpoint(
    std::string_view body, absl::FunctionRef<absl::Status(core::JobSnapshot)> visit) {
  return Reader(body).Read(visit);
}

}  // namespace scheduler::store
