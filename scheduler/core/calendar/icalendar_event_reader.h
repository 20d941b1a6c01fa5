#ifndef SCHEDULER_CORE_CALENDAR_ICALENDAR_EVENT_READER_H_
#define SCHEDULER_CORE_CALENDAR_ICALENDAR_EVENT_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/core/calendar/icalendar_event.h"
#include "scheduler/core/rule/rule_text.h"

namespace scheduler::core {

// Reads one VEVENT, line by line. Errors are INVALID_ARGUMENT with their line.
class IcalendarEventReader {
 public:
  // `line`: the number of its BEGIN.
  explicit IcalendarEventReader(int line) { event_.line = line; }

  // Reads the property in the cursor's line, one directly in the event; passes over those that do
  // not matter to its time.
  absl::Status ReadProperty(RuleCursor* cursor);

  // The event, at its END, where the cursor stands: checks what its properties mean together.
  absl::StatusOr<IcalendarEvent> Finish(const RuleCursor& cursor);

 private:
  absl::Status ReadTimes(RuleCursor* cursor, std::string_view name);
  absl::Status ReadOneTime(RuleCursor* cursor, std::string_view name,
                           std::optional<IcalendarTime>* out);
  absl::Status ReadPattern(RuleCursor* cursor);
  absl::Status ReadDuration(RuleCursor* cursor);
  absl::Status ReadText(RuleCursor* cursor, std::string_view name);
  // The length by DTEND.
  absl::StatusOr<IcalendarLength> UntilEnd(const RuleCursor& cursor) const;

  IcalendarEvent event_;
  std::optional<IcalendarTime> start_;
  std::optional<IcalendarTime> end_;
  std::optional<IcalendarLength> duration_;
  size_t end_place_ = 0;  // in the text, of DTEND
  size_t duration_place_ = 0;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CALENDAR_ICALENDAR_EVENT_READER_H_
