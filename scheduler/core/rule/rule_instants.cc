#include "scheduler/core/rule/rule_instants.h"

#include <algorithm>

#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

constexpr absl::CivilSecond kEndOfTime(kLastRuleYear + 1);

// The first instant after UNTIL.
int64_t EndOf(const RuleTime& until, const absl::TimeZone& zone) {
  switch (until.kind) {
    case RuleTime::Kind::kUtc:
      return LocalSecond(until.civil) + 1;
    case RuleTime::Kind::kDate:
      return Resolve(absl::CivilSecond(absl::CivilDay(until.civil) + 1), zone).first;
    case RuleTime::Kind::kLocal:
      break;
  }
  return Resolve(until.civil, zone).second + 1;
}

}  // namespace

int64_t EndOfRules(const absl::TimeZone& zone) { return Resolve(kEndOfTime, zone).first; }

// ---- RuleLocalTimes -----------------------------------------------------------------------------

RuleLocalTimes::RuleLocalTimes(const RulePattern& pattern, absl::CivilSecond start)
    : periods_(pattern, start), begin_(LocalSecond(start)), end_(LocalSecond(kEndOfTime)) {
  if (!pattern.count) return;
  RulePeriods::Memory memory = periods_.NewMemory();
  const std::optional<int64_t> last =
      PlaceOfNth(begin_, end_, *pattern.count,
                 [&](int64_t from, int64_t to) { return periods_.Count(from, to, 0, &memory); });
  if (last) end_ = *last + 1;
}

std::optional<absl::CivilSecond> RuleLocalTimes::Next(absl::CivilSecond after) const {
  const std::optional<int64_t> found =
      periods_.First(std::max(LocalSecond(after) + 1, begin_), end_);
  if (!found) return std::nullopt;
  return CivilOf(*found);
}

std::optional<absl::CivilSecond> RuleLocalTimes::Previous(absl::CivilSecond before) const {
  const std::optional<int64_t> found = periods_.Last(begin_, std::min(LocalSecond(before), end_));
  if (!found) return std::nullopt;
  return CivilOf(*found);
}

int64_t RuleLocalTimes::Count(absl::CivilSecond from, absl::CivilSecond to) const {
  return periods_.Count(std::max(LocalSecond(from), begin_), std::min(LocalSecond(to), end_));
}

// ---- RuleInstants -------------------------------------------------------------------------------

RuleInstants::RuleInstants(const RulePattern& pattern, int64_t start, absl::TimeZone zone,
                           DstPolicy policy)
    : zone_(zone), policy_(policy), start_(start), end_(EndOfRules(zone)) {
  if (pattern.until) end_ = std::min(end_, EndOf(*pattern.until, zone));
  if (!FollowsRealTime(pattern)) {
    local_.emplace(pattern, LocalOf(start, zone));
    return;
  }
  real_.emplace(pattern, start, zone);
  if (!pattern.count) return;
  const std::optional<int64_t> last = real_->PlaceOf(*pattern.count, start_, end_);
  if (last) end_ = *last + 1;
}

std::optional<ZonedTime> RuleInstants::Next(int64_t after) const {
  after = std::max(after, start_ - 1);
  if (after >= end_ - 1) return std::nullopt;
  if (real_) {
    const std::optional<int64_t> found = real_->First(after + 1, end_);
    if (!found) return std::nullopt;
    return ZonedTime{*found, {}};
  }
  const std::optional<ZonedTime> found = Zoned().Next(after);
  return found && found->instant < end_ ? found : std::nullopt;
}

std::optional<ZonedTime> RuleInstants::Previous(int64_t before) const {
  before = std::min(before, end_);
  if (before <= start_) return std::nullopt;
  if (real_) {
    const std::optional<int64_t> found = real_->Last(start_, before);
    if (!found) return std::nullopt;
    return ZonedTime{*found, {}};
  }
  const std::optional<ZonedTime> found = Zoned().Previous(before);
  return found && found->instant >= start_ ? found : std::nullopt;
}

int64_t RuleInstants::Count(int64_t from, int64_t to) const {
  from = std::max(from, start_ - 1);
  to = std::min(to, end_ - 1);
  if (from >= to) return 0;
  return real_ ? real_->Count(from + 1, to + 1) : Zoned().Count(from, to);
}

}  // namespace scheduler::core
