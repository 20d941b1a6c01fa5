#include "tests/bench/limits/bare_service.h"
#include "tests/bench/limits/limits.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/creator.h"
#include "tests/bench/load/report.h"

namespace bench {

int LimitUnary(Flags* flags) {
  CreateOptions options;
  options.batch = static_cast<int>(flags->Int("batch", 1));
  options.in_flight = static_cast<int>(flags->Int("in-flight", 64));
  options.channels = static_cast<int>(flags->Int("channels", 2));
  options.limit_nanos = flags->Int("seconds", 5) * kNanosPerSecond;
  flags->RefuseUnknown();

  BareJobService service;
  const BareServer server(&service);
  JobPlan plan;
  plan.count = int64_t{1} << 40;
  const double cpu = OwnCpuSeconds();
  const CreateResult result = CreateJobs(server.address(), plan, options);
  Report()
      .Add("jobs_per_second", static_cast<double>(result.created) / result.seconds)
      .Add("call_p50_ms", result.latency.QuantileMillis(0.5))
      .Add("call_p99_ms", result.latency.QuantileMillis(0.99))
      .Add("cpu_us_per_job", (OwnCpuSeconds() - cpu) * 1e6 / static_cast<double>(result.created))
      .Print();
  return 0;
}

}  // namespace bench
