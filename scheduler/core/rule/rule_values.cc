#include "scheduler/core/rule/rule_values.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/schedule/civil_digits.h"

namespace scheduler::core {
namespace {

constexpr std::string_view kTimeForms =
    "a date 20270131, a local time 20270131T090000 or UTC 20270131T090000Z";
constexpr std::string_view kWeekdayForms = "a weekday MO, TU, WE, TH, FR, SA or SU";
constexpr std::array<std::string_view, 7> kWeekdays = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

// YYYYMMDD; none if it is not one, or no date of the calendar.
std::optional<absl::CivilDay> DateOf(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  const std::optional<int> year = DigitsOf(text.substr(0, 4));
  const std::optional<int> month = DigitsOf(text.substr(4, 2));
  const std::optional<int> day = DigitsOf(text.substr(6, 2));
  if (!year || !month || !day || *year < 1) return std::nullopt;
  return ExistingDay(*year, *month, *day);
}

// HHMMSS on `date`.
std::optional<absl::CivilSecond> TimeOf(absl::CivilDay date, std::string_view text) {
  if (text.size() != 6) return std::nullopt;
  const std::optional<int> hour = DigitsOf(text.substr(0, 2));
  const std::optional<int> minute = DigitsOf(text.substr(2, 2));
  const std::optional<int> second = DigitsOf(text.substr(4, 2));
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  return absl::CivilSecond(date.year(), date.month(), date.day(), *hour, *minute,
                           std::min(*second, 59));
}

std::optional<RuleTime> RuleTimeOf(std::string_view text) {
  const std::optional<absl::CivilDay> date = DateOf(text.substr(0, 8));
  if (!date) return std::nullopt;
  text.remove_prefix(8);
  if (text.empty()) return RuleTime{RuleTime::Kind::kDate, absl::CivilSecond(*date)};
  if (text.front() != 'T' && text.front() != 't') return std::nullopt;
  text.remove_prefix(1);
  RuleTime::Kind kind = RuleTime::Kind::kLocal;
  if (!text.empty() && (text.back() == 'Z' || text.back() == 'z')) {
    kind = RuleTime::Kind::kUtc;
    text.remove_suffix(1);
  }
  const std::optional<absl::CivilSecond> time = TimeOf(*date, text);
  if (!time) return std::nullopt;
  return RuleTime{kind, *time};
}

// What the numbers of a range are, for errors: "BYMONTHDAY takes numbers 1 to 31 and -31 to -1".
std::string RangeText(const NumberRange& range) {
  std::string text =
      base::StrCat(range.part, " takes numbers from ", range.low, " to ", range.high);
  if (range.negative) base::StrAppend(&text, ", or from -", range.high, " to -", range.low);
  return base::StrCat(text, ", separated by commas");
}

// A number with its sign, 0 … high.
std::optional<int> TakeSigned(RuleCursor* cursor, bool may_have_sign) {
  const bool minus = may_have_sign && cursor->Take('-');
  if (may_have_sign && !minus) cursor->Take('+');
  const std::optional<int64_t> number = cursor->TakeNumber(3);
  if (!number) return std::nullopt;
  return static_cast<int>(minus ? -*number : *number);
}

}  // namespace

absl::StatusOr<RuleTime> TakeRuleTime(RuleCursor* cursor) {
  const size_t begin = cursor->offset();
  const std::optional<RuleTime> time = RuleTimeOf(cursor->TakeUntil(",;"));
  if (!time) return cursor->ErrorAt(begin, base::StrCat(kTimeForms, ", that exists"));
  return *time;
}

absl::StatusOr<uint8_t> TakeWeekday(RuleCursor* cursor) {
  const size_t begin = cursor->offset();
  const std::string name = cursor->TakeName();
  const auto* const found = std::find(kWeekdays.begin(), kWeekdays.end(), name);
  if (found == kWeekdays.end()) return cursor->ErrorAt(begin, kWeekdayForms);
  return static_cast<uint8_t>(found - kWeekdays.begin());
}

absl::StatusOr<std::vector<int>> TakeNumbers(RuleCursor* cursor, const NumberRange& range) {
  std::vector<int> numbers;
  do {
    const size_t begin = cursor->offset();
    const std::optional<int> number = TakeSigned(cursor, range.negative);
    if (!number || std::abs(*number) < range.low || std::abs(*number) > range.high) {
      return cursor->ErrorAt(begin, RangeText(range));
    }
    numbers.push_back(*number);
  } while (cursor->Take(','));
  return numbers;
}

absl::Status TakeWeekdays(RuleCursor* cursor, RulePattern* pattern) {
  std::vector<NthWeekday>& nth = pattern->nth_weekdays;
  do {
    const size_t begin = cursor->offset();
    const char first = cursor->AtEnd() ? '\0' : cursor->rest().front();
    const bool has_ordinal =
        absl::ascii_isdigit(static_cast<unsigned char>(first)) || first == '-' || first == '+';
    const std::optional<int> ordinal = has_ordinal ? TakeSigned(cursor, true) : 0;
    if (!ordinal || (has_ordinal && (*ordinal == 0 || std::abs(*ordinal) > 53))) {
      return cursor->ErrorAt(begin, "an ordinal from 1 to 53, or from -53 to -1, and a weekday");
    }
    absl::StatusOr<uint8_t> weekday = TakeWeekday(cursor);
    if (!weekday.ok()) return weekday.status();
    if (has_ordinal) {
      nth.push_back({static_cast<int8_t>(*ordinal), *weekday});
    } else {
      pattern->weekdays = static_cast<uint8_t>(pattern->weekdays | 1U << *weekday);
    }
  } while (cursor->Take(','));
  std::sort(nth.begin(), nth.end());
  nth.erase(std::unique(nth.begin(), nth.end()), nth.end());
  return absl::OkStatus();
}

}  // namespace scheduler::core
