#include "scheduler/core/cron/cron_fields.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "scheduler/base/strings.h"

namespace scheduler::core {
namespace {

constexpr std::array<CronFieldInfo, kCronFields> kInfos = {{
    {"second", 0, 59, 59, "the first second", "the last second", "0-59"},
    {"minute", 0, 59, 59, "the first minute", "the last minute", "0-59"},
    {"hour", 0, 23, 23, "the first hour", "the last hour", "0-23"},
    {"day of month", 1, 31, 31, "the first day of the month", "the last day of the month", "1-31"},
    {"month", 1, 12, 12, "January", "December", "1-12 or JAN-DEC"},
    {"weekday", 0, 7, 6, "Sunday", "which is Sunday too", "0-7 or SUN-SAT"},
    {"year", kFirstCronYear, kLastCronYear, kLastCronYear, "the first year of patterns",
     "the last year of patterns", "1970-2199"},
}};

constexpr std::array<std::string_view, 12> kMonthNames = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdayNames = {"SUN", "MON", "TUE", "WED",
                                                           "THU", "FRI", "SAT"};

template <size_t N>
int Find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (size_t i = 0; i < N; ++i) {
    if (absl::EqualsIgnoreCase(base::ToAbsl(names[i]), base::ToAbsl(name)))
      return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

const CronFieldInfo& InfoOf(CronField field) { return kInfos[static_cast<size_t>(field)]; }

int ValueOfCronName(CronField field, std::string_view name) {
  if (field == CronField::kWeekday) return Find(kWeekdayNames, name);
  if (field != CronField::kMonth) return -1;
  const int index = Find(kMonthNames, name);
  return index < 0 ? -1 : index + 1;
}

CronYears CronYears::All() {
  CronYears all;
  for (int year = kFirstCronYear; year <= kLastCronYear; ++year) all.Add(year);
  return all;
}

int CronYears::From(int year) const {
  if (year > kLastCronYear) return kLastCronYear + 1;
  year = std::max(year, kFirstCronYear);
  uint64_t word = words_[Word(year)] >> Bit(year) << Bit(year);
  for (int i = Word(year);;) {
    if (word != 0) return kFirstCronYear + 64 * i + std::countr_zero(word);
    if (++i == static_cast<int>(words_.size())) return kLastCronYear + 1;
    word = words_[i];
  }
}

int CronYears::Until(int year) const {
  if (year < kFirstCronYear) return kFirstCronYear - 1;
  year = std::min(year, kLastCronYear);
  uint64_t word = words_[Word(year)] << (63 - Bit(year)) >> (63 - Bit(year));
  for (int i = Word(year);;) {
    if (word != 0) return kFirstCronYear + 64 * i + 63 - std::countl_zero(word);
    if (--i < 0) return kFirstCronYear - 1;
    word = words_[i];
  }
}

std::vector<int> CronYears::Values() const {
  std::vector<int> values;
  for (int year = From(kFirstCronYear); year <= kLastCronYear; year = From(year + 1)) {
    values.push_back(year);
  }
  return values;
}

}  // namespace scheduler::core
