#include "scheduler/core/calendar/icalendar_import.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/calendar/icalendar_occurrences.h"
#include "scheduler/core/calendar/icalendar_reader.h"
#include "scheduler/core/calendar/local_cover.h"

namespace scheduler::core {
namespace {

namespace limits = base::limits;

absl::Status ErrorAtLine(int line, std::string_view what) {
  return base::errors::FieldInvalid("icalendar", base::StrCat("at line ", line, ": ", what));
}

bool TakesTime(const IcalendarEvent& event) {
  if (event.is_cancelled || event.length.is_zero()) return false;
  return event.start.is_date() || !event.is_transparent;
}

// By UID, the occurrences that events with a RECURRENCE-ID replace.
using Replaced = absl::flat_hash_map<std::string, std::vector<IcalendarTime>>;

absl::StatusOr<Replaced> ReplacedBy(const std::vector<IcalendarEvent>& events) {
  Replaced replaced;
  for (const IcalendarEvent& event : events) {
    if (!event.replaces) continue;
    std::vector<IcalendarTime>& times = replaced[event.uid];
    // As many as EXDATE may leave out: that is what they are to the replaced event.
    if (times.size() == limits::kMaxRuleDates) {
      return ErrorAtLine(event.line, base::StrCat("at most ", limits::kMaxRuleDates,
                                                  " events with a RECURRENCE-ID for one UID"));
    }
    times.push_back(*event.replaces);
  }
  return replaced;
}

class Importer {
 public:
  absl::Status Add(const IcalendarEvent& event, const std::vector<IcalendarTime>& replaced) {
    if (!TakesTime(event)) return absl::OkStatus();
    std::vector<Stretch>& out =
        event.start.is_date() || event.start.is_floating() ? times_.local : times_.instants;
    EventOccurrences(event, replaced).ForEach([&](Stretch stretch) {
      out.push_back({std::max(stretch.begin, kCalendarSeconds.begin),
                     std::min(stretch.end, kCalendarSeconds.end)});
      return ++visited_ <= limits::kMaxIcalendarStretches;
    });
    if (visited_ <= limits::kMaxIcalendarStretches) return absl::OkStatus();
    return ErrorAtLine(
        event.line, base::StrCat("the calendar covers more than ", limits::kMaxIcalendarStretches,
                                 " stretches: a recurrence without UNTIL or COUNT has all up to "
                                 "2199; yearly_dates and weekly_hours are not counted"));
  }

  ImportedTimes Take() { return std::move(times_); }

 private:
  ImportedTimes times_;
  int visited_ = 0;
};

}  // namespace

absl::StatusOr<ImportedTimes> ImportIcalendar(std::string_view text) {
  absl::StatusOr<std::vector<IcalendarEvent>> events = ReadIcalendar(text);
  if (!events.ok()) return events.status();
  absl::StatusOr<Replaced> replaced = ReplacedBy(*events);
  if (!replaced.ok()) return replaced.status();
  Importer importer;
  const std::vector<IcalendarTime> none;
  for (const IcalendarEvent& event : *events) {
    const auto found = event.replaces ? replaced->end() : replaced->find(event.uid);
    absl::Status status = importer.Add(event, found == replaced->end() ? none : found->second);
    if (!status.ok()) return status;
  }
  return importer.Take();
}

}  // namespace scheduler::core
