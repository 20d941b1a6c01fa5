#include <string>

#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "scheduler/core/rule/rule_parser.h"
#include "scheduler/core/rule/rule_schedule.h"

// What calendar rules cost: the next time of common rules and of the worst, a year of times counted,
// and a COUNT settled.
namespace scheduler::core {
namespace {

constexpr Millis kStart = 1'700'000'000'000;
constexpr Millis kYear = 365 * base::kDay;

RecurrenceRule Rule(const char* text) {
  absl::TimeZone zone;
  absl::LoadTimeZone("Europe/Berlin", &zone);
  return ParseRule(text, zone).value();
}

// Each from the one before, over ten years.
void BM_Next(benchmark::State& state, const char* text) {
  const RuleSchedule schedule(Rule(text), kStart, {});
  const ScheduleContext context{1, kStart};
  Millis t = kStart;
  for (auto _ : state) {
    const std::optional<Occurrence> next = schedule.Next(context, t);
    benchmark::DoNotOptimize(next);
    t = next && next->nominal < kStart + 10 * kYear ? next->nominal : kStart;
  }
}

void BM_Previous(benchmark::State& state, const char* text) {
  const RuleSchedule schedule(Rule(text), kStart, {});
  const ScheduleContext context{1, kStart};
  Millis t = kStart + 10 * kYear;
  for (auto _ : state) {
    const std::optional<Occurrence> previous = schedule.Previous(context, t);
    benchmark::DoNotOptimize(previous);
    t = previous ? previous->nominal : kStart + 10 * kYear;
  }
}

void BM_CountYear(benchmark::State& state, const char* text) {
  const RuleSchedule schedule(Rule(text), kStart, {});
  const ScheduleContext context{1, kStart};
  for (auto _ : state) {
    benchmark::DoNotOptimize(schedule.Count(context, kStart + kYear, kStart + 2 * kYear));
  }
}

void BM_CountAll(benchmark::State& state, const char* text) {
  const RuleSchedule schedule(Rule(text), kStart, {});
  const ScheduleContext context{1, kStart};
  for (auto _ : state) benchmark::DoNotOptimize(schedule.Count(context, 0, base::kNever));
}

void BM_Build(benchmark::State& state, const char* text) {
  const RecurrenceRule rule = Rule(text);
  for (auto _ : state) {
    const RuleSchedule schedule(rule, kStart, {});
    benchmark::DoNotOptimize(&schedule);
  }
}

constexpr char kWeekly[] = "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0";
constexpr char kEveryOtherWeek[] = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=9;BYMINUTE=0";
constexpr char kLastWorkday[] = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYHOUR=9";
constexpr char kPrime[] = "FREQ=SECONDLY;INTERVAL=61;BYSECOND=0,30;BYMINUTE=0,15,30,45";

BENCHMARK_CAPTURE(BM_Next, weekly, kWeekly);
BENCHMARK_CAPTURE(BM_Next, daily, "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0");
BENCHMARK_CAPTURE(BM_Next, every_other_week, kEveryOtherWeek);
BENCHMARK_CAPTURE(BM_Next, monthly_first_friday, "FREQ=MONTHLY;BYDAY=1FR;BYHOUR=9;BYMINUTE=0");
BENCHMARK_CAPTURE(BM_Next, monthly_last_workday, kLastWorkday);
BENCHMARK_CAPTURE(BM_Next, yearly, "FREQ=YEARLY");
BENCHMARK_CAPTURE(BM_Next, every_15_minutes, "FREQ=MINUTELY;INTERVAL=15");
BENCHMARK_CAPTURE(BM_Next, every_61_seconds, kPrime);
BENCHMARK_CAPTURE(BM_Next, yearly_by_week, "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO");
BENCHMARK_CAPTURE(BM_Next, never_day, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
BENCHMARK_CAPTURE(BM_Next, never_year_days, "FREQ=YEARLY;INTERVAL=2;BYYEARDAY=366");
BENCHMARK_CAPTURE(BM_Next, never_second, "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30;BYHOUR=0,1,2,3");
BENCHMARK_CAPTURE(BM_Next, never_real_time, "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30");
BENCHMARK_CAPTURE(BM_Next, never_week, "FREQ=MINUTELY;INTERVAL=420;BYDAY=MO;BYHOUR=1;BYMINUTE=7");
BENCHMARK_CAPTURE(BM_Previous, weekly, kWeekly);
BENCHMARK_CAPTURE(BM_CountYear, weekly, kWeekly);
BENCHMARK_CAPTURE(BM_CountYear, secondly, "FREQ=SECONDLY");
BENCHMARK_CAPTURE(BM_CountYear, every_61_seconds, kPrime);
BENCHMARK_CAPTURE(BM_CountAll, secondly, "FREQ=SECONDLY");
BENCHMARK_CAPTURE(BM_CountAll, every_61_seconds, kPrime);
BENCHMARK_CAPTURE(BM_CountAll, last_workday, kLastWorkday);
BENCHMARK_CAPTURE(BM_Build, weekly, kWeekly);
BENCHMARK_CAPTURE(BM_Build, count, "FREQ=HOURLY;INTERVAL=5;COUNT=100000");
BENCHMARK_CAPTURE(BM_Build, count_beyond,
                  "FREQ=SECONDLY;INTERVAL=61;BYSECOND=0,30;COUNT=2000000000");

}  // namespace
}  // namespace scheduler::core

BENCHMARK_MAIN();
