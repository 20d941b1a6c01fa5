#include "tests/bench/schedules/worst.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "scheduler/core/cron/cron_parser.h"
#include "scheduler/core/cron/cron_schedule.h"
#include "scheduler/core/schedule/local_time.h"
#include "tests/bench/schedules/measure.h"

namespace bench {
namespace {

using scheduler::core::ClockChange;
using scheduler::core::CronSchedule;
using scheduler::core::DstPolicy;
using scheduler::core::Occurrence;
using scheduler::core::ScheduleContext;

constexpr Millis kBegin = -2 * 86'400'000LL;             // before every time of a pattern
constexpr Millis kEnd = 7'258'118'400'000 + 86'400'000;  // after every one
constexpr int kTimes = 200;         // how many times are asked from, on either side
constexpr size_t kCandidates = 12;  // how many calls are measured for good
constexpr int64_t kCallsAPass = 8;

ScheduleContext Unbounded() { return {1, kBegin}; }

// Where Next is asked from.
std::vector<Millis> Moments(const CronSchedule& schedule) {
  std::vector<Millis> moments = {kBegin, kEnd};
  std::optional<Occurrence> time = schedule.Next(Unbounded(), kBegin);
  for (int i = 0; time && i < kTimes; ++i) {
    moments.push_back(time->nominal);
    time = schedule.Next(Unbounded(), time->nominal);
  }
  time = schedule.Previous(Unbounded(), kEnd);
  for (int i = 0; time && i < kTimes; ++i) {
    moments.push_back(time->nominal);
    time = schedule.Previous(Unbounded(), time->nominal);
  }
  // Half an hour to either side of a change: in a fold it is the first pass and the second.
  std::optional<ClockChange> change = scheduler::core::NextChange(0, schedule.zone());
  for (; change && change->at < kEnd / 1000;
       change = scheduler::core::NextChange(change->at, schedule.zone())) {
    moments.push_back((change->at - 1800) * 1000);
    moments.push_back((change->at + 1800) * 1000);
  }
  return moments;
}

// The quickest of three calls: what others on the machine do is not the call's.
double Glance(const CronSchedule& schedule, Millis after) {
  using Clock = std::chrono::steady_clock;
  double least = 1e12;
  for (int i = 0; i < 3; ++i) {
    const Clock::time_point start = Clock::now();
    const std::optional<Occurrence> next = schedule.Next(Unbounded(), after);
    KeepUsed(next);
    least = std::min(least, std::chrono::duration<double, std::nano>(Clock::now() - start).count());
  }
  return least;
}

CronSchedule ScheduleOf(const Case& pattern, DstPolicy policy) {
  const auto parsed = scheduler::core::ParseCron(pattern.pattern, 0);
  if (!parsed.ok() || !parsed->CanMatch()) {
    std::fprintf(stderr, "bench_schedules: no pattern with times: %s\n", pattern.pattern.c_str());
    std::exit(1);
  }
  return CronSchedule(*parsed, pattern.zone, policy);
}

// Those that look dearest.
std::vector<WorstCall> Candidates(const std::vector<Case>& cases,
                                  const std::vector<DstPolicy>& policies, int64_t* searched) {
  const auto is_dearer = [](const WorstCall& a, const WorstCall& b) { return a.ns > b.ns; };
  std::vector<WorstCall> calls;
  for (const Case& pattern : cases) {
    for (const DstPolicy policy : policies) {
      const CronSchedule schedule = ScheduleOf(pattern, policy);
      for (const Millis after : Moments(schedule)) {
        ++*searched;
        calls.push_back({pattern, policy, after, {}, Glance(schedule, after)});
      }
    }
    std::sort(calls.begin(), calls.end(), is_dearer);
    if (calls.size() > kCandidates) calls.resize(kCandidates);
  }
  return calls;
}

}  // namespace

WorstCall FindWorst(const std::vector<Case>& cases, const std::vector<DstPolicy>& policies) {
  WorstCall worst;
  int64_t searched = 0;
  for (WorstCall& call : Candidates(cases, policies, &searched)) {
    const CronSchedule schedule = ScheduleOf(call.pattern, call.policy);
    std::optional<Occurrence> next;
    const auto pass = [&] {
      for (int i = 0; i < kCallsAPass; ++i) {
        next = schedule.Next(Unbounded(), call.after);
        KeepUsed(next);
      }
      return kCallsAPass;
    };
    call.ns = NanosPerCall(pass, 21, 5);
    if (next) call.next = next->nominal;
    if (call.ns > worst.ns) worst = call;
  }
  worst.searched = searched;
  return worst;
}

}  // namespace bench
