#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/jobctl/parse/calendar_parts.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/resource_fields.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Calendar;

// How many dates or ranges a page shows; -o yaml shows all.
constexpr int kShown = 20;

// `12 dates, 1 range, MON-FRI 22:00-24:00, iCalendar`.
std::string CoverText(const Calendar& calendar) {
  std::vector<std::string> parts;
  const auto add = [&parts](int count, absl::string_view one, absl::string_view many) {
    if (count > 0) parts.push_back(absl::StrCat(count, " ", count == 1 ? one : many));
  };
  add(calendar.dates_size(), "date", "dates");
  add(calendar.date_ranges_size(), "range", "ranges");
  add(calendar.yearly_dates_size(), "yearly date", "yearly dates");
  for (const Calendar::WeeklyHours& hours : calendar.weekly_hours()) {
    parts.push_back(WeeklyHoursText(hours));
  }
  if (!calendar.icalendar().empty()) parts.emplace_back("iCalendar");
  return absl::StrJoin(parts, ", ");
}

// The first of `list`, each by `text`, and how many more there are.
template <class List, class Text>
std::string SomeText(const List& list, Text text) {
  const int shown = std::min(list.size(), kShown);
  std::string all = absl::StrJoin(
      list.begin(), list.begin() + shown, ", ",
      [text](std::string* out, const auto& item) { absl::StrAppend(out, text(item)); });
  if (shown < list.size()) absl::StrAppend(&all, " and ", list.size() - shown, " more");
  return all;
}

void AddCover(const Calendar& calendar, Fields* fields) {
  const auto add = [fields](const char* label, std::string text) {
    fields->push_back({label, Cell{std::move(text)}});
  };
  const auto as_it_is = [](const std::string& text) { return text; };
  add("Dates", SomeText(calendar.dates(), as_it_is));
  add("Ranges", SomeText(calendar.date_ranges(), DateRangeText));
  add("Every year", SomeText(calendar.yearly_dates(), as_it_is));
  for (const Calendar::WeeklyHours& hours : calendar.weekly_hours()) {
    add("Every week", WeeklyHoursText(hours));
  }
  if (!calendar.icalendar().empty()) {
    add("iCalendar", absl::StrCat(calendar.icalendar().size(), " bytes"));
  }
}

}  // namespace

template <>
std::vector<std::string> HeaderOf<Calendar>() {
  return {"CALENDAR", "NAME", "ZONE", "COVERS", "JOBS", "UPDATED"};
}

std::string NameOf(const Calendar& calendar) { return calendar.tag(); }

Row RowOf(const Calendar& calendar, absl::Time now) {
  constexpr size_t kCoverWidth = 60;
  return {{calendar.tag()},
          {calendar.name()},
          {calendar.time_zone()},
          {Shortened(CoverText(calendar), kCoverWidth)},
          {absl::StrCat(calendar.job_count())},
          {RelativeTime(ToTime(calendar.update_time()), now)}};
}

Fields PageOf(const Calendar& calendar, absl::Time now) {
  const auto plain = [](std::string text) { return Cell{std::move(text)}; };
  Fields fields = {{"Calendar", plain(calendar.tag())},
                   {"Name", plain(calendar.name())},
                   {"Product", plain(calendar.product())},
                   {"Time zone", plain(calendar.time_zone().empty() ? "that of each job"
                                                                    : calendar.time_zone())}};
  AddCover(calendar, &fields);
  AddResourceFields(calendar, now, &fields);
  return fields;
}

}  // namespace jobctl
