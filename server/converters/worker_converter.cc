#include "server/converters/worker_converter.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/enums.h"
#include "server/converters/run_converter.h"
#include "server/converters/target_converter.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;

constexpr size_t kMaxSessionIdLength = 128;
// A worker may ask for any wait that fits; the engine caps it with the retry policy's max_backoff.
constexpr Millis kMaxRetryAfter = 366 * scheduler::base::kDay;

std::string Item(std::string_view field, int index) { return StrCat(field, "[", index, "]"); }

// The first `limit` bytes, less what would be the beginning of a character.
std::string_view Cut(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && limit - end < 4 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  // Not UTF-8 anyway if there is no beginning of a character so near.
  if ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end = limit;
  return text.substr(0, end);
}

absl::StatusOr<std::vector<std::string>> ToQueues(
    std::string_view field, const google::protobuf::RepeatedPtrField<std::string>& queues) {
  if (queues.empty()) return errors::FieldRequired(field, "the queues to serve, at least one");
  if (queues.size() > limits::kMaxWorkerQueues) {
    return errors::FieldTooLarge(field, queues.size(), limits::kMaxWorkerQueues);
  }
  for (int i = 0; i < queues.size(); ++i) {
    if (!IsQueue(queues[i])) {
      return errors::FieldInvalid(Item(field, i),
                                  "must have 1 to 256 letters, digits and . _ : / -, and begin "
                                  "with a letter or digit");
    }
  }
  return std::vector<std::string>(queues.begin(), queues.end());
}

absl::StatusOr<Millis> ToLease(std::string_view field, bool given,
                               const google::protobuf::Duration& lease) {
  if (!given) return limits::kDefaultLease;
  return ToMillis(field, lease, limits::kMinLease, limits::kMaxLease);
}

absl::StatusOr<core::RunRef> ToRunRef(std::string_view field, const v1::RunRef& ref) {
  const absl::StatusOr<core::RunKey> key = ToRunKey(ref.run_id());
  if (!key.ok()) return errors::WithFieldPrefix(key.status(), StrCat(field, "."));
  return core::RunRef{*key, ref.token()};
}

bool IsErrorCode(std::string_view code) {
  if (code.size() > limits::kMaxErrorCodeLength || !absl::ascii_isupper(code[0])) return false;
  return std::all_of(code.begin(), code.end(), [](char c) {
    return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '_';
  });
}

absl::Status SetTimes(std::string_view field, const v1::Result& result, core::Outcome* outcome) {
  if (result.has_start_time()) {
    DUCTAPE_ASSIGN_OR_RETURN(outcome->start_time,
                             ToMillis(StrCat(field, ".start_time"), result.start_time()));
  }
  if (result.has_end_time()) {
    DUCTAPE_ASSIGN_OR_RETURN(outcome->end_time,
                             ToMillis(StrCat(field, ".end_time"), result.end_time()));
  }
  if (result.has_retry_after()) {
    DUCTAPE_ASSIGN_OR_RETURN(
        outcome->retry_after,
        ToMillis(StrCat(field, ".retry_after"), result.retry_after(), 0, kMaxRetryAfter));
  }
  return absl::OkStatus();
}

struct WriteToProto {
  v1::WorkResponse* out;

  bool operator()(const std::monostate& /*nothing*/) const { return false; }
  bool operator()(const dispatch::WorkerDeliveries& /*in the sink*/) const { return false; }
  bool operator()(const dispatch::WorkerEnd& /*a status*/) const { return false; }
  bool operator()(const dispatch::WorkerWelcome& welcome) const {
    v1::Welcome* message = out->mutable_welcome();
    message->set_session_id(welcome.session_id);
    SetDuration(welcome.lease, message->mutable_lease());
    for (const core::RunRef& run : welcome.kept) RunRefToProto(run, message->add_kept());
    return true;
  }
  bool operator()(const dispatch::WorkerAck& ack) const {
    v1::Acks* message = out->mutable_acks();
    message->set_acked_through(ack.acked_through);
    for (const core::Refusal& refusal : ack.refused) {
      RefusalToProto(refusal, message->add_refused());
    }
    return true;
  }
  bool operator()(const dispatch::WorkerCancels& cancels) const {
    v1::Cancels* message = out->mutable_cancels();
    message->set_reason(cancels.reason);
    for (const core::RunRef& run : cancels.runs) RunRefToProto(run, message->add_runs());
    return true;
  }
  bool operator()(const dispatch::WorkerDrain& drain) const {
    out->mutable_drain()->set_reason(drain.reason);
    return true;
  }
};

}  // namespace

// --- what workers send ---------------------------------------------------------------------------

