#include "server/converters/event_converter.h"

#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/engine/etag.h"
#include "server/converters/enums.h"
#include "server/converters/policies.h"
#include "server/converters/target_converter.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;

absl::Status ReadName(const v1::Event& event, core::Event* out) {
  DUCTAPE_RETURN_IF_ERROR(CheckText("event.name", event.name(), limits::kMaxNameLength));
  out->name = event.name();
  return absl::OkStatus();
}

absl::Status NoTarget() {
  return errors::FieldRequired(
      "event.http",
      "one of the targets http, grpc, lambda, notification, database, broker and worker");
}

absl::Status ReadHttp(const v1::Event& event, core::Event* out) {
  if (!event.has_http()) return NoTarget();
  DUCTAPE_ASSIGN_OR_RETURN(out->target, ToHttpTarget("event.http", event.http()));
  return absl::OkStatus();
}

absl::Status ReadGrpc(const v1::Event& event, core::Event* out) {
  if (!event.has_grpc()) return NoTarget();
  DUCTAPE_ASSIGN_OR_RETURN(out->target, ToGrpcTarget("event.grpc", event.grpc()));
  return absl::OkStatus();
}

absl::Status ReadLambda(const v1::Event& event, core::Event* out) {
  if (!event.has_lambda()) return NoTarget();
  DUCTAPE_ASSIGN_OR_RETURN(out->target, ToLambdaTarget("event.lambda", event.lambda()));
  return absl::OkStatus();
}

absl::Status ReadNotification(const v1::Event& event, core::Event* out) {
  if (!event.has_notification()) return NoTarget();
  DUCTAPE_ASSIGN_OR_RETURN(out->target,
                           ToNotificationTarget("event.notification", event.notification()));
  return absl::OkStatus();
}

absl::Status ReadDatabase(const v1::Event& event, core::Event* out) {
  if (!event.has_database()) return NoTarget();
  DUCTAPE_ASSIGN_OR_RETURN(out->target, ToDatabaseTarget("event.database", event.database()));
  return absl::OkStatus();
}

absl::Status ReadBroker(const v1::Event& event, core::Event* out) {
  if (!event.has_broker()) return NoTarget();
  DUCTAPE_ASSIGN_OR_RETURN(out->target, ToBrokerTarget("event.broker", event.broker()));
  return absl::OkStatus();
}

absl::Status ReadWorker(const v1::Event& event, core::Event* out) {
  if (!event.has_worker()) return NoTarget();
  DUCTAPE_ASSIGN_OR_RETURN(out->target, ToWorkerTarget("event.worker", event.worker()));
  return absl::OkStatus();
}

absl::Status ReadRetry(const v1::Event& event, core::Event* out) {
  out->retry.reset();
  if (!event.has_retry_policy()) return absl::OkStatus();
  DUCTAPE_ASSIGN_OR_RETURN(out->retry, ToRetryPolicy("event.retry_policy", event.retry_policy()));
  return absl::OkStatus();
}

absl::Status ReadAttemptTimeout(const v1::Event& event, core::Event* out) {
  out->attempt_timeout = 0;
  if (!event.has_attempt_timeout()) return absl::OkStatus();
  DUCTAPE_ASSIGN_OR_RETURN(out->attempt_timeout,
                           ToMillis("event.attempt_timeout", event.attempt_timeout(), 1,
                                    limits::kMaxWorkerAttemptTimeout));
  return absl::OkStatus();
}

absl::Status ReadLimits(const v1::Event& event, core::Event* out) {
  DUCTAPE_ASSIGN_OR_RETURN(out->limits, ToEventLimits("event.limits", event.limits()));
  return absl::OkStatus();
}

absl::Status ReadLabels(const v1::Event& event, core::Event* out) {
  DUCTAPE_ASSIGN_OR_RETURN(out->labels, ToLabels("event.labels", event.labels()));
  return absl::OkStatus();
}

using EventField = SettableField<v1::Event, core::Event>;

constexpr int kTarget = 1;

