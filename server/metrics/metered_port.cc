#include "server/metrics/metered_port.h"

#include <algorithm>
#include <utility>

namespace server {

namespace core = scheduler::core;

core::ClaimResult MeteredPort::Claim(const core::ReadyRun& run, const std::string* worker,
                                     core::ClaimedRun* out) {
  const core::ClaimResult result = port_.Claim(run, worker, out);
  if (result != core::ClaimResult::kClaimed) return result;
  Add(&attempts_);
  if (out->attempt == 1) {
    Add(&first_attempts_[std::min(static_cast<size_t>(out->trigger), kTriggers - 1)]);
    // Where a run waited for its event's limits it is not the server that was late.
    const bool limited = out->event != nullptr && out->event->limits.any();
    if (!limited) CountLateness(port_.Now() - out->due_time);
  }
  return result;
}

void MeteredPort::CountLateness(scheduler::base::Millis lateness) {
  const scheduler::base::Millis counted = std::max<scheduler::base::Millis>(lateness, 0);
  const auto* bound = std::lower_bound(kLatenessBounds.begin(), kLatenessBounds.end(), counted);
  Add(&lateness_[bound - kLatenessBounds.begin()]);
  Add(&lateness_sum_, counted);
}

void MeteredPort::Report(const std::string& product, std::vector<core::Outcome> outcomes,
                         Committed committed) {
  std::array<int64_t, kKinds> kinds{};
  for (const core::Outcome& outcome : outcomes) ++kinds[static_cast<size_t>(outcome.kind)];
  for (size_t i = 0; i < kKinds; ++i) {
    if (kinds[i] > 0) Add(&outcomes_[i], kinds[i]);
  }
  port_.Report(product, std::move(outcomes),
               [this, committed = std::move(committed)](std::vector<core::Refusal> refused) {
                 if (!refused.empty()) Add(&refused_, static_cast<int64_t>(refused.size()));
                 committed(std::move(refused));
               });
}

void MeteredPort::Collect(Exposition* out) const {
  constexpr const char* kTriggerNames[kTriggers] = {"",       "SCHEDULE", "CATCHUP",
                                                    "MANUAL", "BACKFILL", "HOOK"};
  constexpr const char* kKindNames[kKinds] = {"completed", "failed", "cancelled", "released",
                                              "lost"};
  out->Family("ductape_jobs_attempts_total", "counter", "Attempts handed to targets and workers.");
  out->Sample(attempts_.load(std::memory_order_relaxed));
  out->Family("ductape_jobs_runs_started_total", "counter",
              "Runs whose first attempt was handed out, by trigger.");
  for (size_t i = 1; i < kTriggers; ++i) {
    const int64_t count = first_attempts_[i].load(std::memory_order_relaxed);
    if (count > 0) out->Sample(count, {{"trigger", kTriggerNames[i]}});
  }
  out->Family("ductape_jobs_lateness_seconds", "histogram",
              "From a run's due time to its first attempt, of events without limits.");
  std::array<double, kLatenessBounds.size()> bounds;
  std::transform(kLatenessBounds.begin(), kLatenessBounds.end(), bounds.begin(),
                 [](int64_t millis) { return static_cast<double>(millis) * 1e-3; });
  std::array<int64_t, kLatenessBounds.size() + 1> counts;
  for (size_t i = 0; i < counts.size(); ++i) counts[i] = lateness_[i].load();
  out->Histogram(bounds, counts, static_cast<double>(lateness_sum_.load()) * 1e-3);
  out->Family("ductape_jobs_outcomes_total", "counter", "Outcomes of attempts, by kind.");
  for (size_t i = 0; i < kKinds; ++i) {
    out->Sample(outcomes_[i].load(std::memory_order_relaxed), {{"outcome", kKindNames[i]}});
  }
  out->Family("ductape_jobs_outcomes_refused_total", "counter",
              "Outcomes that came too late or with an old token.");
  out->Sample(refused_.load(std::memory_order_relaxed));
}

}  // namespace server
