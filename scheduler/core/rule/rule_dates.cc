#include "scheduler/core/rule/rule_dates.h"

#include <algorithm>
#include <utility>

#include "scheduler/core/rule/rule_periods.h"
#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

absl::CivilSecond OnDay(absl::CivilSecond date, absl::CivilSecond start) {
  return absl::CivilSecond(date.year(), date.month(), date.day(), start.hour(), start.minute(),
                           start.second());
}

void AppendLocal(absl::CivilSecond local, const absl::TimeZone& zone, DstPolicy policy,
                 std::vector<ZonedTime>* out) {
  const LocalTime place = Resolve(local, zone);
  switch (place.kind) {
    case LocalTime::Kind::kUnique:
      out->push_back({place.first, {}});
      break;
    case LocalTime::Kind::kSkipped:
      if (policy.gap == DstGap::kRunAfter) out->push_back({place.first, kNoteMoved});
      break;
    case LocalTime::Kind::kRepeated:
      out->push_back({place.first, kNoteFirstPass});
      if (policy.fold == DstFold::kBoth) out->push_back({place.second, kNoteSecondPass});
      break;
  }
}

void AppendExcluded(const RuleTime& time, const absl::TimeZone& zone, DstPolicy policy,
                    std::vector<Stretch>* out) {
  if (time.kind == RuleTime::Kind::kUtc) {
    const int64_t instant = LocalSecond(time.civil);
    out->push_back({instant, instant + 1});
    return;
  }
  const LocalTime place = Resolve(time.civil, zone);
  if (time.kind == RuleTime::Kind::kDate) {
    const absl::CivilDay next = absl::CivilDay(time.civil) + 1;
    out->push_back({place.first, Resolve(absl::CivilSecond(next), zone).first});
    return;
  }
  if (place.kind == LocalTime::Kind::kSkipped && policy.gap == DstGap::kSkip) return;
  out->push_back({place.first, place.first + 1});
  if (place.second != place.first) out->push_back({place.second, place.second + 1});
}

}  // namespace

std::vector<ZonedTime> InstantsOf(const std::vector<RuleTime>& dates, absl::CivilSecond start,
                                  const absl::TimeZone& zone, DstPolicy policy) {
  std::vector<ZonedTime> out;
  for (const RuleTime& time : dates) {
    if (time.kind == RuleTime::Kind::kUtc) {
      out.push_back({LocalSecond(time.civil), {}});
    } else {
      const bool is_date = time.kind == RuleTime::Kind::kDate;
      AppendLocal(is_date ? OnDay(time.civil, start) : time.civil, zone, policy, &out);
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const ZonedTime& a, const ZonedTime& b) { return a.instant < b.instant; });
  out.erase(
      std::unique(out.begin(), out.end(),
                  [](const ZonedTime& a, const ZonedTime& b) { return a.instant == b.instant; }),
      out.end());
  return out;
}

RuleExclusions::RuleExclusions(const std::vector<RuleTime>& excluded, const absl::TimeZone& zone,
                               DstPolicy policy) {
  std::vector<Stretch> all;
  for (const RuleTime& time : excluded) AppendExcluded(time, zone, policy, &all);
  // A date that the zone left out is an empty stretch.
  stretches_ = Stretches(std::move(all));
}

}  // namespace scheduler::core
