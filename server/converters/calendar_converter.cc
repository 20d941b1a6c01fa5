#include "server/converters/calendar_converter.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/engine/etag.h"
#include "server/converters/resource_name.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using core::CalendarSpec;

absl::Status ReadName(const v1::Calendar& calendar, CalendarSpec* spec) {
  DUCTAPE_RETURN_IF_ERROR(CheckText("calendar.name", calendar.name(), limits::kMaxNameLength));
  spec->name = calendar.name();
  return absl::OkStatus();
}

absl::Status ReadTimeZone(const v1::Calendar& calendar, CalendarSpec* spec) {
  spec->time_zone = calendar.time_zone();
  return absl::OkStatus();
}

// Each item of `list` by `read`, a StatusOr<Item>(item, the path of it).
template <typename List, typename Item, typename Read>
absl::Status ReadList(std::string_view field, const List& list, std::vector<Item>* out,
                      const Read& read) {
  out->clear();
  out->reserve(list.size());
  for (int i = 0; i < list.size(); ++i) {
    DUCTAPE_ASSIGN_OR_RETURN(Item item, read(list.Get(i), StrCat(field, "[", i, "]")));
    out->push_back(std::move(item));
  }
  return absl::OkStatus();
}

absl::Status ReadDates(const v1::Calendar& calendar, CalendarSpec* spec) {
  return ReadList("calendar.dates", calendar.dates(), &spec->dates, core::ParseDate);
}

absl::StatusOr<absl::CivilDay> ToRequiredDate(const std::string& text, std::string_view field) {
  if (text.empty()) return errors::FieldRequired(field, "a date YYYY-MM-DD");
  return core::ParseDate(text, field);
}

absl::StatusOr<core::DateRange> ToDateRange(const v1::Calendar::DateRange& range,
                                            std::string_view field) {
  core::DateRange result;
  DUCTAPE_ASSIGN_OR_RETURN(result.first,
                           ToRequiredDate(range.first_date(), StrCat(field, ".first_date")));
  DUCTAPE_ASSIGN_OR_RETURN(result.last,
                           ToRequiredDate(range.last_date(), StrCat(field, ".last_date")));
  return result;
}

absl::Status ReadDateRanges(const v1::Calendar& calendar, CalendarSpec* spec) {
  return ReadList("calendar.date_ranges", calendar.date_ranges(), &spec->date_ranges, ToDateRange);
}

absl::Status ReadYearlyDates(const v1::Calendar& calendar, CalendarSpec* spec) {
  return ReadList("calendar.yearly_dates", calendar.yearly_dates(), &spec->yearly_dates,
                  core::ParseYearlyDate);
}

constexpr uint8_t BitOf(int weekday) { return static_cast<uint8_t>(1 << (weekday - 1)); }

absl::StatusOr<uint8_t> ToWeekdays(const v1::Calendar::WeeklyHours& hours, std::string_view field) {
  if (hours.weekdays().empty()) {
    return errors::FieldRequired(field, "one to seven of the days of the week");
  }
  uint8_t weekdays = 0;
  for (int i = 0; i < hours.weekdays_size(); ++i) {
    const int weekday = hours.weekdays(i);
    if (weekday < v1::Calendar::MONDAY || weekday > v1::Calendar::SUNDAY) {
      return errors::FieldInvalid(StrCat(field, "[", i, "]"), "must be MONDAY to SUNDAY");
    }
    weekdays |= BitOf(weekday);
  }
  return weekdays;
}

// A time that is not given is the one that a new WeeklyHours has: the begin or the end of the day.
absl::StatusOr<core::WeeklyHours> ToWeeklyHours(const v1::Calendar::WeeklyHours& hours,
                                                std::string_view field) {
  core::WeeklyHours result;
  DUCTAPE_ASSIGN_OR_RETURN(result.weekdays, ToWeekdays(hours, StrCat(field, ".weekdays")));
  if (!hours.start().empty()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.start_minute,
                             core::ParseTimeOfDay(hours.start(), StrCat(field, ".start")));
  }
  if (!hours.end().empty()) {
    DUCTAPE_ASSIGN_OR_RETURN(result.end_minute,
                             core::ParseTimeOfDay(hours.end(), StrCat(field, ".end")));
  }
  return result;
}

absl::Status ReadWeeklyHours(const v1::Calendar& calendar, CalendarSpec* spec) {
  return ReadList("calendar.weekly_hours", calendar.weekly_hours(), &spec->weekly_hours,
                  ToWeeklyHours);
}

absl::Status ReadIcalendar(const v1::Calendar& calendar, CalendarSpec* spec) {
  spec->icalendar = calendar.icalendar();
  return absl::OkStatus();
}

absl::Status ReadLabels(const v1::Calendar& calendar, CalendarSpec* spec) {
  DUCTAPE_ASSIGN_OR_RETURN(spec->labels, ToLabels("calendar.labels", calendar.labels()));
  return absl::OkStatus();
}

using CalendarField = SettableField<v1::Calendar, CalendarSpec>;

