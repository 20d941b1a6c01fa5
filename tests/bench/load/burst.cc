#include <algorithm>
#include <vector>

#include "tests/bench/load/clock.h"
#include "tests/bench/load/commands.h"
#include "tests/bench/load/creator.h"
#include "tests/bench/load/report.h"
#include "tests/bench/load/worker_stream.h"

namespace bench {
namespace {

struct Round {
  double last_ms = 0;
  double p50_ms = 0;
  int64_t arrived = 0;
};

// `tally` counts one stretch at a time, but its sums add up: each round has a tally of its own.
Round Burst(const std::string& address, int streams, const JobPlan& plan) {
  Tally tally;
  const Workers workers(address, streams, 100'000, &tally);
  tally.Open(plan.at_millis * kNanosPerMilli, (plan.at_millis + 1) * kNanosPerMilli);
  CreateAll(address, plan);
  SleepUntilWall(plan.at_millis * kNanosPerMilli);
  for (int i = 0; i < 1000 && tally.sums().completed < plan.count; ++i) {
    SleepFor(10 * kNanosPerMilli);
  }
  const Tally::Sums sums = tally.sums();
  Round round;
  round.last_ms = static_cast<double>(sums.last_arrival_nanos - plan.at_millis * kNanosPerMilli) /
                  static_cast<double>(kNanosPerMilli);
  round.p50_ms = sums.lateness.QuantileMillis(0.5);
  round.arrived = sums.arrived;
  return round;
}

}  // namespace

int RunBurst(Flags* flags) {
  const std::string address = flags->Text("address", "");
  const auto streams = static_cast<int>(flags->Int("streams", 2));
  const int64_t rounds = flags->Int("rounds", 5);
  const int64_t lead_millis = flags->Int("lead-ms", 2000);
  JobPlan plan;
  plan.count = flags->Int("jobs", 20'000);
  flags->RefuseUnknown();

  CreateEvent(address, "");
  std::vector<double> last;
  Report report;
  for (int64_t i = 0; i < rounds; ++i) {
    plan.first = i * plan.count;
    plan.at_millis = WallNanos() / kNanosPerMilli + lead_millis;
    const Round round = Burst(address, streams, plan);
    const std::string name = "round_" + std::to_string(i + 1);
    report.Add(name + "_last_ms", round.last_ms).Add(name + "_p50_ms", round.p50_ms);
    if (round.arrived != plan.count) report.Add(name + "_arrived", round.arrived);
    last.push_back(round.last_ms);
  }
  std::sort(last.begin(), last.end());
  report.Add("last_ms", last[last.size() / 2]).Print();
  return 0;
}

}  // namespace bench
