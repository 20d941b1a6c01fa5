#include "tests/fuzz/schedule_checks.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "scheduler/base/time_zones.h"

namespace fuzz {

using scheduler::core::Occurrence;
using scheduler::core::Schedule;
using scheduler::core::ScheduleContext;

namespace {

// How far the times that follow an instant are walked.
constexpr int kSteps = 5;

}  // namespace

absl::TimeZone ZoneOf(uint8_t choice) {
  static constexpr std::array<const char*, 8> kNames = {
      "UTC",          "Europe/Berlin", "America/New_York",  "Australia/Lord_Howe",
      "Pacific/Apia", "Europe/Dublin", "Africa/Casablanca", "America/Havana"};
  const auto zone = scheduler::base::TimeZones::Get().Find(kNames[choice % kNames.size()]);
  return zone.value_or(absl::UTCTimeZone());
}

int64_t InstantOf(uint8_t choice) {
  // 256 instants over 230 years: the epoch, where bounds lie, and others that are on no whole second.
  return choice * int64_t{28'350'123'457};
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void CheckAround(const Schedule& schedule, const ScheduleContext& context, int64_t at) {
  int64_t after = at;
  int64_t seen = 0;
  for (; seen < kSteps; ++seen) {
    const std::optional<Occurrence> next = schedule.Next(context, after);
    if (!next.has_value()) break;
    Require(next->nominal > after, "the next time lies after its argument");
    Require(next->due >= next->nominal, "no time is due before itself");
    Require(next->nominal < context.end_time, "no time lies after the end");
    const std::optional<Occurrence> back = schedule.Previous(context, next->nominal + 1);
    Require(back == next, "the previous time after a time is that time");
    after = next->nominal;
  }
  Require(schedule.Count(context, at, after) == seen, "as many times are counted as are walked");
  const std::optional<Occurrence> previous = schedule.Previous(context, at + 1);
  if (!previous.has_value()) return;
  Require(previous->nominal <= at, "the previous time lies before its argument");
  Require(schedule.Count(context, previous->nominal, at) == 0, "none lies after the previous time");
}

}  // namespace fuzz
