#include "tests/bench/schedules/walk.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "absl/time/civil_time.h"
#include "tests/bench/schedules/measure.h"

namespace bench {
namespace {

using scheduler::core::Occurrence;
using scheduler::core::Schedule;
using scheduler::core::ScheduleContext;

constexpr int kRepetitions = 9;
constexpr int kMilliseconds = 20;

// Calls `found` with each time; returns the number of calls of Next, the last of which may have
// found none of the stretch.
template <typename Found>
int64_t Step(const Schedule& schedule, const Stretch& stretch, const Found& found) {
  const ScheduleContext context{1, stretch.from};
  Millis after = stretch.from - 1;
  for (int64_t calls = 1; calls <= stretch.most; ++calls) {
    const std::optional<Occurrence> next = schedule.Next(context, after);
    if (!next || next->nominal >= stretch.until) return calls;
    found(next->nominal);
    after = next->nominal;
  }
  return stretch.most;
}

// What no Next can do without: what clocks show at the one time, and when they show the other.
double LimitNanos(const std::vector<absl::Time>& times, const absl::TimeZone& zone) {
  std::vector<absl::CivilSecond> local;
  for (const absl::Time time : times) local.push_back(zone.At(time).cs);
  int64_t shown = 0;
  const auto pass = [&] {
    for (size_t i = 0; i < times.size(); ++i) {
      shown += zone.At(times[i]).cs.second();
      shown += absl::ToUnixSeconds(zone.At(local[(i + 1) % local.size()]).pre);
    }
    return static_cast<int64_t>(times.size());
  };
  const double nanos = NanosPerCall(pass, kRepetitions, kMilliseconds);
  KeepUsed(shown);
  return nanos;
}

}  // namespace

std::vector<Case> ReadCases(const std::string& path) {
  std::vector<Case> cases;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t bar = line.find('|');
    if (line.empty() || line[0] == '#' || bar == std::string::npos) continue;
    Case read{line.substr(0, bar), line.substr(bar + 1), {}};
    if (!absl::LoadTimeZone(read.zone_name, &read.zone)) {
      std::fprintf(stderr, "bench_schedules: no such zone: %s\n", line.c_str());
      std::exit(1);
    }
    cases.push_back(read);
  }
  if (cases.empty()) {
    std::fprintf(stderr, "bench_schedules: nothing in %s\n", path.c_str());
    std::exit(1);
  }
  return cases;
}

Walk WalkThrough(const Schedule& schedule, const absl::TimeZone& zone, const Stretch& stretch) {
  Walk walk;
  std::vector<absl::Time> times;
  Step(schedule, stretch, [&](Millis time) {
    ++walk.times;
    walk.sum = walk.sum * 31 + static_cast<uint32_t>(time / 1000);
    times.push_back(absl::FromUnixMillis(time));
  });
  Millis last = 0;
  const auto pass = [&] { return Step(schedule, stretch, [&](Millis time) { last = time; }); };
  walk.ns = NanosPerCall(pass, kRepetitions, kMilliseconds);
  KeepUsed(last);
  walk.limit_ns = LimitNanos(times, zone);
  return walk;
}

}  // namespace bench
