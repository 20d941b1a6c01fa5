#include "scheduler/core/schedule/zoned_times.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "scheduler/core/schedule/local_time.h"

// No local time lies in two clock changes (kLeastBetweenChanges), so a local time and the one change
// around it decide everything.
namespace scheduler::core {
namespace {

using Local = std::optional<absl::CivilSecond>;

// The fold around `local`, if it lies in one.
std::optional<ClockChange> FoldAround(absl::CivilSecond local, const absl::TimeZone& zone) {
  std::optional<ClockChange> change = ChangeAround(local, zone);
  if (change && !change->is_fold()) change.reset();
  return change;
}

ZonedTime FirstPass(const ClockChange& fold, absl::CivilSecond local) {
  return {fold.at - (fold.high() - local), kNoteFirstPass};
}

ZonedTime SecondPass(const ClockChange& fold, absl::CivilSecond local) {
  return {fold.at + (local - fold.low()), kNoteSecondPass};
}

}  // namespace

std::optional<ZonedTime> ZonedTimes::Next(int64_t after) const {
  const absl::CivilSecond local = LocalOf(after, zone_);
  const Local next = times_.Next(local);
  const int64_t ahead = next ? *next - local : std::numeric_limits<int64_t>::max();
  if (ahead <= kLeastBetweenChanges) {
    // Most often no change lies between, and then one look-up is enough to know: the local time comes
    // once, and as much time goes by until it as clocks show. (Further on two changes may cancel out.)
    const LocalTime time = Resolve(*next, zone_);
    if (time.kind == LocalTime::Kind::kUnique && time.first - after == ahead) {
      return ZonedTime{time.first, {}};
    }
  } else if (!repeats_) {
    return FirstFrom(next);  // it lies beyond any fold that `local` may lie in
  }
  const std::optional<ClockChange> fold = FoldAround(local, zone_);
  if (!fold) return FirstFrom(next);
  if (after < fold->at) {
    if (next && *next < fold->high()) return FirstPass(*fold, *next);
    if (!repeats_) return FirstFrom(next);
    const Local again = times_.Next(fold->low() - 1);
    if (again && *again < fold->high()) return SecondPass(*fold, *again);
    return FirstFrom(next);
  }
  if (!repeats_) return FirstFrom(times_.Next(fold->high() - 1));
  if (next && *next < fold->high()) return SecondPass(*fold, *next);
  return FirstFrom(next);
}

std::optional<ZonedTime> ZonedTimes::Previous(int64_t before) const {
  const absl::CivilSecond local = LocalOf(before - 1, zone_);
  const std::optional<ClockChange> fold = FoldAround(local, zone_);
  if (!fold) return LastUntil(times_.Previous(local + 1));
  const bool second_pass = before > fold->at;
  if (second_pass && repeats_) {
    const Local previous = times_.Previous(local + 1);
    if (previous && *previous >= fold->low()) return SecondPass(*fold, *previous);
  }
  const Local previous = times_.Previous(second_pass ? fold->high() : local + 1);
  if (previous && *previous >= fold->low()) return FirstPass(*fold, *previous);
  return LastUntil(previous);
}

int64_t ZonedTimes::Count(int64_t from, int64_t to) const {
  if (to <= from) return 0;
  const absl::CivilSecond shown = LocalOf(from, zone_);
  absl::CivilSecond local = shown + 1;
  if (!repeats_) {
    const std::optional<ClockChange> fold = FoldAround(shown, zone_);
    if (fold && from >= fold->at) local = fold->high();
  }
  int64_t count = 0;
  std::optional<ClockChange> change = NextChange(from, zone_);
  for (; change && change->at <= to; change = NextChange(change->at, zone_)) {
    count += times_.Count(local, change->from);
    if (change->is_gap() && IsMovedTo(*change)) ++count;
    local = change->is_fold() && !repeats_ ? change->high() : change->to;
  }
  return count + times_.Count(local, LocalOf(to, zone_) + 1);
}

// ---- outside of the fold at hand --------------------------------------------------------------

std::optional<ZonedTime> ZonedTimes::FirstFrom(Local local) const {
  while (local) {
    const LocalTime time = Resolve(*local, zone_);
    if (time.kind == LocalTime::Kind::kUnique) return ZonedTime{time.first, {}};
    if (time.kind == LocalTime::Kind::kRepeated) return ZonedTime{time.first, kNoteFirstPass};
    if (moves_) {
      const bool is_moved = IsMovedTo(*ChangeAround(*local, zone_));
      return ZonedTime{time.first, is_moved ? kNoteMoved : std::string_view()};
    }
    local = times_.Next(*local + (time.gap_left - 1));
  }
  return std::nullopt;
}

std::optional<ZonedTime> ZonedTimes::LastUntil(Local local) const {
  while (local) {
    const LocalTime time = Resolve(*local, zone_);
    if (time.kind == LocalTime::Kind::kUnique) return ZonedTime{time.first, {}};
    if (time.kind == LocalTime::Kind::kRepeated) {
      return repeats_ ? ZonedTime{time.second, kNoteSecondPass}
                      : ZonedTime{time.first, kNoteFirstPass};
    }
    // Nothing lies between the gap and the moment asked for: else `local` would be that.
    if (moves_) return ZonedTime{time.first, kNoteMoved};
    local = times_.Previous(ChangeAround(*local, zone_)->low());
  }
  return std::nullopt;
}

bool ZonedTimes::IsMovedTo(const ClockChange& gap) const {
  return moves_ && times_.Count(gap.low(), gap.high()) > 0 &&
         times_.Count(gap.high(), gap.high() + 1) == 0;
}

}  // namespace scheduler::core
