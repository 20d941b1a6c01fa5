#include <string>
#include <string_view>
#include <utility>

#include "ductape/jobs/store/v1/history.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/record_wire.h"

namespace scheduler::store {
namespace {

namespace pb = ductape::jobs::store::v1;
using wire::Minus;
using wire::Plus;

absl::Status Corrupt(std::string_view detail) {
  return base::errors::StoreCorrupt("sealed run", detail);
}

void WriteTimes(const core::TerminalRun& run, pb::SealedRun* body) {
  body->set_nominal(run.nominal);
  body->set_end_offset(Minus(run.end_time, run.nominal));
  body->set_last_nominal_offset(Minus(run.last_nominal, run.nominal));
  body->set_due_offset(Minus(run.due, run.nominal));
  body->set_create_offset(Minus(run.create_time, run.nominal));
  if (run.start_time != 0) body->set_start_offset(Minus(run.start_time, run.nominal));
}

void WriteAttempts(const core::TerminalRun& run, pb::SealedRun* body) {
  if (run.attempt_count != 1) body->set_attempt_count(run.attempt_count);
  for (const core::AttemptRecord& attempt : run.earlier) {
    wire::Write(attempt, run.nominal, body->add_attempt());
  }
  if (run.last.attempt != 0) wire::Write(run.last, run.nominal, body->add_attempt());
}

void WriteOutcome(const core::TerminalRun& run, pb::SealedRun* body) {
  if (run.state != core::RunState::kCompleted) {
    body->set_state(static_cast<pb::RunState>(run.state));
  }
  body->set_reason(run.reason);
  if (run.error != nullptr) {
    const bool same =
        run.last.attempt != 0 && run.last.error != nullptr && *run.last.error == *run.error;
    body->set_same_error(same);
    if (!same) wire::Write(*run.error, body->mutable_error());
  }
  if (run.output == nullptr) return;
  body->set_output(run.output->output);
  body->set_output_truncated(run.output->truncated);
}

void ReadTimes(const pb::SealedRun& body, core::Run* run) {
  run->scheduled_time = body.nominal();
  run->end_time = Plus(body.nominal(), body.end_offset());
  run->last_scheduled_time = Plus(body.nominal(), body.last_nominal_offset());
  run->due_time = Plus(body.nominal(), body.due_offset());
  run->create_time = Plus(body.nominal(), body.create_offset());
  if (body.has_start_offset()) run->start_time = Plus(body.nominal(), body.start_offset());
}

void ReadOutcome(const pb::SealedRun& body, core::Run* run) {
  for (const pb::Attempt& attempt : body.attempt()) {
    run->attempts.push_back(core::ToAttempt(wire::Read(attempt, body.nominal())));
  }
  run->attempt_count = body.has_attempt_count() ? body.attempt_count() : 1;
  run->reason = body.reason();
  if (body.same_error() && !run->attempts.empty()) run->error = run->attempts.back().error;
  if (body.has_error()) run->error = *wire::Read(body.error());
  run->output = body.output();
  run->output_truncated = body.output_truncated();
}

}  // namespace

SealedRun Seal(const core::TerminalRun& run) {
  thread_local pb::SealedRun body;
  body.Clear();
  body.set_history_limit(run.history_limit);
  WriteTimes(run, &body);
  if (run.generation != 1) body.set_generation(run.generation);
  if (run.trigger != core::Trigger::kSchedule) {
    body.set_trigger(static_cast<pb::Trigger>(run.trigger));
  }
  if (run.count != 1) body.set_count(run.count);
  WriteAttempts(run, &body);
  WriteOutcome(run, &body);
  body.set_env(std::string(base::TextOf(run.env)));
  if (run.actor != nullptr) body.set_actor(*run.actor);

  SealedRun sealed;
  sealed.key = run.key;
  if (run.state != core::RunState::kCompleted) {
    sealed.unsuccessful_end = run.end_time;
    sealed.product = base::TextOf(run.product);
    body.set_product(sealed.product);
  }
  body.AppendToString(&sealed.body);
  return sealed;
}

absl::StatusOr<core::Run> DecodeSealedRun(const core::RunKey& key, std::string_view body) {
  pb::SealedRun record;
  if (!record.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Corrupt("not a message of the format");
  }
  if (absl::Status status = wire::CheckReader("sealed run", record.min_reader()); !status.ok()) {
    return status;
  }
  const int state = record.state() == 0 ? pb::RUN_STATE_COMPLETED : record.state();
  const int trigger = record.trigger() == 0 ? pb::TRIGGER_SCHEDULE : record.trigger();
  if (!wire::IsTerminalState(state) || !wire::IsTrigger(trigger)) {
    return Corrupt("unknown enum value");
  }
  core::Run run;
  run.key = key;
  run.generation = record.generation() == 0 ? 1 : record.generation();
  run.state = static_cast<core::RunState>(state);
  run.trigger = static_cast<core::Trigger>(trigger);
  run.count = record.has_count() ? record.count() : 1;
  ReadTimes(record, &run);
  ReadOutcome(record, &run);
  run.env = record.env();
  run.requested_by = record.actor();
  run.product = record.product();
  return run;
}

absl::StatusOr<RetentionFacts> DecodeRetentionFacts(std::string_view body) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(body.data()),
                                            static_cast<int>(body.size()));
  RetentionFacts facts;
  int64_t nominal = 0;
  int64_t end_offset = 0;
  // Writers of this and later formats put these three first, in this order; each may be absent.
  for (;;) {
    const uint32_t tag = in.ReadTag();
    if (tag == 0) {
      if (!in.ConsumedEntireMessage()) return Corrupt("not a message of the format");
      break;
    }
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (field > pb::SealedRun::kEndOffsetFieldNumber) break;
    uint64_t value = 0;
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_VARINT ||
        !in.ReadVarint64(&value)) {
      return Corrupt("not a message of the format");
    }
    if (field == pb::SealedRun::kHistoryLimitFieldNumber) {
      facts.history_limit = static_cast<int32_t>(value);
    } else if (field == pb::SealedRun::kNominalFieldNumber) {
      nominal = static_cast<int64_t>(value);
    } else {
      end_offset = WireFormatLite::ZigZagDecode64(value);
    }
  }
  facts.end_time = Plus(nominal, end_offset);
  return facts;
}

}  // namespace scheduler::store
