#include "scheduler/query/schedule_preview.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/schedule.h"
#include "scheduler/engine/shared_schedule.h"
#include "scheduler/query/schedule_warnings.h"
#include "scheduler/query/schedule_words.h"

namespace scheduler::query {
namespace {

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

}  // namespace

absl::StatusOr<SchedulePreview> PreviewSchedule(const core::JobSpec& spec,
                                                const PreviewRange& range) {
  auto schedule = ScheduleOf(spec);
  if (!schedule.ok()) return schedule.status();
  const core::ScheduleContext context{0, *spec.start_time, spec.end_time.value_or(base::kNever)};
  const absl::TimeZone zone = *base::TimeZones::Get().Find(spec.time_zone);
  SchedulePreview preview;
  for (const Occurrence& occurrence : Walk(**schedule, context, range)) {
    const bool excluded =
        std::binary_search(spec.exclude.begin(), spec.exclude.end(), occurrence.nominal);
    preview.occurrences.push_back(
        {occurrence.nominal,
         absl::FormatTime(absl::RFC3339_full, absl::FromUnixMillis(occurrence.nominal), zone),
         excluded ? kExcluded : std::string(occurrence.note)});
  }
  preview.description = DescribeSchedule(spec);
  preview.warnings = WarningsOf(spec, range.from);
  return preview;
}

}  // namespace scheduler::query
