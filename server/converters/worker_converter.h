#ifndef SERVER_CONVERTERS_WORKER_CONVERTER_H_
#define SERVER_CONVERTERS_WORKER_CONVERTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/worker.pb.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/worker_hub.h"
#include "scheduler/dispatch/worker_messages.h"

// Between WorkerService's messages and what the hub speaks. Everything that a worker sends is
// checked here: INVALID_ARGUMENT with FIELD_REQUIRED, FIELD_INVALID, FIELD_OUT_OF_RANGE or
// FIELD_TOO_LARGE and the field's path, which begins with the given prefix.
namespace server {

// How many results, or runs to extend, one message may hold.
inline constexpr int kMaxResults = 10'000;
// How many runs one LeaseRuns call may take.
inline constexpr int kMaxLeasedRuns = 1000;

absl::StatusOr<scheduler::dispatch::WorkerHello> ToWorkerHello(
    std::string_view field, const ductape::jobs::v1::Hello& hello,
    const std::string& default_product);

// How many runs may be in flight, at least `least`: 1 in a Hello, 0 in a Window message.
absl::StatusOr<int32_t> ToWindow(std::string_view field, int32_t max_in_flight, int32_t least);

absl::StatusOr<scheduler::core::Outcome> ToOutcome(std::string_view field,
                                                   const ductape::jobs::v1::Result& result);
absl::StatusOr<std::vector<scheduler::core::Outcome>> ToOutcomes(
    std::string_view field,
    const google::protobuf::RepeatedPtrField<ductape::jobs::v1::Result>& results);

// An error as a worker gives it; its message is cut.
absl::StatusOr<scheduler::core::RunError> ToWorkerError(std::string_view field,
                                                        const ductape::jobs::v1::Run::Error& error);

// The part of a worker's output that is kept; null for an empty one.
std::shared_ptr<const scheduler::core::RunOutput> ToRunOutput(std::string_view output);

absl::StatusOr<std::vector<scheduler::core::RunRef>> ToRunRefs(
    std::string_view field,
    const google::protobuf::RepeatedPtrField<ductape::jobs::v1::RunRef>& refs, int limit);

absl::StatusOr<scheduler::dispatch::WorkerHub::LeaseRequest> ToLeaseRequest(
    const ductape::jobs::v1::LeaseRunsRequest& request, const std::string& default_product);

absl::StatusOr<scheduler::dispatch::WorkerHub::CompleteRequest> ToCompleteRequest(
    const ductape::jobs::v1::CompleteRunsRequest& request, const std::string& default_product);

void RunRefToProto(const scheduler::core::RunRef& ref, ductape::jobs::v1::RunRef* out);
void RefusalToProto(const scheduler::core::Refusal& refusal, ductape::jobs::v1::Acks::Refused* out);

void DeliveryToProto(const scheduler::core::ClaimedRun& run, scheduler::base::Millis deadline,
                     ductape::jobs::v1::Delivery* out);

// Deliveries and the end of the stream are no message of their own: false.
bool WorkerWriteToProto(const scheduler::dispatch::WorkerWrite& write,
                        ductape::jobs::v1::WorkResponse* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_WORKER_CONVERTER_H_
