#include "tests/bench/load/window.h"

#include "tests/bench/load/clock.h"

namespace bench {

Window::Window(Flags* flags)
    : seconds_(flags->Int("seconds", 20)),
      warm_up_(flags->Int("warm-up", 3)),
      server_pid_(static_cast<pid_t>(flags->Int("server-pid", 0))) {}

JobPlan Window::Plan(Flags* flags) {
  JobPlan plan;
  plan.count = flags->Int("jobs", 10'000);
  plan.interval_millis = flags->Int("interval-ms", 1000);
  // A start in the past gives the phase; nothing is run for it.
  plan.start_millis = WallNanos() / kNanosPerMilli - plan.interval_millis;
  return plan;
}

void Window::Measure(Tally* tally, const JobPlan& plan) {
  const int64_t from = (WallNanos() / kNanosPerMilli + warm_up_ * 1000) * kNanosPerMilli;
  const int64_t to = from + seconds_ * kNanosPerSecond;
  due_ = plan.count * seconds_ * 1000 / plan.interval_millis;
  tally->Open(from, to);
  SleepUntilWall(from);
  const double own = OwnCpuSeconds();
  const double server = CpuSecondsOf(server_pid_);
  SleepUntilWall(to);
  own_cpu_ = OwnCpuSeconds() - own;
  server_cpu_ = CpuSecondsOf(server_pid_) - server;
  for (int i = 0; i < 20 && tally->sums().completed < due_; ++i) SleepFor(100 * kNanosPerMilli);
}

Report Window::Describe(const Tally::Sums& sums, int64_t completed) const {
  const auto fires = static_cast<double>(completed > 0 ? completed : 1);
  const auto messages = static_cast<double>(sums.messages > 0 ? sums.messages : 1);
  Report report;
  report.Add("due", due_)
      .Add("arrived", sums.arrived)
      .Add("completed", completed)
      .Add("per_second", static_cast<double>(completed) / static_cast<double>(seconds_))
      .Add("lateness_p50_ms", sums.lateness.QuantileMillis(0.5))
      .Add("lateness_p99_ms", sums.lateness.QuantileMillis(0.99))
      .Add("lateness_p999_ms", sums.lateness.QuantileMillis(0.999))
      .Add("lateness_max_ms", sums.lateness.max_millis())
      .Add("first_quarter_p50_ms", sums.by_quarter.front().QuantileMillis(0.5))
      .Add("last_quarter_p50_ms", sums.by_quarter.back().QuantileMillis(0.5))
      .Add("runs_per_message", static_cast<double>(sums.arrived) / messages)
      .Add("server_cores", server_cpu_ / static_cast<double>(seconds_))
      .Add("load_cores", own_cpu_ / static_cast<double>(seconds_))
      .Add("cpu_us_per_fire", (server_cpu_ + own_cpu_) * 1e6 / fires)
      .Add("server_cpu_us_per_fire", server_cpu_ * 1e6 / fires)
      .Add("redelivered", sums.redelivered)
      .Add("refused", sums.refused);
  return report;
}

}  // namespace bench
