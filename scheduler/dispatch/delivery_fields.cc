#include "scheduler/dispatch/delivery_fields.h"

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/core/ids.h"

namespace scheduler::dispatch {
namespace {

// Two digits at a time are all that a time needs; absl::FormatTime takes ten times as long, and
// this stands on the path of every delivery.
void AppendPadded(int64_t value, int width, std::string* out) {
  char digits[20];
  for (int i = width - 1; i >= 0; --i) {
    digits[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out->append(digits, static_cast<size_t>(width));
}

}  // namespace

std::string FormatRfc3339(base::Millis time) {
  base::Millis seconds = time / base::kSecond;
  base::Millis millis = time % base::kSecond;
  if (millis < 0) {
    millis += base::kSecond;
    --seconds;
  }
  const absl::CivilSecond civil = absl::CivilSecond(1970, 1, 1) + seconds;
  std::string out;
  out.reserve(24);
  AppendPadded(civil.year(), 4, &out);
  out.push_back('-');
  AppendPadded(civil.month(), 2, &out);
  out.push_back('-');
  AppendPadded(civil.day(), 2, &out);
  out.push_back('T');
  AppendPadded(civil.hour(), 2, &out);
  out.push_back(':');
  AppendPadded(civil.minute(), 2, &out);
  out.push_back(':');
  AppendPadded(civil.second(), 2, &out);
  out.push_back('.');
  AppendPadded(millis, 3, &out);
  out.push_back('Z');
  return out;
}

std::array<DeliveryField, 8> DeliveryFieldsOf(const core::ClaimedRun& run) {
  return {{
      {"Idempotency-Key", "idempotency-key", core::FormatRunId(run.key)},
      {"Ductape-Product", "ductape-product", run.product},
      {"Ductape-Job", "ductape-job", run.job_tag},
      {"Ductape-Run-Number", "ductape-run-number", std::to_string(run.key.number)},
      {"Ductape-Attempt", "ductape-attempt", std::to_string(run.attempt)},
      {"Ductape-Scheduled-Time", "ductape-scheduled-time", FormatRfc3339(run.scheduled_time)},
      {"Ductape-Fencing-Token", "ductape-fencing-token", std::to_string(run.token)},
      {"traceparent", "traceparent", core::TraceparentOf(run.key)},
  }};
}

}  // namespace scheduler::dispatch
