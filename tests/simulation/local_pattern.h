#ifndef TESTS_SIMULATION_LOCAL_PATTERN_H_
#define TESTS_SIMULATION_LOCAL_PATTERN_H_

#include <cstdint>
#include <string>

#include "scheduler/base/millis.h"
#include "scheduler/core/model.h"

namespace sim {

using scheduler::base::Millis;

// Turns of the clocks of Europe/Berlin, in milliseconds: forward at 02:00 and back at 03:00.
inline constexpr Millis kClocksForward = 1'806'195'600'000;  // 2027-03-28T01:00:00Z
inline constexpr Millis kClocksBack = 1'824'944'400'000;     // 2027-10-31T01:00:00Z

// The same seconds, minutes and hours of every day, by the clocks of Europe/Berlin or of UTC, as the plainest
// walk over seconds finds them; from the winter of 2023 to that of 2027 but for 2024 to 2026.
struct LocalPattern {
  uint64_t seconds = 0;  // bit s is second s
  uint64_t minutes = 0;
  uint64_t hours = 0;
  bool is_berlin = false;
  scheduler::core::DstPolicy dst;
  int64_t first_local =
      0;  // of a rule: what clocks show at its start, in seconds; it has no times before

  // The first time at or after `from`.
  Millis From(Millis from) const;
  // What clocks show at an instant, both in seconds.
  int64_t LocalOf(int64_t second) const;

 private:
  bool Matches(int64_t local) const;  // seconds
  // Of the seconds of the hour that is skipped, whether one matches.
  bool MatchesInGap() const;
  bool IsTime(int64_t second) const;
};

// Of a cron pattern of five or six fields that restricts no days.
LocalPattern PatternOfCron(const std::string& cron);
// Of a rule "FREQ=DAILY;BYHOUR=…;BYMINUTE=…;BYSECOND=…".
LocalPattern PatternOfRule(const std::string& rule);

// The number after `name` in `rule`; 0 if there is none.
int64_t PartOf(const std::string& rule, const std::string& name);

}  // namespace sim

#endif  // TESTS_SIMULATION_LOCAL_PATTERN_H_
