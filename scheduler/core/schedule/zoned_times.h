#ifndef SCHEDULER_CORE_SCHEDULE_ZONED_TIMES_H_
#define SCHEDULER_CORE_SCHEDULE_ZONED_TIMES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/core/model.h"
#include "scheduler/core/schedule/local_time.h"

// From local times to instants: what a calendar that names local times means in a zone whose clocks
// are turned. The one place with the rules of DstPolicy; cron patterns and any other calendar of
// local times go through it.
namespace scheduler::core {

// A set of local times, pure and bounded: each call does bounded work whatever its argument.
class LocalTimes {
 public:
  virtual ~LocalTimes() = default;
  virtual std::optional<absl::CivilSecond> Next(absl::CivilSecond after) const = 0;
  virtual std::optional<absl::CivilSecond> Previous(absl::CivilSecond before) const = 0;
  // How many lie in [from, to); 0 if to ≤ from.
  virtual int64_t Count(absl::CivilSecond from, absl::CivilSecond to) const = 0;
};

// What becomes of local times that are skipped or repeated.
enum class ClockRule : uint8_t {
  // The set names hours of the day: the policy decides.
  //   gap, RUN_AFTER: all times in the gap become one occurrence at the first instant after it, or
  //     none more if that instant is an occurrence by itself; SKIP: they are dropped.
  //   fold, FIRST: the first pass alone; BOTH: both passes.
  kPolicy,
  // The set names every hour: an occurrence at each instant at which clocks show a time of the set.
  // Nothing is missing in a gap in real time, and both passes of a fold count.
  kRealTime,
};

// Notes of occurrences that a clock change touched.
inline constexpr std::string_view kNoteMoved = "moved by a clock change";
inline constexpr std::string_view kNoteFirstPass = "first of two";
inline constexpr std::string_view kNoteSecondPass = "second of two";

struct ZonedTime {
  int64_t instant = 0;    // seconds UTC
  std::string_view note;  // one of the above, or empty

  friend bool operator==(const ZonedTime&, const ZonedTime&) = default;
};

// `times` in `zone`: a set of instants. The three calls agree with one another for every argument.
// A view: `times` and `zone` must outlive it. Thread-safe.
class ZonedTimes {
 public:
  ZonedTimes(const LocalTimes& times, const absl::TimeZone& zone, ClockRule rule, DstPolicy policy)
      : times_(times),
        zone_(zone),
        moves_(rule == ClockRule::kPolicy && policy.gap == DstGap::kRunAfter),
        repeats_(rule == ClockRule::kRealTime || policy.fold == DstFold::kBoth) {}

  // The first instant > after, the last instant < before. Two or three look-ups in the zone.
  std::optional<ZonedTime> Next(int64_t after) const;
  std::optional<ZonedTime> Previous(int64_t before) const;

  // How many instants lie in (from, to]: one LocalTimes::Count for each stretch between two clock
  // changes, so its work grows with the number of changes in between and not with the number of
  // occurrences.
  int64_t Count(int64_t from, int64_t to) const;

 private:
  // The first occurrence of the set from `local` on, the last until it; `local` is of the set.
  std::optional<ZonedTime> FirstFrom(std::optional<absl::CivilSecond> local) const;
  std::optional<ZonedTime> LastUntil(std::optional<absl::CivilSecond> local) const;
  // Whether the first instant after this gap is an occurrence for the gap's sake alone.
  bool IsMovedTo(const ClockChange& gap) const;

  const LocalTimes& times_;
  const absl::TimeZone& zone_;
  bool moves_;    // times in a gap run after it
  bool repeats_;  // the second pass of a fold counts
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_SCHEDULE_ZONED_TIMES_H_
