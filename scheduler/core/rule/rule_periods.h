#ifndef SCHEDULER_CORE_RULE_RULE_PERIODS_H_
#define SCHEDULER_CORE_RULE_RULE_PERIODS_H_

#include <cstdint>
#include <optional>

#include "absl/time/civil_time.h"
#include "scheduler/core/rule/rule_days.h"
#include "scheduler/core/rule/rule_pattern.h"
#include "scheduler/core/rule/rule_positions.h"
#include "scheduler/core/rule/rule_times.h"

namespace scheduler::core {

// A local time as the seconds between it and 1970-01-01T00:00:00 on clocks that are never turned.
constexpr int64_t LocalSecond(absl::CivilSecond local) { return local - absl::CivilSecond(); }
constexpr absl::CivilSecond CivilOf(int64_t local) { return absl::CivilSecond() + local; }

// The local times of one RRULE, without its COUNT and UNTIL, and on both sides of its start: pure
// calendar arithmetic, before time zones. The start gives what the rule leaves out and the phase of
// INTERVAL.
//
// A call jumps to `from` or `to` by arithmetic and searches from there, so its work does not depend
// on how far the start is. It grows with the length of [from, to) where nothing is found: a mask of
// days for each month (some tens of nanoseconds), and for the days admitted a search in INTERVAL's
// count where that counts less than a day. Callers give ranges within kLastYear.
//
// Immutable and thread-safe. `shift` moves the phase of INTERVAL forward by so many hours, minutes or
// seconds, for rules that follow real time; it is 0 for all others.
class RulePeriods {
 public:
  RulePeriods(const RulePattern& pattern, absl::CivilSecond start);

  // The first and the last time in [from, to), and how many there are.
  std::optional<int64_t> First(int64_t from, int64_t to, int64_t shift = 0) const;
  std::optional<int64_t> Last(int64_t from, int64_t to, int64_t shift = 0) const;
  int64_t Count(int64_t from, int64_t to, int64_t shift = 0) const;

  // Whether there is a time anywhere, as far as INTERVAL and the time parts decide; whole days aside.
  bool CanMatch(int64_t shift) const { return times_.CanMatch(shift); }

  // Count in several pieces that share what is known of whole days.
  using Memory = RuleTimes::WholeDays;
  Memory NewMemory() const { return Memory(times_); }
  int64_t Count(int64_t from, int64_t to, int64_t shift, Memory* memory) const;

 private:
  int64_t CountDays(int64_t first, int64_t last, int64_t shift, Memory* memory) const;

  RuleDays days_;
  RuleTimes times_;
  std::optional<RulePositions> positions_;  // BYSETPOS of weeks, months and years
};

// The smallest t in [from, to) such that `count`(from, t + 1) ≥ n, if there is one: where the nth of
// a set of times stands. Counts stretches that double in length, then halves of the one it is in:
// about three times the work of counting as far as the answer.
template <typename Count>
std::optional<int64_t> PlaceOfNth(int64_t from, int64_t to, int64_t n, const Count& count) {
  int64_t width = kDaySeconds;
  while (from < to) {
    const int64_t end = to - from < width ? to : from + width;
    const int64_t here = count(from, end);
    if (here >= n) {
      int64_t low = from;  // fewer than n lie in [from, low)
      for (int64_t high = end; low + 1 < high;) {
        const int64_t middle = low + (high - low) / 2;
        const int64_t part = count(low, middle);
        if (part >= n) {
          high = middle;
        } else {
          n -= part;
          low = middle;
        }
      }
      return low;
    }
    n -= here;
    from = end;
    width *= 2;
  }
  return std::nullopt;
}

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RULE_RULE_PERIODS_H_
