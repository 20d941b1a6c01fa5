#include "scheduler/core/calendar/calendar.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/calendar/icalendar_import.h"
#include "scheduler/core/rule/rule_days.h"
#include "scheduler/core/rule/rule_times.h"
#include "scheduler/core/schedule/local_time.h"

namespace scheduler::core {
namespace {

// Seconds UTC that everything covered lies between, whatever the zone.
constexpr int64_t kBefore = kCalendarSeconds.begin - 2 * kDaySeconds;
constexpr int64_t kAfter = kCalendarSeconds.end + 2 * kDaySeconds;

Stretch DaysOf(absl::CivilDay first, absl::CivilDay last) {
  return {DayNumber(first) * kDaySeconds, (DayNumber(last) + 1) * kDaySeconds};
}

absl::StatusOr<std::optional<absl::TimeZone>> ZoneOf(const std::string& name) {
  if (name.empty()) return std::optional<absl::TimeZone>();
  const base::TimeZones& zones = base::TimeZones::Get();
  const std::optional<absl::TimeZone> zone = zones.Find(name);
  if (zone) return zone;
  const std::string similar = zones.Similar(name);
  return base::errors::FieldInvalid(
      "time_zone", base::StrCat("needs a name of the IANA time zone database such as ",
                                similar.empty() ? "Europe/Berlin" : similar));
}

}  // namespace

Calendar::Calendar(std::optional<absl::TimeZone> zone, LocalCover local, Stretches instants)
    : zone_(zone), local_(std::move(local)), instants_(std::move(instants)) {}

absl::StatusOr<std::shared_ptr<const Calendar>> Calendar::Make(const CalendarSpec& spec) {
  if (absl::Status status = CheckCovered(spec); !status.ok()) return status;
  absl::StatusOr<std::optional<absl::TimeZone>> zone = ZoneOf(spec.time_zone);
  if (!zone.ok()) return zone.status();
  ImportedTimes imported;
  if (!spec.icalendar.empty()) {
    absl::StatusOr<ImportedTimes> read = ImportIcalendar(spec.icalendar);
    if (!read.ok()) return read.status();
    imported = *std::move(read);
  }
  for (const absl::CivilDay date : spec.dates) imported.local.push_back(DaysOf(date, date));
  for (const DateRange& range : spec.date_ranges) {
    imported.local.push_back(DaysOf(range.first, range.last));
  }
  LocalCover local(Stretches(std::move(imported.local)), YearlyDays(spec.yearly_dates),
                   WeekTimes(spec.weekly_hours));
  // The constructor is private, which make_shared cannot call.
  return std::shared_ptr<const Calendar>(
      new Calendar(*zone, std::move(local), Stretches(std::move(imported.instants))));
}

std::shared_ptr<const Calendar> Calendar::Changed(std::shared_ptr<const Calendar> before,
                                                  Millis change,
                                                  std::shared_ptr<const Calendar> after) {
  LocalCover nothing(Stretches(), YearlyDays(CalendarSpec().yearly_dates),
                     WeekTimes(CalendarSpec().weekly_hours));
  const std::shared_ptr<Calendar> changed(
      new Calendar(std::nullopt, std::move(nothing), Stretches()));
  changed->change_ = Change{std::move(before), change, std::move(after)};
  return changed;
}

// REQUIRES: kBefore ≤ second ≤ kAfter.
std::optional<Stretch> Calendar::Around(int64_t second, const absl::TimeZone& zone) const {
  const std::optional<Stretch> local = CoveredAround(local_, second, zone_.value_or(zone));
  const std::optional<Stretch> event = instants_.Around(second);
  if (!local || !event) return local ? local : event;
  return Stretch{std::min(local->begin, event->begin), std::max(local->end, event->end)};
}

std::optional<Millis> Calendar::CoveredUntil(Millis t, const absl::TimeZone& zone) const {
  if (change_.has_value()) {
    const bool is_before = t < change_->at;
    const Calendar* part = (is_before ? change_->before : change_->after).get();
    const std::optional<Millis> end = part ? part->CoveredUntil(t, zone) : std::nullopt;
    return end && is_before ? std::min(*end, change_->at) : end;
  }
  const std::optional<Stretch> around = Around(std::clamp(FloorSecond(t), kBefore, kAfter), zone);
  if (!around) return std::nullopt;
  return around->end * 1000;
}

std::optional<Millis> Calendar::CoveredSince(Millis t, const absl::TimeZone& zone) const {
  if (change_.has_value()) {
    const bool is_before = t < change_->at;
    const Calendar* part = (is_before ? change_->before : change_->after).get();
    const std::optional<Millis> begin = part ? part->CoveredSince(t, zone) : std::nullopt;
    return begin && !is_before ? std::max(*begin, change_->at) : begin;
  }
  const std::optional<Stretch> around = Around(std::clamp(FloorSecond(t), kBefore, kAfter), zone);
  if (!around) return std::nullopt;
  return around->begin * 1000;
}

std::optional<CoveredStretch> Calendar::FirstOfChanged(const Change& change, Millis from,
                                                       Millis until, const absl::TimeZone& zone) {
  std::optional<CoveredStretch> first;
  if (change.before != nullptr && from < change.at) {
    first = change.before->FirstCovered(from, std::min(until, change.at), zone);
    if (first) first->end = std::min(first->end, change.at);
  }
  if (!first && change.after != nullptr && change.at < until) {
    first = change.after->FirstCovered(std::max(from, change.at), until, zone);
    if (first) first->begin = std::max(first->begin, change.at);
  }
  return first;
}

std::optional<CoveredStretch> Calendar::FirstCovered(Millis from, Millis until,
                                                     const absl::TimeZone& zone) const {
  if (change_.has_value()) return FirstOfChanged(*change_, from, until, zone);
  const int64_t second = std::clamp(FloorSecond(from), kBefore, kAfter);
  const std::optional<int64_t> local = CoveredFrom(local_, second, zone_.value_or(zone));
  const std::optional<int64_t> event = instants_.FirstFrom(second);
  if (!local && !event) return std::nullopt;
  const int64_t first = std::min(local.value_or(kAfter), event.value_or(kAfter));
  const std::optional<Stretch> around = Around(first, zone);
  if (!around || around->begin * 1000 >= until) return std::nullopt;
  return CoveredStretch{around->begin * 1000, around->end * 1000};
}

}  // namespace scheduler::core