absl::StatusOr<dispatch::WorkerHello> ToWorkerHello(std::string_view field, const v1::Hello& hello,
                                                    const std::string& default_product) {
  dispatch::WorkerHello out;
  DUCTAPE_ASSIGN_OR_RETURN(
      out.product, ResolveProduct(StrCat(field, ".product"), hello.product(), default_product));
  DUCTAPE_RETURN_IF_ERROR(
      CheckText(StrCat(field, ".worker"), hello.worker(), limits::kMaxNameLength));
  DUCTAPE_RETURN_IF_ERROR(
      CheckText(StrCat(field, ".session_id"), hello.session_id(), kMaxSessionIdLength));
  DUCTAPE_ASSIGN_OR_RETURN(out.queues, ToQueues(StrCat(field, ".queues"), hello.queues()));
  if (hello.max_in_flight() == 0) {
    return errors::FieldRequired(StrCat(field, ".max_in_flight"),
                                 "how many runs the worker will have in flight at most");
  }
  DUCTAPE_ASSIGN_OR_RETURN(out.max_in_flight,
                           ToWindow(StrCat(field, ".max_in_flight"), hello.max_in_flight(), 1));
  DUCTAPE_ASSIGN_OR_RETURN(out.lease,
                           ToLease(StrCat(field, ".lease"), hello.has_lease(), hello.lease()));
  DUCTAPE_ASSIGN_OR_RETURN(out.in_flight, ToRunRefs(StrCat(field, ".in_flight"), hello.in_flight(),
                                                    limits::kMaxWorkerWindow));
  out.worker = hello.worker();
  out.session_id = hello.session_id();
  return out;
}

absl::StatusOr<int32_t> ToWindow(std::string_view field, int32_t max_in_flight, int32_t least) {
  if (max_in_flight < least || max_in_flight > limits::kMaxWorkerWindow) {
    return errors::FieldOutOfRange(field, StrCat(max_in_flight),
                                   StrCat(least, " to ", limits::kMaxWorkerWindow));
  }
  return max_in_flight;
}

absl::StatusOr<std::vector<core::RunRef>> ToRunRefs(
    std::string_view field, const google::protobuf::RepeatedPtrField<v1::RunRef>& refs, int limit) {
  if (refs.size() > limit) return errors::FieldTooLarge(field, refs.size(), limit);
  std::vector<core::RunRef> out;
  out.reserve(static_cast<size_t>(refs.size()));
  for (int i = 0; i < refs.size(); ++i) {
    absl::StatusOr<core::RunRef> ref = ToRunRef(Item(field, i), refs[i]);
    if (!ref.ok()) return ref.status();
    out.push_back(*ref);
  }
  return out;
}

absl::StatusOr<core::RunError> ToWorkerError(std::string_view field, const v1::Run::Error& error) {
  const std::string code = StrCat(field, ".code");
  if (error.code().empty()) return errors::FieldRequired(code, "the class of the error");
  if (!IsErrorCode(error.code())) {
    return errors::FieldInvalid(code,
                                "must have 1 to 64 of A-Z, 0-9 and _, and begin with a letter");
  }
  core::RunError out;
  out.code = error.code();
  out.message = std::string(Cut(error.message(), limits::kMaxErrorMessageBytes));
  if (error.has_retryable()) out.retryable = error.retryable();
  out.status = error.status();
  return out;
}

std::shared_ptr<const core::RunOutput> ToRunOutput(std::string_view output) {
  if (output.empty()) return nullptr;
  core::RunOutput out;
  out.output = std::string(Cut(output, limits::kMaxOutputBytes));
  out.truncated = out.output.size() < output.size();
  return std::make_shared<const core::RunOutput>(std::move(out));
}

absl::StatusOr<core::Outcome> ToOutcome(std::string_view field, const v1::Result& result) {
  DUCTAPE_ASSIGN_OR_RETURN(const core::RunRef run, ToRunRef(StrCat(field, ".run"), result.run()));
  core::Outcome outcome;
  outcome.key = run.key;
  outcome.token = run.token;
  switch (result.outcome_case()) {
    case v1::Result::kOutput:
      outcome.kind = core::Outcome::Kind::kCompleted;
      outcome.output = ToRunOutput(result.output());
      break;
    case v1::Result::kFailure: {
      DUCTAPE_ASSIGN_OR_RETURN(core::RunError error,
                               ToWorkerError(StrCat(field, ".failure"), result.failure()));
      outcome.kind = core::Outcome::Kind::kFailed;
      outcome.error = std::make_shared<const core::RunError>(std::move(error));
      break;
    }
    case v1::Result::kCancelled:
      outcome.kind = core::Outcome::Kind::kCancelled;
      break;
    case v1::Result::kReleased:
      outcome.kind = core::Outcome::Kind::kReleased;
      break;
    case v1::Result::OUTCOME_NOT_SET:
      return errors::FieldRequired(StrCat(field, ".outcome"),
                                   "one of output, failure, cancelled and released");
  }
  DUCTAPE_RETURN_IF_ERROR(SetTimes(field, result, &outcome));
  return outcome;
}

