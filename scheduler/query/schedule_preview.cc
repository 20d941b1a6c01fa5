#include "scheduler/query/schedule_preview.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "scheduler/base/strings.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/excluding_schedule.h"
#include "scheduler/core/jittering_schedule.h"
#include "scheduler/core/schedule.h"
#include "scheduler/engine/shared_schedule.h"
#include "scheduler/query/schedule_warnings.h"
#include "scheduler/query/schedule_words.h"

namespace scheduler::query {
namespace {

using base::StrCat;
using core::Occurrence;

constexpr char kExcluded[] = "excluded";

absl::StatusOr<std::unique_ptr<const core::Schedule>> ScheduleOf(const core::JobSpec& spec) {
  // What comes after the next run is not known before its end.
  if (spec.interval_mode == core::IntervalMode::kFixedDelay) {
    return std::make_unique<core::SingleSchedule>();
  }
  return engine::MakeSchedule(spec);
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
  Notes(const core::JobSpec& spec, const core::Schedule& schedule,
        const core::ScheduleContext& context)
      : spec_(spec), context_(context), remaining_(&schedule, &spec.exclude) {}

  std::string Of(const Occurrence& occurrence) const {
    const std::vector<Millis>& excluded = spec_.exclude;
    if (std::binary_search(excluded.begin(), excluded.end(), occurrence.nominal)) return kExcluded;
    std::string note(occurrence.note);
    const std::string jitter = OfJitter(occurrence.nominal);
    if (!note.empty() && !jitter.empty()) note += ", ";
    return note + jitter;
  }

 private:
  std::string OfJitter(Millis nominal) const {
    if (spec_.jitter == 0) return "";
    if (context_.uid == 0) return StrCat("jittered by up to ", DurationWords(spec_.jitter));
    const core::JitteringSchedule jittering(&remaining_, spec_.jitter);
    const Millis late = jittering.Next(context_, nominal - 1)->due - nominal;
    return late == 0 ? "" : StrCat("jittered by ", DurationWords(late));
  }

  const core::JobSpec& spec_;
  const core::ScheduleContext& context_;
  const core::ExcludingSchedule remaining_;
};

}  // namespace

absl::StatusOr<SchedulePreview> PreviewSchedule(const core::JobSpec& spec,
                                                const PreviewRange& range, core::Uid uid) {
  auto schedule = ScheduleOf(spec);
  if (!schedule.ok()) return schedule.status();
  const core::ScheduleContext context{uid, *spec.start_time, spec.end_time.value_or(base::kNever)};
  const absl::TimeZone zone = *base::TimeZones::Get().Find(spec.time_zone);
  const Notes notes(spec, **schedule, context);
  SchedulePreview preview;
  for (const Occurrence& occurrence : Walk(**schedule, context, range)) {
    preview.occurrences.push_back(
        {occurrence.nominal,
         absl::FormatTime(absl::RFC3339_full, absl::FromUnixMillis(occurrence.nominal), zone),
         notes.Of(occurrence)});
  }
  preview.description = DescribeSchedule(spec);
  preview.warnings = WarningsOf(spec, range.from);
  return preview;
}

}  // namespace scheduler::query
