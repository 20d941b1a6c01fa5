#ifndef SERVER_CONVERTERS_TARGET_CONVERTER_H_
#define SERVER_CONVERTERS_TARGET_CONVERTER_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/event.pb.h"
#include "scheduler/core/model.h"

// Targets of events between wire and domain. Errors: FIELD_REQUIRED, FIELD_INVALID,
// FIELD_OUT_OF_RANGE, FIELD_TOO_LARGE, TEMPLATE_NOT_SUPPORTED, with paths from `field`.
namespace server {

absl::StatusOr<scheduler::core::HttpTarget> ToHttpTarget(
    std::string_view field, const ductape::jobs::v1::HttpTarget& target);
absl::StatusOr<scheduler::core::GrpcTarget> ToGrpcTarget(
    std::string_view field, const ductape::jobs::v1::GrpcTarget& target);

// The queue of a worker target as it was given; empty stands for DefaultQueue.
absl::StatusOr<scheduler::core::WorkerTarget> ToWorkerTarget(
    std::string_view field, const ductape::jobs::v1::WorkerTarget& target);

// [A-Za-z0-9][A-Za-z0-9._:/-]{0,255}.
bool IsQueue(std::string_view queue);

// Sets the member of the oneof that `target` is.
void TargetToProto(const scheduler::core::Target& target, ductape::jobs::v1::Event* out);

// TEMPLATE_NOT_SUPPORTED if `text` holds "{{".
absl::Status CheckNoTemplate(std::string_view field, std::string_view text);

}  // namespace server

#endif  // SERVER_CONVERTERS_TARGET_CONVERTER_H_
