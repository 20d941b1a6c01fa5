// What a definition means at the time of its commit.

#include <algorithm>

#include "scheduler/base/errors.h"
#include "scheduler/core/calendar/calendar_schedule.h"
#include "scheduler/core/schedule/excluding_schedule.h"
#include "scheduler/core/schedule/schedule.h"
#include "scheduler/engine/excluded_calendars.h"
#include "scheduler/engine/job_commands.h"
#include "scheduler/engine/shared_schedule.h"

namespace scheduler::engine {
namespace {

using base::errors::ScheduleNeverFires;

absl::Status CheckFires(const core::JobSpec& spec, const core::Schedule& schedule,
                        const ExcludedCalendars* calendars, Millis cursor) {
  core::ScheduleContext context{0, *spec.start_time, spec.end_time.value_or(base::kNever)};
  const core::ExcludingSchedule remaining(&schedule, &spec.exclude);
  if (remaining.Next(context, cursor).has_value()) {
    if (calendars == nullptr) return absl::OkStatus();
    const core::CalendarSchedule uncovered(&remaining, calendars->times, calendars->zone);
    if (uncovered.Next(context, cursor).has_value()) return absl::OkStatus();
    return ScheduleNeverFires("job.exclude_calendars", "its calendars cover every occurrence");
  }
  if (schedule.Next(context, cursor).has_value()) {
    return ScheduleNeverFires("job.exclude", "every occurrence is excluded");
  }
  if (!spec.timing.IsInterval() && !spec.timing.IsPattern()) {
    return ScheduleNeverFires(
        "job.times", "none of the times lies in the future and between start_time and end_time");
  }
  context.end_time = base::kNever;
  if (spec.timing.IsInterval() || remaining.Next(context, cursor).has_value()) {
    return ScheduleNeverFires("job.end_time", "no occurrence lies before end_time");
  }
  return ScheduleNeverFires(spec.timing.cron.empty() ? "job.rule" : "job.cron",
                            "no occurrence lies in the future");
}

}  // namespace

void SettleTiming(core::JobSpec* spec, Millis now) {
  if (!spec->start_time.has_value()) spec->start_time = now;
  std::vector<Millis>& times = spec->timing.times;
  if (times.empty()) return;
  // Times that have just passed become one, now; older ones are dropped.
  const auto future = std::lower_bound(times.begin(), times.end(), now);
  const bool just_passed =
      future != times.begin() && *std::prev(future) >= now - base::limits::kTimesGrace;
  const bool now_is_there = future != times.end() && *future == now;
  times.erase(times.begin(), future);
  if (just_passed && !now_is_there) times.insert(times.begin(), now);
}

void SettleUpdatedTiming(core::JobSpec* spec, const core::JobSpec& before, Millis cursor,
                         Millis now) {
  if (!spec->start_time.has_value()) spec->start_time = now;
  std::vector<Millis>& times = spec->timing.times;
  const std::vector<Millis>& old_times = before.timing.times;
  if (times.empty() || times == old_times) return;
  std::erase_if(times, [&](Millis t) {
    return t <= cursor && std::binary_search(old_times.begin(), old_times.end(), t);
  });
  SettleTiming(spec, cursor == now ? now + 1 : now);
  const auto to_come = std::upper_bound(old_times.begin(), old_times.end(), std::max(cursor, now));
  if (std::equal(times.begin(), times.end(), to_come, old_times.end())) times = old_times;
}

absl::Status CheckFires(const core::JobSpec& spec, const PreparedTiming* prepared,
                        catalog::CalendarTable* table, Millis cursor) {
  const std::shared_ptr<const ExcludedCalendars> calendars = AcquireCalendars(spec, table);
  absl::Status status;
  if (prepared != nullptr) {
    status = CheckFires(spec, prepared->schedule(), calendars.get(), cursor);
  } else if (spec.timing.IsInterval()) {
    const core::IntervalSchedule schedule(spec.timing.interval);
    status = CheckFires(spec, schedule, calendars.get(), cursor);
  } else {
    const core::TimesSchedule schedule(spec.timing.times);
    status = CheckFires(spec, schedule, calendars.get(), cursor);
  }
  ReleaseCalendars(calendars, table);
  return status;
}

std::shared_ptr<core::JobDefined> ResidentDefinition(const core::Job& job,
                                                     const PreparedTiming* prepared) {
  auto t = std::make_shared<core::JobDefined>();
  t->uid = job.uid;
  t->generation = job.generation;
  t->start_time = *job.spec.start_time;
  t->spec = job.spec;
  t->spec.labels.clear();
  if (prepared != nullptr) t->spec.timing = prepared->resident();
  if (t->spec.input_json.size() > TextArena::kMaxInput) {
    t->spec.input_json.clear();
    t->input_on_disk = true;
  }
  return t;
}

}  // namespace scheduler::engine
