#include "scheduler/store/record_wire.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"

namespace scheduler::store::wire {

absl::Status CheckReader(std::string_view what, uint32_t min_reader) {
  if (min_reader <= kFormat) return absl::OkStatus();
  return base::errors::StoreTooNew(what, min_reader, kFormat);
}

void Write(const core::RunError& from, pb::RunError* to) {
  if (!from.code.empty()) to->set_code(from.code);
  if (!from.message.empty()) to->set_message(from.message);
  if (from.retryable.has_value()) to->set_retryable(*from.retryable);
  to->set_status(from.status);
}

std::shared_ptr<const core::RunError> Read(const pb::RunError& from) {
  auto to = std::make_shared<core::RunError>();
  to->code = from.code();
  to->message = from.message();
  if (from.has_retryable()) to->retryable = from.retryable();
  to->status = from.status();
  return to;
}

void Write(const core::RunOrigin& from, pb::RunOrigin* to) {
  if (from.has_input) to->set_input_json(from.input_json);
  if (!from.actor.empty()) to->set_actor(from.actor);
  if (!from.note.empty()) to->set_note(from.note);
  to->set_parent(from.parent);
  to->set_range_start(from.range_start);
  to->set_range_end(from.range_end);
}

std::shared_ptr<const core::RunOrigin> Read(const pb::RunOrigin& from) {
  auto to = std::make_shared<core::RunOrigin>();
  to->has_input = from.has_input_json();
  to->input_json = from.input_json();
  to->actor = from.actor();
  to->note = from.note();
  to->parent = from.parent();
  to->range_start = from.range_start();
  to->range_end = from.range_end();
  return to;
}

void Write(const core::AttemptRecord& from, core::Millis nominal, pb::Attempt* to) {
  if (from.attempt != 1) to->set_attempt(from.attempt);
  to->set_start_offset(Minus(from.start_time, nominal));
  to->set_end_offset(Minus(from.end_time, from.start_time));
  if (from.worker != nullptr) to->set_worker(*from.worker);
  to->set_token(from.token);
  to->set_event_generation(from.event_generation);
  if (from.error != nullptr) Write(*from.error, to->mutable_error());
}

core::AttemptRecord Read(const pb::Attempt& from, core::Millis nominal) {
  core::AttemptRecord to;
  to.attempt = from.attempt() == 0 ? 1 : from.attempt();
  to.start_time = Plus(nominal, from.start_offset());
  to.end_time = Plus(to.start_time, from.end_offset());
  to.worker = base::Intern(from.worker());
  to.token = from.token();
  to.event_generation = from.event_generation();
  if (from.has_error()) to.error = Read(from.error());
  return to;
}

}  // namespace scheduler::store::wire
