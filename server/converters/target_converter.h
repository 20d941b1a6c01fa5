#ifndef SERVER_CONVERTERS_TARGET_CONVERTER_H_
#define SERVER_CONVERTERS_TARGET_CONVERTER_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/event.pb.h"
#include "scheduler/core/model.h"

// Targets of events between wire and domain. Errors: FIELD_REQUIRED, FIELD_INVALID,
// FIELD_OUT_OF_RANGE, FIELD_TOO_LARGE, TEMPLATE_INVALID, TEMPLATE_NOT_SUPPORTED, with paths from `field`.
namespace server {

absl::StatusOr<scheduler::core::HttpTarget> ToHttpTarget(
    std::string_view field, const ductape::jobs::v1::HttpTarget& target);
absl::StatusOr<scheduler::core::GrpcTarget> ToGrpcTarget(
    std::string_view field, const ductape::jobs::v1::GrpcTarget& target);

absl::StatusOr<scheduler::core::LambdaTarget> ToLambdaTarget(
    std::string_view field, const ductape::jobs::v1::LambdaTarget& target);
absl::StatusOr<scheduler::core::NotificationTarget> ToNotificationTarget(
    std::string_view field, const ductape::jobs::v1::NotificationTarget& target);
absl::StatusOr<scheduler::core::DatabaseTarget> ToDatabaseTarget(
    std::string_view field, const ductape::jobs::v1::DatabaseTarget& target);
absl::StatusOr<scheduler::core::BrokerTarget> ToBrokerTarget(
    std::string_view field, const ductape::jobs::v1::BrokerTarget& target);

// The queue of a worker target as it was given; empty stands for DefaultQueue.
absl::StatusOr<scheduler::core::WorkerTarget> ToWorkerTarget(
    std::string_view field, const ductape::jobs::v1::WorkerTarget& target);

// [A-Za-z0-9][A-Za-z0-9._:/-]{0,255}.
bool IsQueue(std::string_view queue);

// Each fills an empty `out`.
void HttpToProto(const scheduler::core::HttpTarget& target, ductape::jobs::v1::HttpTarget* out);
void LambdaToProto(const scheduler::core::LambdaTarget& target,
                   ductape::jobs::v1::LambdaTarget* out);
void NotificationToProto(const scheduler::core::NotificationTarget& target,
                         ductape::jobs::v1::NotificationTarget* out);
void DatabaseToProto(const scheduler::core::DatabaseTarget& target,
                     ductape::jobs::v1::DatabaseTarget* out);
void BrokerToProto(const scheduler::core::BrokerTarget& target,
                   ductape::jobs::v1::BrokerTarget* out);

// Sets the member of the oneof that `target` is.
void TargetToProto(const scheduler::core::Target& target, ductape::jobs::v1::Event* out);

// TEMPLATE_NOT_SUPPORTED if `text`, which is sent as it stands, holds "{{".
absl::Status CheckNoTemplate(std::string_view field, std::string_view text);

}  // namespace server

#endif  // SERVER_CONVERTERS_TARGET_CONVERTER_H_