constexpr EventField kFields[] = {
    {"name", 0, [](const v1::Event& event) { return !event.name().empty(); }, ReadName,
     CopyMember<&core::Event::name>},
    {"http", kTarget, [](const v1::Event& event) { return event.has_http(); }, ReadHttp,
     CopyMember<&core::Event::target>},
    {"grpc", kTarget, [](const v1::Event& event) { return event.has_grpc(); }, ReadGrpc,
     CopyMember<&core::Event::target>},
    {"lambda", kTarget, [](const v1::Event& event) { return event.has_lambda(); }, ReadLambda,
     CopyMember<&core::Event::target>},
    {"notification", kTarget, [](const v1::Event& event) { return event.has_notification(); },
     ReadNotification, CopyMember<&core::Event::target>},
    {"database", kTarget, [](const v1::Event& event) { return event.has_database(); }, ReadDatabase,
     CopyMember<&core::Event::target>},
    {"broker", kTarget, [](const v1::Event& event) { return event.has_broker(); }, ReadBroker,
     CopyMember<&core::Event::target>},
    {"worker", kTarget, [](const v1::Event& event) { return event.has_worker(); }, ReadWorker,
     CopyMember<&core::Event::target>},
    {"retry_policy", 0, [](const v1::Event& event) { return event.has_retry_policy(); }, ReadRetry,
     CopyMember<&core::Event::retry>},
    {"attempt_timeout", 0, [](const v1::Event& event) { return event.has_attempt_timeout(); },
     ReadAttemptTimeout, CopyMember<&core::Event::attempt_timeout>},
    {"limits", 0, [](const v1::Event& event) { return event.has_limits(); }, ReadLimits,
     CopyMember<&core::Event::limits>},
    {"labels", 0, [](const v1::Event& event) { return !event.labels().empty(); }, ReadLabels,
     CopyMember<&core::Event::labels>},
};

constexpr absl::Span<const EventField> kTable(kFields);
constexpr std::string_view kFixed[] = {"product", "event_type", "tag", "etag"};

// What concerns more than one field.
absl::Status CheckWhole(const core::Event& event) {
  if (event.attempt_timeout > core::MaxAttemptTimeout(event.target)) {
    return errors::FieldOutOfRange("event.attempt_timeout", DescribeMillis(event.attempt_timeout),
                                   StrCat("1 ms to ", DescribeMillis(limits::kMaxAttemptTimeout),
                                          " (only with a worker target up to ",
                                          DescribeMillis(limits::kMaxWorkerAttemptTimeout), ")"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EventName> ToEventName(const std::string& product, v1::Event::Type type,
                                      const std::string& tag, const std::string& default_product,
                                      std::string_view prefix) {
  EventName name;
  DUCTAPE_ASSIGN_OR_RETURN(name.product,
                           ResolveProduct(StrCat(prefix, "product"), product, default_product));
  DUCTAPE_ASSIGN_OR_RETURN(name.key.type, ToEventType(StrCat(prefix, "event_type"), type));
  DUCTAPE_RETURN_IF_ERROR(CheckTag(StrCat(prefix, "tag"), tag));
  name.key.tag = tag;
  return name;
}

absl::StatusOr<core::Event> ToEvent(const v1::Event& event, const std::string& default_product) {
  DUCTAPE_ASSIGN_OR_RETURN(EventName name, ToEventName(event.product(), event.event_type(),
                                                       event.tag(), default_product, "event."));
  core::Event result;
  DUCTAPE_RETURN_IF_ERROR(ReadFields(kTable, AllFields(kTable, event), event, &result));
  DUCTAPE_RETURN_IF_ERROR(CheckWhole(result));
  result.product = std::move(name.product);
  result.key = std::move(name.key);
  return result;
}

absl::StatusOr<EventPatch> EventPatch::Make(const v1::Event& event,
                                            const google::protobuf::FieldMask& mask) {
  EventPatch patch;
  DUCTAPE_ASSIGN_OR_RETURN(patch.fields_, SelectFields(kTable, kFixed, mask, event));
  DUCTAPE_RETURN_IF_ERROR(ReadFields(kTable, patch.fields_, event, &patch.values_));
  return patch;
}

absl::Status EventPatch::Apply(core::Event* event) const {
  CopyFields(kTable, fields_, values_, event);
  return CheckWhole(*event);
}

void EventToProto(const scheduler::engine::EventView& view, v1::Event* out) {
  const core::Event& event = view.event;
  out->set_product(event.product);
  out->set_event_type(EventTypeToProto(event.key.type));
  out->set_tag(event.key.tag);
  out->set_name(event.name);
  TargetToProto(event.target, out);
  if (event.retry.has_value()) RetryPolicyToProto(*event.retry, out->mutable_retry_policy());
  if (event.attempt_timeout > 0) SetDuration(event.attempt_timeout, out->mutable_attempt_timeout());
  if (event.limits.any()) EventLimitsToProto(event.limits, out->mutable_limits());
  out->mutable_labels()->insert(event.labels.begin(), event.labels.end());
  out->set_uid(core::FormatUid(event.uid));
  out->set_generation(event.generation);
  out->set_etag(scheduler::engine::EtagOf(event));
  out->set_job_count(view.job_count);
  SetTimestamp(event.create_time, out->mutable_create_time());
  SetTimestamp(event.update_time, out->mutable_update_time());
}

}  // namespace server
