#include "tests/bench/load/clock.h"
#include "tests/bench/load/commands.h"
#include "tests/bench/load/creator.h"
#include "tests/bench/load/report.h"

namespace bench {

int RunCreate(Flags* flags) {
  const std::string address = flags->Text("address", "");
  JobPlan plan;
  plan.count = flags->Int("jobs", int64_t{1} << 40);
  plan.first = flags->Int("first", 0);
  plan.interval_millis = flags->Int("interval-ms", 86'400'000);
  plan.start_millis = WallNanos() / kNanosPerMilli + flags->Int("start-in-ms", 86'400'000);
  plan.cron_zone = flags->Text("cron-zone", "");
  plan.prefix = flags->Text("prefix", plan.prefix);
  plan.event = flags->Text("event", kEventTag);
  const int64_t once_in_millis = flags->Int("once-in-ms", 0);
  if (once_in_millis != 0) plan.at_millis = WallNanos() / kNanosPerMilli + once_in_millis;
  CreateOptions options;
  options.batch = static_cast<int>(flags->Int("batch", 1000));
  options.in_flight = static_cast<int>(flags->Int("in-flight", 4));
  options.channels = static_cast<int>(flags->Int("channels", 2));
  const int64_t seconds = flags->Int("seconds", 0);
  if (seconds > 0) options.limit_nanos = seconds * kNanosPerSecond;
  const auto server_pid = static_cast<pid_t>(flags->Int("server-pid", 0));
  flags->RefuseUnknown();

  if (plan.event == kEventTag) CreateEvent(address, "");
  const double own = OwnCpuSeconds();
  const double server = CpuSecondsOf(server_pid);
  const CreateResult result = CreateJobs(address, plan, options);
  const double created = result.created > 0 ? static_cast<double>(result.created) : 1;
  Report()
      .Add("created", result.created)
      .Add("at_ms", plan.at_millis)
      .Add("refused", result.refused)
      .Add("failed", result.failed)
      .Add("per_second", static_cast<double>(result.created) / result.seconds)
      .Add("call_p50_ms", result.latency.QuantileMillis(0.5))
      .Add("call_p99_ms", result.latency.QuantileMillis(0.99))
      .Add("load_cpu_us_per_job", (OwnCpuSeconds() - own) * 1e6 / created)
      .Add("server_cpu_us_per_job", (CpuSecondsOf(server_pid) - server) * 1e6 / created)
      .Print();
  return result.failed == 0 && (seconds > 0 || result.created == plan.count) ? 0 : 1;
}

}  // namespace bench
