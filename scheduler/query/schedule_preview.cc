#include "scheduler/query/schedule_preview.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/calendar/calendar_schedule.h"
#include "scheduler/core/schedule/excluding_schedule.h"
#include "scheduler/core/schedule/jittering_schedule.h"
#include "scheduler/core/schedule/schedule.h"
#include "scheduler/engine/shared_schedule.h"
#include "scheduler/query/schedule_warnings.h"
#include "scheduler/query/schedule_words.h"

namespace scheduler::query {
namespace {

using base::StrCat;
using core::Occurrence;

constexpr char kExcluded[] = "excluded";
constexpr char kSkipped[] = "skipped by request";

std::unique_ptr<const core::Schedule> ScheduleOf(const core::JobSpec& spec,
                                                 const engine::ParsedPattern& pattern) {
  // What comes after the next run is not known before its end.
  if (spec.interval_mode == core::IntervalMode::kFixedDelay) {
    return std::make_unique<core::SingleSchedule>();
  }
  return engine::MakeSchedule(spec, pattern);
}

// Whether there is any time from the start on. That none lies before the end is no fault of the
// schedule: it is shown without occurrences.
absl::Status CheckHasTimes(const core::JobSpec& spec, const core::Schedule& schedule) {
  const core::ScheduleContext endless{0, *spec.start_time, base::kNever};
  if (schedule.Next(endless, *spec.start_time - 1).has_value()) return absl::OkStatus();
  const char* field = "job.rule";
  if (!spec.timing.cron.empty()) field = "job.cron";
  if (!spec.timing.times.empty()) field = "job.times";
  return base::errors::ScheduleNeverFires(field, "no occurrence lies in the future");
}

std::vector<Occurrence> Walk(const core::Schedule& schedule, const core::ScheduleContext& context,
                             const PreviewRange& range) {
  std::vector<Occurrence> found;
  auto next = range.previous ? schedule.Previous(context, range.from)
                             : schedule.Next(context, range.from - 1);
  while (next.has_value() && static_cast<int>(found.size()) < range.count) {
    if (range.to.has_value() && next->nominal >= *range.to) break;
    found.push_back(*next);
    next = range.previous ? schedule.Previous(context, next->nominal)
                          : schedule.Next(context, next->nominal);
  }
  if (range.previous) std::reverse(found.begin(), found.end());
  return found;
}

// What makes one occurrence differ from what its pattern says.
class Notes {
 public:
  // All outlive it.
  Notes(const core::JobSpec& spec, const PreviewedJob& job,
        const std::vector<PreviewedCalendar>& calendars, const core::Schedule& schedule,
        const core::ScheduleContext& context, absl::TimeZone zone)
      : spec_(spec),
        job_(job),
        calendars_(calendars),
        times_(TimesOf(calendars)),
        context_(context),
        zone_(zone),
        remaining_(&schedule, &spec.exclude),
        uncovered_(&remaining_, times_, zone) {}

  std::string Of(const Occurrence& occurrence) const {
    if (Holds(spec_.exclude, occurrence.nominal)) return kExcluded;
    for (const PreviewedCalendar& calendar : calendars_) {
      if (calendar.times->CoveredUntil(occurrence.nominal, zone_).has_value()) {
        return StrCat(kExcluded, " by calendar ", calendar.tag);
      }
    }
    if (Holds(job_.skipped, occurrence.nominal)) return kSkipped;
    std::string note(occurrence.note);
    const std::string jitter = OfJitter(occurrence.nominal);
    if (!note.empty() && !jitter.empty()) note += ", ";
    return note + jitter;
  }

 private:
  static bool Holds(const std::vector<Millis>& times, Millis time) {
    return std::binary_search(times.begin(), times.end(), time);
  }
  static std::vector<std::shared_ptr<const core::Calendar>> TimesOf(
      const std::vector<PreviewedCalendar>& calendars) {
    std::vector<std::shared_ptr<const core::Calendar>> times;
    for (const PreviewedCalendar& calendar : calendars) times.push_back(calendar.times);
    return times;
  }

  std::string OfJitter(Millis nominal) const {
    if (spec_.jitter == 0) return "";
    if (context_.uid == 0) return StrCat("jittered by up to ", DurationWords(spec_.jitter));
    const core::JitteringSchedule jittering(&uncovered_, spec_.jitter);
    const Millis late = jittering.Next(context_, nominal - 1)->due - nominal;
    return late == 0 ? "" : StrCat("jittered by ", DurationWords(late));
  }

  const core::JobSpec& spec_;
  const PreviewedJob& job_;
  const std::vector<PreviewedCalendar>& calendars_;
  const std::vector<std::shared_ptr<const core::Calendar>> times_;
  const core::ScheduleContext& context_;
  const absl::TimeZone zone_;
  const core::ExcludingSchedule remaining_;
  const core::CalendarSchedule uncovered_;
};

std::vector<PreviewedOccurrence> Show(const core::JobSpec& spec, const core::Schedule& schedule,
                                      const absl::TimeZone& zone, const PreviewRange& range,
                                      const PreviewedJob& job,
                                      const std::vector<PreviewedCalendar>& calendars) {
  const core::ScheduleContext context{job.uid, *spec.start_time,
                                      spec.end_time.value_or(base::kNever)};
  const Notes notes(spec, job, calendars, schedule, context, zone);
  std::vector<PreviewedOccurrence> shown;
  for (const Occurrence& occurrence : Walk(schedule, context, range)) {
    shown.push_back(
        {occurrence.nominal,
         absl::FormatTime(absl::RFC3339_full, absl::FromUnixMillis(occurrence.nominal), zone),
         notes.Of(occurrence)});
  }
  return shown;
}

}  // namespace

absl::StatusOr<SchedulePreview> PreviewSchedule(const core::JobSpec& spec,
                                                const PreviewRange& range, const PreviewedJob& job,
                                                const std::vector<PreviewedCalendar>& calendars) {
  const auto pattern = engine::ParsePattern(spec);
  if (!pattern.ok()) return pattern.status();
  SchedulePreview preview;
  if (spec.start_time.has_value()) {
    const auto schedule = ScheduleOf(spec, *pattern);
    if (absl::Status status = CheckHasTimes(spec, *schedule); !status.ok()) return status;
    preview.occurrences = Show(spec, *schedule, pattern->zone, range, job, calendars);
  }
  preview.description = DescribeSchedule(spec, *pattern);
  preview.warnings = WarningsOf(spec, *pattern, range.from);
  return preview;
}

}  // namespace scheduler::query
