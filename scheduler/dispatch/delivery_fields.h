#ifndef SCHEDULER_DISPATCH_DELIVERY_FIELDS_H_
#define SCHEDULER_DISPATCH_DELIVERY_FIELDS_H_

#include <array>
#include <string>
#include <string_view>

#include "scheduler/base/millis.h"
#include "scheduler/core/run_port.h"

// What every delivery says of its run, in the target's own way: HTTP headers, gRPC metadata.
namespace scheduler::dispatch {

struct DeliveryField {
  std::string_view header;    // "Ductape-Job"
  std::string_view metadata;  // "ductape-job"
  std::string value;
};

// In a fixed order: Idempotency-Key (the run id), Ductape-Product, -Job, -Run-Number, -Attempt,
// -Scheduled-Time (RFC 3339, UTC, milliseconds), -Fencing-Token (decimal), traceparent. All of them
// are among core::IsReservedHeader's.
std::array<DeliveryField, 8> DeliveryFieldsOf(const core::ClaimedRun& run);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DELIVERY_FIELDS_H_