constexpr CalendarField kFields[] = {
    {"name", 0, [](const v1::Calendar& calendar) { return !calendar.name().empty(); }, ReadName,
     CopyMember<&CalendarSpec::name>},
    {"time_zone", 0, [](const v1::Calendar& calendar) { return !calendar.time_zone().empty(); },
     ReadTimeZone, CopyMember<&CalendarSpec::time_zone>},
    {"dates", 0, [](const v1::Calendar& calendar) { return !calendar.dates().empty(); }, ReadDates,
     CopyMember<&CalendarSpec::dates>},
    {"date_ranges", 0, [](const v1::Calendar& calendar) { return !calendar.date_ranges().empty(); },
     ReadDateRanges, CopyMember<&CalendarSpec::date_ranges>},
    {"yearly_dates", 0,
     [](const v1::Calendar& calendar) { return !calendar.yearly_dates().empty(); }, ReadYearlyDates,
     CopyMember<&CalendarSpec::yearly_dates>},
    {"weekly_hours", 0,
     [](const v1::Calendar& calendar) { return !calendar.weekly_hours().empty(); }, ReadWeeklyHours,
     CopyMember<&CalendarSpec::weekly_hours>},
    {"icalendar", 0, [](const v1::Calendar& calendar) { return !calendar.icalendar().empty(); },
     ReadIcalendar, CopyMember<&CalendarSpec::icalendar>},
    {"labels", 0, [](const v1::Calendar& calendar) { return !calendar.labels().empty(); },
     ReadLabels, CopyMember<&CalendarSpec::labels>},
};

constexpr absl::Span<const CalendarField> kTable(kFields);
constexpr std::string_view kFixed[] = {"product", "tag", "etag"};

// The `fields` of a calendar. Those that are not among them stay empty, which is a value they may
// have.
absl::StatusOr<CalendarSpec> ReadChecked(const v1::Calendar& calendar, FieldSet fields) {
  CalendarSpec spec;
  DUCTAPE_RETURN_IF_ERROR(ReadFields(kTable, fields, calendar, &spec));
  DUCTAPE_RETURN_IF_ERROR(errors::WithFieldPrefix(core::CheckCovered(spec), "calendar."));
  return spec;
}

void CoveredToProto(const CalendarSpec& spec, v1::Calendar* out) {
  for (const absl::CivilDay date : spec.dates) out->add_dates(core::DateText(date));
  for (const core::DateRange& range : spec.date_ranges) {
    v1::Calendar::DateRange* added = out->add_date_ranges();
    added->set_first_date(core::DateText(range.first));
    added->set_last_date(core::DateText(range.last));
  }
  for (const core::YearlyDate& date : spec.yearly_dates) {
    out->add_yearly_dates(core::YearlyDateText(date));
  }
  for (const core::WeeklyHours& hours : spec.weekly_hours) {
    v1::Calendar::WeeklyHours* added = out->add_weekly_hours();
    for (int day = v1::Calendar::MONDAY; day <= v1::Calendar::SUNDAY; ++day) {
      if ((hours.weekdays & BitOf(day)) != 0) {
        added->add_weekdays(static_cast<v1::Calendar::Weekday>(day));
      }
    }
    added->set_start(core::TimeOfDayText(hours.start_minute));
    added->set_end(core::TimeOfDayText(hours.end_minute));
  }
  out->set_icalendar(spec.icalendar);
}

}  // namespace

absl::StatusOr<CalendarSpec> ToCalendarSpec(const v1::Calendar& calendar,
                                            const std::string& default_product) {
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name, ToResourceName(calendar.product(), calendar.tag(),
                                                             default_product, "calendar."));
  DUCTAPE_ASSIGN_OR_RETURN(CalendarSpec spec, ReadChecked(calendar, AllFields(kTable, calendar)));
  spec.product = std::move(name.product);
  spec.tag = std::move(name.tag);
  return spec;
}

absl::StatusOr<CalendarPatch> CalendarPatch::Make(const v1::Calendar& calendar,
                                                  const google::protobuf::FieldMask& mask) {
  CalendarPatch patch;
  DUCTAPE_ASSIGN_OR_RETURN(patch.fields_, SelectFields(kTable, kFixed, mask, calendar));
  DUCTAPE_ASSIGN_OR_RETURN(patch.values_, ReadChecked(calendar, patch.fields_));
  return patch;
}

void CalendarPatch::Apply(CalendarSpec* spec) const { CopyFields(kTable, fields_, values_, spec); }

void CalendarToProto(const scheduler::engine::CalendarView& view, v1::Calendar* out) {
  const core::StoredCalendar& calendar = view.calendar;
  out->set_product(calendar.spec.product);
  out->set_tag(calendar.spec.tag);
  out->set_name(calendar.spec.name);
  out->set_time_zone(calendar.spec.time_zone);
  CoveredToProto(calendar.spec, out);
  out->mutable_labels()->insert(calendar.spec.labels.begin(), calendar.spec.labels.end());
  out->set_uid(core::FormatUid(calendar.uid));
  out->set_generation(calendar.generation);
  out->set_etag(scheduler::engine::EtagOf(calendar));
  out->set_job_count(view.job_count);
  SetTimestamp(calendar.create_time, out->mutable_create_time());
  SetTimestamp(calendar.update_time, out->mutable_update_time());
}

}  // namespace server
