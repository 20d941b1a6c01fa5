#include "scheduler/query/schedule_warnings.h"

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/base/strings.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/cron_parser.h"
#include "scheduler/core/local_time.h"
#include "scheduler/core/rule_parser.h"
#include "scheduler/core/schedule.h"
#include "scheduler/engine/shared_schedule.h"

namespace scheduler::query {
namespace {

using base::StrCat;

constexpr int64_t kAhead = int64_t{2} * 366 * 24 * 3600;  // in seconds
// Morocco changes its clocks four times a year; no zone does it more often.
constexpr int kMaxChanges = 16;
constexpr std::array<std::string_view, 13> kMonths = {
    "",     "January", "February",  "March",   "April",    "May",     "June",
    "July", "August",  "September", "October", "November", "December"};

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

std::optional<LocalSchedule> LocalOf(const core::JobSpec& spec, const absl::TimeZone& zone) {
  const auto as_local = [&zone](Millis t) {
    return AsIfUtc(absl::ToCivilSecond(absl::FromUnixMillis(t), zone));
  };
  LocalSchedule local;
  local.context.start_time = as_local(*spec.start_time);
  if (spec.end_time.has_value()) local.context.end_time = as_local(*spec.end_time);
  engine::Pattern pattern = engine::PatternOf(spec, local.context.start_time);
  pattern.timing = engine::ResidentTiming(spec);
  pattern.time_zone.clear();
  auto schedule = engine::MakeSchedule(pattern);
  if (!schedule.ok()) return std::nullopt;
  local.schedule = *std::move(schedule);
  return local;
}

// Whether clock changes do nothing to it.
bool FollowsRealTime(const core::JobSpec& spec, const absl::TimeZone& zone) {
  if (!spec.timing.cron.empty()) {
    const auto cron = core::ParseCron(engine::ResidentTiming(spec).cron, 0);
    return cron.ok() && cron->RunsEveryHour();
  }
  const auto rule = core::ParseRule(spec.timing.rule, zone);
  return rule.ok() && rule->pattern.has_value() && core::FollowsRealTime(*rule->pattern);
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

void AddClockChanges(const core::JobSpec& spec, Millis from, std::vector<std::string>* warnings) {
  const absl::TimeZone zone = *base::TimeZones::Get().Find(spec.time_zone);
  if (FollowsRealTime(spec, zone)) return;
  const auto local = LocalOf(spec, zone);
  if (!local.has_value()) return;
  const int64_t start = core::FloorSecond(from);
  // The first gap and the first fold: those of later years say the same.
  bool gap_seen = false;
  bool fold_seen = false;
  auto change = core::NextChange(start, zone);
  for (int i = 0; i < kMaxChanges && change.has_value() && change->at < start + kAhead; ++i) {
    bool& seen = change->is_gap() ? gap_seen : fold_seen;
    const auto hit = local->FirstIn(change->low(), change->high());
    if (hit.has_value() && !seen) warnings->push_back(ChangeWarning(*change, *hit, spec.dst));
    seen |= hit.has_value();
    change = core::NextChange(change->at, zone);
  }
}

// "not in February and April" for months that the pattern names but has no day in.
void AddMissingMonths(const core::CronPattern& cron, Millis from,
                      std::vector<std::string>* warnings) {
  const absl::CivilYear year(
      absl::ToCivilYear(absl::FromUnixMillis(from), absl::UTCTimeZone()).year());
  std::vector<std::string_view> missing;
  int present = 0;
  for (int month = 1; month <= 12; ++month) {
    if ((cron.months & (1U << static_cast<unsigned>(month))) == 0) continue;
    bool found = false;
    // Leap years may be eight years apart.
    for (int i = 0; i <= 8 && !found; ++i) {
      const absl::CivilMonth first(year.year() + i, month);
      const auto next = cron.NextMatch(absl::CivilSecond(first) - 1);
      found = next.has_value() && absl::CivilMonth(*next) == first;
    }
    found ? static_cast<void>(++present) : missing.push_back(kMonths[static_cast<size_t>(month)]);
  }
  if (missing.empty() || present == 0) return;
  std::string text = "not in ";
  for (size_t i = 0; i < missing.size(); ++i) {
    if (i > 0) text += i + 1 == missing.size() ? " and " : ", ";
    text += missing[i];
  }
  warnings->push_back(std::move(text));
}

}  // namespace

std::vector<std::string> WarningsOf(const core::JobSpec& spec, Millis from) {
  std::vector<std::string> warnings;
  if (spec.timing.cron.empty() && spec.timing.rule.empty()) return warnings;
  if (const auto cron = core::ParseCron(engine::ResidentTiming(spec).cron, 0); cron.ok()) {
    AddMissingMonths(*cron, from, &warnings);
  }
  AddClockChanges(spec, from, &warnings);
  return warnings;
}

}  // namespace scheduler::query
