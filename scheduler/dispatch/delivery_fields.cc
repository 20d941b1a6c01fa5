#include "scheduler/dispatch/delivery_fields.h"

#include "scheduler/base/rfc3339.h"
#include "scheduler/core/ids.h"

namespace scheduler::dispatch {

std::array<DeliveryField, 8> DeliveryFieldsOf(const core::ClaimedRun& run) {
  return {{
      {"Idempotency-Key", "idempotency-key", core::FormatRunId(run.key)},
      {"Ductape-Product", "ductape-product", run.product},
      {"Ductape-Job", "ductape-job", run.job_tag},
      {"Ductape-Run-Number", "ductape-run-number", std::to_string(run.key.number)},
      {"Ductape-Attempt", "ductape-attempt", std::to_string(run.attempt)},
      {"Ductape-Scheduled-Time", "ductape-scheduled-time", base::FormatRfc3339(run.scheduled_time)},
      {"Ductape-Fencing-Token", "ductape-fencing-token", std::to_string(run.token)},
      {"traceparent", "traceparent", core::TraceparentOf(run.key)},
  }};
}

}  // namespace scheduler::dispatch
