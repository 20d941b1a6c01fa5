#include "scheduler/query/schedule_preview.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
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
  Notes(const core::JobSpec& spec, const PreviewedJob& job, const core::Schedule& schedule,
        const core::ScheduleContext& context)
      : spec_(spec), job_(job), context_(context), remaining_(&schedule, &spec.exclude) {}

  std::string Of(const Occurrence& occurrence) const {
    if (Holds(spec_.exclude, occurrence.nominal)) return kExcluded;
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

  std::string OfJitter(Millis nominal) const {
    if (spec_.jitter == 0) return "";
    if (context_.uid == 0) return StrCat("jittered by up to ", DurationWords(spec_.jitter));
    const core::JitteringSchedule jittering(&remaining_, spec_.jitter);
    const Millis late = jittering.Next(context_, nominal - 1)->due - nominal;
    return late == 0 ? "" : StrCat("jittered by ", DurationWords(late));
  }

  const core::JobSpec& spec_;
  const PreviewedJob& job_;
  const core::ScheduleContext& context_;
  const core::ExcludingSchedule remaining_;
};

std::vector<PreviewedOccurrence> Show(const core::JobSpec& spec, const core::Schedule& schedule,
                                      const absl::TimeZone& zone, const PreviewRange& range,
                                      const PreviewedJob& job) {
  const core::ScheduleContext context{job.uid, *spec.start_time,
                                      spec.end_time.value_or(base::kNever)};
  const Notes notes(spec, job, schedule, context);
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
                                                const PreviewRange& range,
                                                const PreviewedJob& job) {
  const auto pattern = engine::ParsePattern(spec);
  if (!pattern.ok()) return pattern.status();
  SchedulePreview preview;
  if (spec.start_time.has_value()) {
    const auto schedule = ScheduleOf(spec, *pattern);
    if (absl::Status status = CheckHasTimes(spec, *schedule); !status.ok()) return status;
    preview.occurrences = Show(spec, *schedule, pattern->zone, range, job);
  }
  preview.description = DescribeSchedule(spec, *pattern);
  preview.warnings = WarningsOf(spec, *pattern, range.from);
  return preview;
}

}  // namespace scheduler::query
