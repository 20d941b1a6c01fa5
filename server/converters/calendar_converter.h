#ifndef SERVER_CONVERTERS_CALENDAR_CONVERTER_H_
#define SERVER_CONVERTERS_CALENDAR_CONVERTER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/calendar.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "scheduler/core/calendar/calendar_spec.h"
#include "scheduler/engine/commands.h"
#include "server/converters/field_selection.h"

// Calendars between wire and domain. Errors are those that CalendarService.CreateCalendar and
// UpdateCalendar list as INVALID_ARGUMENT, with paths from "calendar."; whether there is such a
// time_zone and what the text of an icalendar says is the engine's to know.
namespace server {

// A whole calendar, as for a create.
absl::StatusOr<scheduler::core::CalendarSpec> ToCalendarSpec(
    const ductape::jobs::v1::Calendar& calendar, const std::string& default_product);

// The change that an update makes.
class CalendarPatch {
 public:
  // The fields of `calendar` that `mask` selects, checked.
  static absl::StatusOr<CalendarPatch> Make(const ductape::jobs::v1::Calendar& calendar,
                                            const google::protobuf::FieldMask& mask);

  // Makes the change. Any of the fields goes with any other.
  void Apply(scheduler::core::CalendarSpec* spec) const;

 private:
  FieldSet fields_ = 0;
  scheduler::core::CalendarSpec values_;
};

// Fills an empty `out`.
void CalendarToProto(const scheduler::engine::CalendarView& view, ductape::jobs::v1::Calendar* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_CALENDAR_CONVERTER_H_
