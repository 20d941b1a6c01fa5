// CronPattern::Canonical: a pattern as text.

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/cron/cron_pattern.h"
#include "scheduler/core/schedule/word_lists.h"

namespace scheduler::core {
namespace {

using base::StrCat;

// Single values and runs of three or more: "1,2,5-9".
std::string ListText(const std::vector<int>& values) {
  std::vector<std::string> items;
  for (size_t i = 0; i < values.size();) {
    size_t end = i + 1;
    while (end < values.size() && values[end] == values[end - 1] + 1) ++end;
    if (end - i >= 3) {
      items.push_back(StrCat(values[i], "-", values[end - 1]));
      i = end;
    } else {
      items.push_back(StrCat(values[i++]));
    }
  }
  return absl::StrJoin(items, ",");
}

// Empty for no values.
std::string FieldText(const std::vector<int>& values, CronField field) {
  const CronFieldInfo& info = InfoOf(field);
  if (static_cast<int>(values.size()) == info.last - info.low + 1) return "*";
  const int step = StepOf(values);
  if (step < 2) return ListText(values);
  if (values.front() == info.low && values.back() + step > info.last) return StrCat("*/", step);
  return StrCat(values.front(), "-", values.back(), "/", step);
}

void AddItem(std::string_view item, std::string* text) {
  if (item.empty()) return;
  if (!text->empty()) *text += ',';
  *text += item;
}

std::string DayText(const CronDays& days) {
  std::string text = FieldText(ValuesOf(days.days), CronField::kDay);
  for (const int n : ValuesOf(days.from_last)) {
    AddItem(n == 0 ? std::string("L") : StrCat("L-", n), &text);
  }
  for (const int day : ValuesOf(days.nearest)) AddItem(StrCat(day, "W"), &text);
  if (days.last_workday) AddItem("LW", &text);
  return text;
}

std::string WeekdayText(const CronDays& days) {
  std::string text = FieldText(ValuesOf(days.weekdays), CronField::kWeekday);
  for (size_t n = 0; n < days.nth.size(); ++n) {
    for (const int weekday : ValuesOf(days.nth[n])) AddItem(StrCat(weekday, "#", n + 1), &text);
  }
  for (const int weekday : ValuesOf(days.last)) AddItem(StrCat(weekday, "#L"), &text);
  const bool both = !days.either && !days.any_day() && !days.any_weekday();
  return both ? StrCat("+", text) : text;
}

}  // namespace

std::string CronPattern::Canonical() const {
  const bool has_years = years != CronYears::All();
  std::string text;
  if (seconds != 1 || has_years) {
    base::StrAppend(&text, FieldText(ValuesOf(seconds), CronField::kSecond), " ");
  }
  base::StrAppend(&text, FieldText(ValuesOf(minutes), CronField::kMinute), " ",
                  FieldText(ValuesOf(hours), CronField::kHour), " ", DayText(days), " ",
                  FieldText(ValuesOf(months), CronField::kMonth), " ", WeekdayText(days));
  if (has_years) base::StrAppend(&text, " ", FieldText(years.Values(), CronField::kYear));
  return text;
}

}  // namespace scheduler::core
