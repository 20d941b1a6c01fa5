#include "scheduler/core/rule/rule_parts.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/base/strings.h"
#include "scheduler/core/rule/rule_values.h"

namespace scheduler::core {
namespace {

constexpr std::array<std::string_view, 7> kFrequencies = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                                          "WEEKLY",   "MONTHLY",  "YEARLY"};

// INTERVAL and COUNT.
constexpr int64_t kMaxNumber = (int64_t{1} << 31) - 1;

enum Part : uint8_t {
  kFreq,
  kInterval,
  kCount,
  kUntil,
  kBySecond,
  kByMinute,
  kByHour,
  kByDay,
  kByMonthDay,
  kByYearDay,
  kByWeekNo,
  kByMonth,
  kBySetPos,
  kWkst,
  kParts,
};

constexpr std::array<std::string_view, kParts> kPartNames = {
    "FREQ",  "INTERVAL",   "COUNT",     "UNTIL",    "BYSECOND", "BYMINUTE", "BYHOUR",
    "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH",  "BYSETPOS", "WKST"};

// The bits of `numbers` that are positive, or the negated negative ones.
uint64_t Bits(const std::vector<int>& numbers, bool negative) {
  uint64_t bits = 0;
  for (const int number : numbers) {
    if ((number < 0) == negative) bits |= uint64_t{1} << std::abs(number);
  }
  return bits;
}

std::vector<int16_t> Sorted(std::vector<int> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return {numbers.begin(), numbers.end()};
}

class PartsReader {
 public:
  explicit PartsReader(RuleCursor* cursor) : cursor_(*cursor) { places_.fill(kNowhere); }

  absl::StatusOr<RulePattern> Read() {
    begin_ = cursor_.offset();
    do {
      if (absl::Status status = ReadPart(); !status.ok()) return status;
    } while (cursor_.Take(';'));
    if (!cursor_.AtEnd()) return cursor_.Error("\";\" and the next part, or the end of the line");
    if (absl::Status status = CheckTogether(); !status.ok()) return status;
    return std::move(pattern_);
  }

 private:
  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  bool Has(Part part) const { return places_[part] != kNowhere; }

  absl::Status ReadPart() {
    const size_t begin = cursor_.offset();
    const std::string name = cursor_.TakeName();
    const auto* const found = std::find(kPartNames.begin(), kPartNames.end(), name);
    if (found == kPartNames.end()) return UnknownPart(begin, name);
    const auto part = static_cast<Part>(found - kPartNames.begin());
    if (Has(part)) return cursor_.ErrorAt(begin, base::StrCat(name, " once; it stands twice"));
    places_[part] = begin;
    if (!cursor_.Take('=')) return cursor_.Error(base::StrCat("\"=\" and the value of ", name));
    return ReadValue(part);
  }

  absl::Status UnknownPart(size_t begin, std::string_view name) const {
    if (name == "RSCALE" || name == "SKIP") {
      return cursor_.ErrorAt(begin,
                             "a part of RFC 5545; RSCALE and SKIP of RFC 7529 are not built");
    }
    return cursor_.ErrorAt(begin,
                           "a part: FREQ, INTERVAL, COUNT, UNTIL, BYSECOND, BYMINUTE, BYHOUR, "
                           "BYDAY, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYMONTH, BYSETPOS or WKST");
  }

  absl::Status ReadValue(Part part) {
    switch (part) {
      case kFreq:
        return ReadFrequency();
      case kInterval:
        return ReadPositive(part, &pattern_.interval);
      case kCount:
        return ReadPositive(part, &pattern_.count.emplace());
      case kUntil:
        return Store(TakeRuleTime(&cursor_), &pattern_.until);
      case kByDay:
        return TakeWeekdays(&cursor_, &pattern_);
      case kWkst:
        return Store(TakeWeekday(&cursor_), &pattern_.week_start);
      default:
        return ReadNumbers(part);
    }
  }

  template <typename Value, typename Member>
  static absl::Status Store(absl::StatusOr<Value> value, Member* member) {
    if (value.ok()) *member = *value;
    return value.status();
  }

  absl::Status ReadFrequency() {
    const size_t begin = cursor_.offset();
    const std::string name = cursor_.TakeName();
    const auto* const found = std::find(kFrequencies.begin(), kFrequencies.end(), name);
    if (found == kFrequencies.end()) {
      return cursor_.ErrorAt(
          begin, "FREQ is SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY");
    }
    pattern_.frequency = static_cast<RuleFrequency>(found - kFrequencies.begin());
    return absl::OkStatus();
  }

  absl::Status ReadPositive(Part part, int64_t* out) {
    const size_t begin = cursor_.offset();
    const std::optional<int64_t> number = cursor_.TakeNumber(10);
    if (!number || *number < 1 || *number > kMaxNumber) {
      return cursor_.ErrorAt(
          begin, base::StrCat(kPartNames[part], " takes a number from 1 to ", kMaxNumber));
    }
    *out = *number;
    return absl::OkStatus();
  }

