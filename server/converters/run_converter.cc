#include "server/converters/run_converter.h"

#include "scheduler/base/errors.h"
#include "scheduler/core/failure.h"
#include "server/converters/text.h"
#include "server/converters/time.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace v1 = ductape::jobs::v1;

void SetTimestampIf(Millis millis, bool present, google::protobuf::Timestamp* (v1::Run::*member)(),
                    v1::Run* out) {
  if (present) SetTimestamp(millis, (out->*member)());
}

// What went wrong. A run that is cancelled without a reason is recorded without an error, and what
// it was to be retried for is not why it ended: the state alone tells the code.
void RunErrorToProto(const core::Run& run, v1::Run* out) {
  const std::string_view code = core::failure::kCancelled;
  if (run.state == core::RunState::kCancelled &&
      (!run.error.has_value() || run.error->code != code)) {
    out->mutable_error()->set_code(std::string(code));
  } else if (run.error.has_value()) {
    ErrorToProto(*run.error, out->mutable_error());
  }
}

void AttemptToProto(const core::Attempt& attempt, v1::Run::Attempt* out) {
  out->set_attempt(attempt.attempt);
  if (attempt.start_time != 0) SetTimestamp(attempt.start_time, out->mutable_start_time());
  if (attempt.end_time != 0) SetTimestamp(attempt.end_time, out->mutable_end_time());
  if (attempt.error.has_value()) ErrorToProto(*attempt.error, out->mutable_error());
  out->set_worker(ToValidUtf8(attempt.worker));
  out->set_token(attempt.token);
  out->set_event_generation(attempt.event_generation);
}

void TimesToProto(const core::Run& run, v1::Run* out) {
  const bool stretch =
      run.state == core::RunState::kSkipped || run.state == core::RunState::kMissed;
  SetTimestamp(run.scheduled_time, out->mutable_scheduled_time());
  SetTimestampIf(run.last_scheduled_time, stretch, &v1::Run::mutable_last_scheduled_time, out);
  SetTimestamp(run.due_time, out->mutable_due_time());
  SetTimestamp(run.create_time, out->mutable_create_time());
  SetTimestampIf(run.start_time, run.start_time != 0, &v1::Run::mutable_start_time, out);
  SetTimestampIf(run.end_time, run.end_time != 0, &v1::Run::mutable_end_time, out);
  SetTimestampIf(run.next_attempt_time, run.next_attempt_time != 0,
                 &v1::Run::mutable_next_attempt_time, out);
}

}  // namespace

absl::StatusOr<core::RunKey> ToRunKey(const std::string& run_id) {
  if (run_id.empty()) {
    return errors::FieldRequired("run_id", "<job uid>-<number>, as a run's run_id has it");
  }
  const auto key = core::ParseRunId(run_id);
  if (!key.has_value()) return errors::RunIdInvalid(run_id);
  return *key;
}

absl::StatusOr<core::Uid> ToUid(std::string_view field, const std::string& uid) {
  const auto parsed = core::ParseUid(uid);
  if (!parsed.has_value()) return errors::UidInvalid(field, uid);
  return *parsed;
}

void ErrorToProto(const core::RunError& error, v1::Run::Error* out) {
  out->set_code(ToValidUtf8(error.code));
  out->set_message(ToValidUtf8(error.message));
  if (error.retryable.has_value()) out->set_retryable(*error.retryable);
  out->set_status(error.status);
}

void RunToProto(const core::Run& run, RunDetail detail, v1::Run* out) {
  out->set_run_id(core::FormatRunId(run.key));
  out->set_product(run.product);
  out->set_job_tag(run.job_tag);
  out->set_job_uid(core::FormatUid(run.key.uid));
  out->set_number(run.key.number);
  out->set_generation(run.generation);
  out->set_state(static_cast<v1::Run::State>(run.state));
  out->set_trigger(static_cast<v1::Run::Trigger>(run.trigger));
  out->set_reason(run.reason);
  out->set_count(run.count);
  TimesToProto(run, out);
  out->set_attempt_count(run.attempt_count);
  RunErrorToProto(run, out);
  out->set_env(run.env);
  out->set_requested_by(ToValidUtf8(run.requested_by));
  out->set_traceparent(core::TraceparentOf(run.key));
  if (detail == RunDetail::kSummary) return;
  for (const core::Attempt& attempt : run.attempts) AttemptToProto(attempt, out->add_attempts());
  out->set_output(ToValidUtf8(run.output));
  out->set_output_truncated(run.output_truncated);
}

}  // namespace server
