#ifndef SCHEDULER_CORE_CALENDAR_CALENDAR_H_
#define SCHEDULER_CORE_CALENDAR_CALENDAR_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/calendar/calendar_spec.h"
#include "scheduler/core/calendar/local_cover.h"
#include "scheduler/core/schedule/stretches.h"

namespace scheduler::core {

using base::Millis;

// Times [begin, end), milliseconds UTC.
struct CoveredStretch {
  Millis begin = 0;
  Millis end = 0;

  friend bool operator==(const CoveredStretch&, const CoveredStretch&) = default;
};

// The set of times that a CalendarSpec covers. Immutable and thread-safe.
//
// Days and hours are those of the clocks in the calendar's time_zone, and where it has none in the
// `zone` of each call: a time is covered if the clocks show a covered time then (CoveredAround in
// local_cover.h). Events that an iCalendar text fixes to instants stand where they are in any zone.
// Nothing is covered before kFirstCalendarYear or after kLastCalendarYear.
//
// A covered stretch is covered as a whole, but not always is it all that is covered around it:
// another one may touch or overlap it. It ends at each change of the zone's clocks at the latest,
// and two days of yearly_dates are two. Whoever needs to know how long everything is covered asks
// again at the end.
//
// Each call takes some binary searches, over the listed days, the hours of a week and the events of
// the text, and some look-ups in the zone: about a microsecond, whatever the calendar and the time.
class Calendar {
 public:
  // INVALID_ARGUMENT, FIELD_TOO_LARGE: what CheckCovered and ImportIcalendar find, and a time_zone
  // that base::TimeZones does not know. Expands the recurrences of `icalendar`; the spec is not
  // kept.
  static absl::StatusOr<std::shared_ptr<const Calendar>> Make(const CalendarSpec& spec);
  // What covers the times before `change` as `before` does, and those from then on as `after` does. Null covers
  // nothing.
  static std::shared_ptr<const Calendar> Changed(std::shared_ptr<const Calendar> before,
                                                 Millis change,
                                                 std::shared_ptr<const Calendar> after);

  // The exclusive end of the covered stretch that holds `t`; none if `t` is not covered.
  std::optional<Millis> CoveredUntil(Millis t, const absl::TimeZone& zone) const;
  // The inclusive begin of it.
  std::optional<Millis> CoveredSince(Millis t, const absl::TimeZone& zone) const;
  // The first covered stretch that ends after `from` and begins before `until`. It may begin before
  // `from`.
  std::optional<CoveredStretch> FirstCovered(Millis from, Millis until,
                                             const absl::TimeZone& zone) const;

 private:
  struct Change {
    std::shared_ptr<const Calendar> before;
    Millis at = 0;
    std::shared_ptr<const Calendar> after;
  };

  Calendar(std::optional<absl::TimeZone> zone, LocalCover local, Stretches instants);

  static std::optional<CoveredStretch> FirstOfChanged(const Change& change, Millis from,
                                                      Millis until, const absl::TimeZone& zone);
  std::optional<Stretch> Around(int64_t second, const absl::TimeZone& zone) const;

  std::optional<absl::TimeZone> zone_;
  LocalCover local_;
  Stretches instants_;            // seconds UTC
  std::optional<Change> change_;  // set: the other members cover nothing
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_CALENDAR_H_