  static NumberRange RangeOf(Part part) {
    switch (part) {
      case kBySecond:
        return {kPartNames[part], 0, 60, false};
      case kByMinute:
        return {kPartNames[part], 0, 59, false};
      case kByHour:
        return {kPartNames[part], 0, 23, false};
      case kByMonthDay:
        return {kPartNames[part], 1, 31, true};
      case kByWeekNo:
        return {kPartNames[part], 1, 53, true};
      case kByMonth:
        return {kPartNames[part], 1, 12, false};
      default:  // BYYEARDAY, BYSETPOS
        return {kPartNames[part], 1, 366, true};
    }
  }

  absl::Status ReadNumbers(Part part) {
    absl::StatusOr<std::vector<int>> numbers = TakeNumbers(&cursor_, RangeOf(part));
    if (numbers.ok()) StoreNumbers(part, *numbers);
    return numbers.status();
  }

  void StoreNumbers(Part part, std::vector<int> numbers) {
    switch (part) {
      case kBySecond:
        std::replace(numbers.begin(), numbers.end(), 60, 59);
        pattern_.seconds = Bits(numbers, false);
        break;
      case kByMinute:
        pattern_.minutes = Bits(numbers, false);
        break;
      case kByHour:
        pattern_.hours = static_cast<uint32_t>(Bits(numbers, false));
        break;
      case kByMonthDay:
        pattern_.month_days = static_cast<uint32_t>(Bits(numbers, false));
        pattern_.month_days_from_end = static_cast<uint32_t>(Bits(numbers, true));
        break;
      case kByYearDay:
        pattern_.year_days = Sorted(std::move(numbers));
        break;
      case kByWeekNo:
        pattern_.week_numbers = Bits(numbers, false);
        pattern_.week_numbers_from_end = Bits(numbers, true);
        break;
      case kByMonth:
        pattern_.months = static_cast<uint16_t>(Bits(numbers, false));
        break;
      default:
        pattern_.set_positions = Sorted(std::move(numbers));
    }
  }

  // What RFC 5545 says of parts beside each other.
  absl::Status CheckTogether() const {
    const RuleFrequency frequency = pattern_.frequency;
    const bool yearly = frequency == RuleFrequency::kYearly;
    const bool monthly = frequency == RuleFrequency::kMonthly;
    const bool weekly = frequency == RuleFrequency::kWeekly;
    const bool daily = frequency == RuleFrequency::kDaily;
    const bool by_other = Has(kBySecond) || Has(kByMinute) || Has(kByHour) || Has(kByDay) ||
                          Has(kByMonthDay) || Has(kByYearDay) || Has(kByWeekNo) || Has(kByMonth);
    const bool ordinals = !pattern_.nth_weekdays.empty();
    struct Rule {
      bool broken;
      Part part;
      std::string_view what_is_right;
    };
    const Rule rules[] = {
        {Has(kCount) && Has(kUntil),
         std::max(places_[kCount], places_[kUntil]) == places_[kCount] ? kCount : kUntil,
         "COUNT or UNTIL, not both"},
        {ordinals && !monthly && !yearly, kByDay,
         "BYDAY with an ordinal needs FREQ=MONTHLY or FREQ=YEARLY"},
        {ordinals && Has(kByWeekNo), kByDay, "BYDAY without an ordinal, as BYWEEKNO is given"},
        {weekly && Has(kByMonthDay), kByMonthDay, "BYMONTHDAY needs a FREQ other than WEEKLY"},
        {(daily || weekly || monthly) && Has(kByYearDay), kByYearDay,
         "BYYEARDAY needs FREQ=YEARLY, HOURLY, MINUTELY or SECONDLY"},
        {!yearly && Has(kByWeekNo), kByWeekNo, "BYWEEKNO needs FREQ=YEARLY"},
        {Has(kBySetPos) && !by_other, kBySetPos,
         "BYSETPOS needs another BY part, whose times it chooses from"},
    };
    if (!Has(kFreq)) return cursor_.ErrorAt(begin_, "FREQ is required: FREQ=DAILY");
    for (const Rule& rule : rules) {
      if (rule.broken) return cursor_.ErrorAt(places_[rule.part], rule.what_is_right);
    }
    return absl::OkStatus();
  }

  RuleCursor& cursor_;
  RulePattern pattern_;
  std::array<size_t, kParts> places_;  // of each part's name
  size_t begin_ = 0;
};

}  // namespace

absl::StatusOr<RulePattern> TakeRulePattern(RuleCursor* cursor) {
  return PartsReader(cursor).Read();
}

}  // namespace scheduler::core
