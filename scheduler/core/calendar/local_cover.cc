#include "scheduler/core/calendar/local_cover.h"

#include <algorithm>
#include <utility>

#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

constexpr int64_t kBegin = kCalendarSeconds.begin;
constexpr int64_t kEnd = kCalendarSeconds.end;

void Join(const std::optional<Stretch>& other, std::optional<Stretch>* stretch) {
  if (!other) return;
  if (!*stretch) {
    *stretch = other;
    return;
  }
  (*stretch)->begin = std::min((*stretch)->begin, other->begin);
  (*stretch)->end = std::max((*stretch)->end, other->end);
}

void Earlier(std::optional<int64_t> other, std::optional<int64_t>* first) {
  if (other && (!*first || *other < **first)) *first = other;
}

}  // namespace

LocalCover::LocalCover(Stretches listed, YearlyDays yearly, WeekTimes weekly)
    : listed_(std::move(listed)), yearly_(yearly), weekly_(std::move(weekly)) {}

std::optional<Stretch> LocalCover::Around(int64_t second) const {
  if (second < kBegin || second >= kEnd) return std::nullopt;
  std::optional<Stretch> found = listed_.Around(second);
  Join(yearly_.Around(second), &found);
  Join(weekly_.Around(second), &found);
  if (!found) return std::nullopt;
  return Stretch{std::max(found->begin, kBegin), std::min(found->end, kEnd)};
}

std::optional<int64_t> LocalCover::FirstFrom(int64_t second) const {
  second = std::max(second, kBegin);
  if (second >= kEnd) return std::nullopt;
  std::optional<int64_t> first = listed_.FirstFrom(second);
  Earlier(yearly_.FirstFrom(second), &first);
  Earlier(weekly_.FirstFrom(second), &first);
  return first && *first < kEnd ? first : std::nullopt;
}

std::optional<Stretch> CoveredAround(const LocalCover& cover, int64_t instant,
                                     const absl::TimeZone& zone) {
  const int64_t local = LocalSecond(LocalOf(instant, zone));
  const std::optional<Stretch> around = cover.Around(local);
  if (!around) return std::nullopt;
  Stretch found = {instant - (local - around->begin), instant + (around->end - local)};
  if (const auto last = PreviousChange(instant + 1, zone)) {
    found.begin = std::max(found.begin, last->at);
  }
  if (const auto next = NextChange(instant, zone)) found.end = std::min(found.end, next->at);
  return found;
}

std::optional<int64_t> CoveredFrom(const LocalCover& cover, int64_t instant,
                                   const absl::TimeZone& zone) {
  // A turn or two; one more for the second pass of a fold, and for each gap that hides a covered
  // time.
  for (;;) {
    const int64_t local = LocalSecond(LocalOf(instant, zone));
    const std::optional<int64_t> first = cover.FirstFrom(local);
    if (first == local) return instant;
    const std::optional<ClockChange> change = NextChange(instant, zone);
    if (change && change->is_fold() && local >= LocalSecond(change->low())) {
      // In the first pass of a fold: what is left of it, then the second pass from its beginning.
      if (first && *first < LocalSecond(change->high())) return instant + (*first - local);
      instant = change->at;
      continue;
    }
    if (!first) return std::nullopt;
    const LocalTime place = Resolve(CivilOf(*first), zone);
    // In the second pass of a fold the first one lies behind.
    instant = place.first > instant ? place.first : place.second;
  }
}

}  // namespace scheduler::core
