#ifndef SCHEDULER_QUERY_SCHEDULE_PREVIEW_H_
#define SCHEDULER_QUERY_SCHEDULE_PREVIEW_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/core/calendar/calendar.h"
#include "scheduler/core/ids.h"
#include "scheduler/core/model.h"

namespace scheduler::query {

using base::Millis;

// Which occurrences to show.
struct PreviewRange {
  Millis from = 0;
  std::optional<Millis> to;  // exclusive; only forwards
  int count = 10;
  bool previous = false;  // the last ones before `from` instead of the next from it on
};

struct PreviewedOccurrence {
  Millis nominal = 0;
  std::string local_time;  // RFC 3339 with the offset of the schedule's zone
  std::string note;
};

struct SchedulePreview {
  std::vector<PreviewedOccurrence> occurrences;  // in the order of time
  std::string description;
  std::vector<std::string> warnings;
};

// What is shown of a job beside its definition; nothing of one that does not exist yet.
struct PreviewedJob {
  core::Uid uid = 0;            // decides the jitter
  std::vector<Millis> skipped;  // by request; sorted
};

// One that the spec excludes.
struct PreviewedCalendar {
  std::string tag;
  std::shared_ptr<const core::Calendar> times;
};

// What the schedule of `spec` asks for. Pure but for the time zone database. The start_time of
// `spec` is set; that of a FIXED_DELAY job is its next run, and unset while that is not known: then
// there is no occurrence. Errors: those of engine::ParsePattern, and SCHEDULE_NEVER_FIRES for any
// schedule without a time from its start on.
absl::StatusOr<SchedulePreview> PreviewSchedule(
    const core::JobSpec& spec, const PreviewRange& range, const PreviewedJob& job = {},
    const std::vector<PreviewedCalendar>& calendars = {});

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_SCHEDULE_PREVIEW_H_
