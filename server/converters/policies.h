#ifndef SERVER_CONVERTERS_POLICIES_H_
#define SERVER_CONVERTERS_POLICIES_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/event.pb.h"
#include "ductape/jobs/v1/job.pb.h"
#include "scheduler/core/model.h"

// Policies between wire and domain. Errors: FIELD_OUT_OF_RANGE, FIELD_INVALID, FIELD_TOO_LARGE with
// `field` + the member's name.
namespace server {

absl::StatusOr<scheduler::core::RetryPolicy> ToRetryPolicy(
    std::string_view field, const ductape::jobs::v1::RetryPolicy& policy);
void RetryPolicyToProto(const scheduler::core::RetryPolicy& policy,
                        ductape::jobs::v1::RetryPolicy* out);

absl::StatusOr<scheduler::core::EventLimits> ToEventLimits(
    std::string_view field, const ductape::jobs::v1::Event::Limits& from);
void EventLimitsToProto(const scheduler::core::EventLimits& from,
                        ductape::jobs::v1::Event::Limits* out);

absl::StatusOr<scheduler::core::OverlapPolicy> ToOverlapPolicy(
    std::string_view field, const ductape::jobs::v1::OverlapPolicy& policy);
void OverlapPolicyToProto(const scheduler::core::OverlapPolicy& policy,
                          ductape::jobs::v1::OverlapPolicy* out);

absl::StatusOr<scheduler::core::CatchupPolicy> ToCatchupPolicy(
    std::string_view field, const ductape::jobs::v1::CatchupPolicy& policy);
void CatchupPolicyToProto(const scheduler::core::CatchupPolicy& policy,
                          ductape::jobs::v1::CatchupPolicy* out);

absl::StatusOr<scheduler::core::DstPolicy> ToDstPolicy(std::string_view field,
                                                       const ductape::jobs::v1::DstPolicy& policy);
void DstPolicyToProto(const scheduler::core::DstPolicy& policy, ductape::jobs::v1::DstPolicy* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_POLICIES_H_
