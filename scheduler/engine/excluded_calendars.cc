#include "scheduler/engine/excluded_calendars.h"

#include <algorithm>

#include "scheduler/base/time_zones.h"

namespace scheduler::engine {
namespace {

std::vector<std::shared_ptr<const core::Calendar>> TimesOf(
    const std::vector<catalog::CalendarId>& ids, const catalog::CalendarTable& table) {
  std::vector<std::shared_ptr<const core::Calendar>> times;
  for (const catalog::CalendarId id : ids) {
    std::shared_ptr<const core::Calendar> calendar = table.Get(id);
    if (calendar != nullptr) times.push_back(std::move(calendar));
  }
  return times;
}

}  // namespace

std::shared_ptr<const ExcludedCalendars> AcquireCalendars(const core::JobSpec& spec,
                                                          catalog::CalendarTable* table) {
  if (spec.exclude_calendars.empty()) return nullptr;
  auto calendars = std::make_shared<ExcludedCalendars>();
  calendars->tags = spec.exclude_calendars;
  for (const std::string& tag : calendars->tags) {
    calendars->ids.push_back(table->ReferUnchecked(spec.product, tag));
  }
  calendars->times = TimesOf(calendars->ids, *table);
  calendars->zone = base::TimeZones::Get().Find(spec.time_zone).value_or(absl::UTCTimeZone());
  return calendars;
}

void ReleaseCalendars(const std::shared_ptr<const ExcludedCalendars>& calendars,
                      catalog::CalendarTable* table) {
  if (calendars == nullptr) return;
  for (const catalog::CalendarId id : calendars->ids) table->Unrefer(id);
}

bool AreTheSame(const std::shared_ptr<const ExcludedCalendars>& a,
                const std::shared_ptr<const ExcludedCalendars>& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->ids == b->ids && a->zone == b->zone;
}

std::shared_ptr<const ExcludedCalendars> RefreshedCalendars(const ExcludedCalendars& calendars,
                                                            const catalog::CalendarTable& table) {
  auto refreshed = std::make_shared<ExcludedCalendars>(calendars);
  refreshed->times = TimesOf(refreshed->ids, table);
  return refreshed;
}

CalendarHold::~CalendarHold() {
  for (const catalog::CalendarId id : ids_) table_.Unrefer(id);
}

absl::Status CalendarHold::Take(const core::JobSpec& spec, const std::vector<std::string>& before) {
  for (const std::string& tag : spec.exclude_calendars) {
    if (std::find(before.begin(), before.end(), tag) != before.end()) continue;
    const absl::StatusOr<catalog::CalendarId> id = table_.Refer(spec.product, tag);
    if (!id.ok()) return id.status();
    ids_.push_back(*id);
  }
  return absl::OkStatus();
}

}  // namespace scheduler::engine
