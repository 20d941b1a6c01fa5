#include "tests/bench/limits/bare_service.h"
#include "tests/bench/limits/limits.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/report.h"
#include "tests/bench/load/worker_stream.h"

namespace bench {

int LimitStream(Flags* flags) {
  BareStreamOptions options;
  const auto streams = static_cast<int>(flags->Int("streams", 2));
  options.batch = static_cast<int>(flags->Int("batch", 256));
  options.per_second = flags->Int("rate", 0) / streams;
  options.in_flight = flags->Int("in-flight", options.in_flight);
  const int64_t seconds = flags->Int("seconds", 5);
  flags->RefuseUnknown();

  BareWorkerService service(options);
  const BareServer server(&service);
  Tally tally;
  const Workers workers(server.address(), streams, 100'000, &tally);
  const int64_t from = WallNanos() + kNanosPerSecond;
  tally.Open(from, from + seconds * kNanosPerSecond);
  SleepUntilWall(from);
  const double cpu = OwnCpuSeconds();
  SleepUntilWall(from + seconds * kNanosPerSecond);
  const double used = OwnCpuSeconds() - cpu;
  SleepFor(100 * kNanosPerMilli);
  const Tally::Sums sums = tally.sums();
  const auto runs = static_cast<double>(sums.completed > 0 ? sums.completed : 1);
  Report()
      .Add("runs_per_second", static_cast<double>(sums.completed) / static_cast<double>(seconds))
      .Add("p50_ms", sums.lateness.QuantileMillis(0.5))
      .Add("p99_ms", sums.lateness.QuantileMillis(0.99))
      .Add("cpu_us_per_run", used * 1e6 / runs)
      .Print();
  return 0;
}

}  // namespace bench
