#include "scheduler/query/schedule_warnings.h"

#include <memory>
#include <optional>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/rule/rule_names.h"
#include "scheduler/core/rule/rule_periods.h"
#include "scheduler/core/schedule/local_time.h"
#include "scheduler/core/schedule/schedule.h"
#include "scheduler/core/schedule/word_lists.h"

namespace scheduler::query {
namespace {

using base::StrCat;

constexpr int64_t kAhead = int64_t{2} * 366 * 24 * 3600;  // in seconds
// Morocco changes its clocks four times a year; no zone does it more often.
constexpr int kMaxChanges = 16;

Millis AsIfUtc(absl::CivilSecond local) {
  return absl::ToUnixMillis(absl::FromCivil(local, absl::UTCTimeZone()));
}

// The schedule of local times: read as if clocks never changed.
struct LocalSchedule {
  std::unique_ptr<const core::Schedule> schedule;
  core::ScheduleContext context;

  // The first local time in [low, high).
  std::optional<absl::CivilSecond> FirstIn(absl::CivilSecond low, absl::CivilSecond high) const {
    const auto next = schedule->Next(context, AsIfUtc(low) - 1);
    if (!next.has_value() || next->nominal >= AsIfUtc(high)) return std::nullopt;
    return absl::ToCivilSecond(absl::FromUnixMillis(next->nominal), absl::UTCTimeZone());
  }
};

bool IsUtc(const core::RuleTime& time) { return time.kind == core::RuleTime::Kind::kUtc; }

// What clocks show at a time given in UTC.
core::RuleTime ToLocal(const core::RuleTime& time, const absl::TimeZone& zone) {
  if (!IsUtc(time)) return time;
  return {core::RuleTime::Kind::kLocal, core::LocalOf(core::LocalSecond(time.civil), zone)};
}

// Whether an EXDATE takes away the second pass of a local time that is due in the first alone.
bool IsIdle(const core::RuleTime& excluded, const absl::TimeZone& zone, core::DstFold fold) {
  if (!IsUtc(excluded) || fold == core::DstFold::kBoth) return false;
  const int64_t instant = core::LocalSecond(excluded.civil);
  const core::LocalTime place = core::Resolve(core::LocalOf(instant, zone), zone);
  return place.kind == core::LocalTime::Kind::kRepeated && instant == place.second;
}

// The rule read as if clocks never changed.
core::RecurrenceRule ToLocal(const core::RecurrenceRule& rule, core::DstFold fold) {
  core::RecurrenceRule local = rule;
  local.zone = absl::UTCTimeZone();
  if (local.pattern.has_value() && local.pattern->until.has_value()) {
    local.pattern->until = ToLocal(*local.pattern->until, rule.zone);
  }
  // A time given in UTC comes once, whatever clocks show.
  std::erase_if(local.dates, IsUtc);
  std::erase_if(local.excluded, [&rule, fold](const core::RuleTime& time) {
    return IsIdle(time, rule.zone, fold);
  });
  for (core::RuleTime& time : local.excluded) time = ToLocal(time, rule.zone);
  return local;
}

LocalSchedule LocalScheduleOf(const core::JobSpec& spec, const engine::ParsedPattern& pattern) {
  // Occurrences are whole seconds, so that the next one bounds them as `t` does.
  const auto as_local = [&pattern](Millis t) {
    return AsIfUtc(core::LocalOf(core::CeilSecond(t), pattern.zone));
  };
  LocalSchedule local;
  local.context.start_time = as_local(*spec.start_time);
  if (spec.end_time.has_value()) local.context.end_time = as_local(*spec.end_time);
  engine::ParsedPattern unchanging;
  unchanging.zone = absl::UTCTimeZone();
  unchanging.cron = pattern.cron;
  if (pattern.rule.has_value()) unchanging.rule = ToLocal(*pattern.rule, spec.dst.fold);
  local.schedule = engine::MakeSchedule(unchanging, local.context.start_time, spec.dst);
  return local;
}

// Whether clock changes do nothing to it.
bool FollowsRealTime(const engine::ParsedPattern& pattern) {
  if (pattern.cron.has_value()) return pattern.cron->RunsEveryHour();
  return pattern.rule->pattern.has_value() && core::FollowsRealTime(*pattern.rule->pattern);
}

std::string Clock(absl::CivilSecond t) {
  return absl::FormatTime(t.second() == 0 ? "%H:%M" : "%H:%M:%S",
                          absl::FromCivil(t, absl::UTCTimeZone()), absl::UTCTimeZone());
}

std::string Date(absl::CivilSecond t) { return absl::FormatCivilTime(absl::CivilDay(t)); }

std::string ChangeWarning(const core::ClockChange& change, absl::CivilSecond hit,
                          const core::DstPolicy& dst) {
  if (change.is_gap()) {
    return StrCat(Clock(hit), " does not exist on ", Date(hit), ", ",
                  dst.gap == core::DstGap::kSkip ? "it is skipped"
                                                 : StrCat("it is due at ", Clock(change.to)));
  }
  return StrCat(Clock(hit), " comes twice on ", Date(hit), ", it is due ",
                dst.fold == core::DstFold::kBoth ? "both times" : "the first time");
}

// REQUIRES: `pattern` is not empty.
void AddClockChanges(const core::JobSpec& spec, const engine::ParsedPattern& pattern, Millis from,
                     std::vector<std::string>* warnings) {
  if (FollowsRealTime(pattern)) return;
  const LocalSchedule local = LocalScheduleOf(spec, pattern);
  const int64_t start = core::FloorSecond(from);
  // The first gap and the first fold: those of later years say the same.
  bool gap_seen = false;
  bool fold_seen = false;
  auto change = core::NextChange(start, pattern.zone);
  for (int i = 0; i < kMaxChanges && change.has_value() && change->at < start + kAhead; ++i) {
    bool& seen = change->is_gap() ? gap_seen : fold_seen;
    const auto hit = local.FirstIn(change->low(), change->high());
    if (hit.has_value() && !seen) warnings->push_back(ChangeWarning(*change, *hit, spec.dst));
    seen |= hit.has_value();
    change = core::NextChange(change->at, pattern.zone);
  }
}

// "not in February and April" for months that the pattern names but has no day in, in no year.
void AddMissingMonths(const core::CronPattern& cron, std::vector<std::string>* warnings) {
  std::vector<std::string> missing;
  for (const int month : core::ValuesOf(cron.months)) {
    core::CronPattern alone = cron;
    alone.months = static_cast<uint16_t>(1U << month);
    if (!alone.CanMatch()) missing.push_back(core::MonthName(month));
  }
  if (!missing.empty()) warnings->push_back(StrCat("not in ", core::JoinWords(missing)));
}

}  // namespace

std::vector<std::string> WarningsOf(const core::JobSpec& spec, const engine::ParsedPattern& pattern,
                                    Millis from) {
  std::vector<std::string> warnings;
  if (pattern.cron.has_value()) AddMissingMonths(*pattern.cron, &warnings);
  if (pattern.cron.has_value() || pattern.rule.has_value()) {
    AddClockChanges(spec, pattern, from, &warnings);
  }
  return warnings;
}

}  // namespace scheduler::query
