#ifndef SCHEDULER_CORE_SCHEDULE_LOCAL_TIME_H_
#define SCHEDULER_CORE_SCHEDULE_LOCAL_TIME_H_

#include <cstdint>
#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/base/millis.h"

// Between the time line and what a clock on the wall shows in a time zone.
//
// An instant is a whole second since 1970-01-01T00:00:00Z, int64_t; no zone changes within one. A
// local time is an absl::CivilSecond: year to second without a zone. Where a zone's clocks are
// turned forward, local times [low, high) are skipped: the gap. Where they are turned back, local
// times [low, high) come twice: the fold. Only a change of the offset counts: a change of the
// zone's abbreviation, or of what it calls daylight saving, is none.
//
// Everything here is pure and thread-safe and takes some tens of nanoseconds.
namespace scheduler::core {

using base::Millis;

// Whole seconds around a time in milliseconds, of any value.
constexpr int64_t FloorSecond(Millis t) { return t / 1000 - (t % 1000 < 0 ? 1 : 0); }
constexpr int64_t CeilSecond(Millis t) { return t / 1000 + (t % 1000 > 0 ? 1 : 0); }

// What the clocks of `zone` show at an instant.
absl::CivilSecond LocalOf(int64_t instant, const absl::TimeZone& zone);

// Where a local time stands on the time line.
struct LocalTime {
  enum class Kind : uint8_t {
    kUnique,    // once, at `first`
    kSkipped,   // never: it lies in a gap; `first` is the first instant after the gap
    kRepeated,  // twice, at `first` and `second`: it lies in a fold
  };
  Kind kind = Kind::kUnique;
  int64_t first = 0;
  int64_t second = 0;    // kRepeated: the second pass; else equal to `first`
  int64_t gap_left = 0;  // kSkipped: how far the end of the gap is, in local time
};

LocalTime Resolve(absl::CivilSecond local, const absl::TimeZone& zone);

// One change of a zone's offset.
struct ClockChange {
  int64_t at = 0;          // the first instant with the new offset
  absl::CivilSecond from;  // what clocks would have shown then without it
  absl::CivilSecond to;    // what they show then

  bool is_gap() const { return to > from; }
  bool is_fold() const { return to < from; }
  // The skipped or repeated local times are [low, high).
  absl::CivilSecond low() const { return is_gap() ? from : to; }
  absl::CivilSecond high() const { return is_gap() ? to : from; }

  friend bool operator==(const ClockChange&, const ClockChange&) = default;
};

// No zone changes its offset twice within this many seconds, from 1970 on, and none by as much: the
// test holds every zone of the machine to it. So no local time lies in two changes.
inline constexpr int64_t kLeastBetweenChanges = 2 * 86'400;

// The first change with `at` > after, and the last with `at` < before; none if there is none.
std::optional<ClockChange> NextChange(int64_t after, const absl::TimeZone& zone);
std::optional<ClockChange> PreviousChange(int64_t before, const absl::TimeZone& zone);

// The change that skips or repeats `local`; none for a local time that is kUnique.
std::optional<ClockChange> ChangeAround(absl::CivilSecond local, const absl::TimeZone& zone);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_LOCAL_TIME_H_