absl::StatusOr<std::vector<core::Outcome>> ToOutcomes(
    std::string_view field, const google::protobuf::RepeatedPtrField<v1::Result>& results) {
  if (results.size() > kMaxResults) {
    return errors::FieldTooLarge(field, results.size(), kMaxResults);
  }
  std::vector<core::Outcome> outcomes;
  outcomes.reserve(static_cast<size_t>(results.size()));
  for (int i = 0; i < results.size(); ++i) {
    absl::StatusOr<core::Outcome> outcome = ToOutcome(Item(field, i), results[i]);
    if (!outcome.ok()) return outcome.status();
    outcomes.push_back(*std::move(outcome));
  }
  return outcomes;
}

absl::StatusOr<dispatch::WorkerHub::LeaseRequest> ToLeaseRequest(
    const v1::LeaseRunsRequest& request, const std::string& default_product) {
  dispatch::WorkerHub::LeaseRequest out;
  DUCTAPE_ASSIGN_OR_RETURN(out.product,
                           ResolveProduct("product", request.product(), default_product));
  DUCTAPE_RETURN_IF_ERROR(CheckText("worker", request.worker(), limits::kMaxNameLength));
  DUCTAPE_RETURN_IF_ERROR(CheckText("session_id", request.session_id(), kMaxSessionIdLength));
  DUCTAPE_ASSIGN_OR_RETURN(out.queues, ToQueues("queues", request.queues()));
  if (request.max_runs() < 0) {
    return errors::FieldOutOfRange("max_runs", StrCat(request.max_runs()), "0 and above");
  }
  if (request.has_wait()) {
    DUCTAPE_ASSIGN_OR_RETURN(out.wait, ToMillis("wait", request.wait(), 0, limits::kMaxLeaseWait));
  }
  DUCTAPE_ASSIGN_OR_RETURN(out.lease, ToLease("lease", request.has_lease(), request.lease()));
  out.worker = request.worker();
  out.session_id = request.session_id();
  out.max_runs = static_cast<size_t>(std::clamp(request.max_runs(), 1, kMaxLeasedRuns));
  return out;
}

absl::StatusOr<dispatch::WorkerHub::CompleteRequest> ToCompleteRequest(
    const v1::CompleteRunsRequest& request, const std::string& default_product) {
  dispatch::WorkerHub::CompleteRequest out;
  DUCTAPE_ASSIGN_OR_RETURN(out.product,
                           ResolveProduct("product", request.product(), default_product));
  if (request.session_id().empty()) {
    return errors::FieldRequired("session_id", "the session that took the runs");
  }
  DUCTAPE_RETURN_IF_ERROR(CheckText("session_id", request.session_id(), kMaxSessionIdLength));
  DUCTAPE_ASSIGN_OR_RETURN(out.outcomes, ToOutcomes("results", request.results()));
  DUCTAPE_ASSIGN_OR_RETURN(out.extend, ToRunRefs("extend", request.extend(), kMaxResults));
  out.session_id = request.session_id();
  return out;
}

// --- what they are sent --------------------------------------------------------------------------

void RunRefToProto(const core::RunRef& ref, v1::RunRef* out) {
  core::AppendRunId(ref.key, out->mutable_run_id());
  out->set_token(ref.token);
}

void RefusalToProto(const core::Refusal& refusal, v1::Acks::Refused* out) {
  RunRefToProto(refusal.run, out->mutable_run());
  out->set_reason(refusal.reason);
}

void DeliveryToProto(const core::ClaimedRun& run, Millis deadline, v1::Delivery* out) {
  RunRefToProto({run.key, run.token}, out->mutable_run());
  out->set_number(run.key.number);
  out->set_attempt(run.attempt);
  out->set_job_tag(run.job_tag);
  out->set_job_name(run.job_name);
  out->set_event_type(EventTypeToProto(run.event->key.type));
  out->set_event_tag(run.event->key.tag);
  SetTimestamp(run.scheduled_time, out->mutable_scheduled_time());
  SetTimestamp(deadline, out->mutable_deadline());
  out->set_input(run.input_json);
  out->set_env(run.env);
  core::AppendTraceparent(run.key, out->mutable_traceparent());
  out->set_trigger(static_cast<v1::Run::Trigger>(run.trigger));
}

bool WorkerWriteToProto(const dispatch::WorkerWrite& write, v1::WorkResponse* out) {
  return std::visit(WriteToProto{out}, write);
}

}  // namespace server
