#ifndef SCHEDULER_CORE_CRON_CRON_FIELDS_H_
#define SCHEDULER_CORE_CRON_CRON_FIELDS_H_

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

// The fields of a cron pattern and sets of their values.
namespace scheduler::core {

enum class CronField : uint8_t { kSecond, kMinute, kHour, kDay, kMonth, kWeekday, kYear };

inline constexpr int kCronFields = 7;

inline constexpr int kFirstCronYear = 1970;
inline constexpr int kLastCronYear = 2199;

struct CronFieldInfo {
  std::string_view name;          // "minute"
  int low;                        // the least and the greatest value that may be written
  int high;                       //   (weekday: 0-7, where 7 is Sunday too)
  int last;                       // the last value of `*`: as `high`, but 6 for the weekday
  std::string_view what_low_is;   // "the first minute"
  std::string_view what_high_is;  // "the last minute"
  std::string_view values;        // "0-59"
};

const CronFieldInfo& InfoOf(CronField field);

// The value of a three-letter name of a month (JAN: 1) or weekday (SUN: 0), in any case; -1 if
// `name` is none of this field.
int ValueOfCronName(CronField field, std::string_view name);

// Bits of one word: the first set bit ≥ from (kNoBit if none), the last one < below (-1 if none).
// REQUIRES: 0 ≤ from, below ≤ 63.
inline constexpr int kNoBit = 64;
constexpr int FirstBit(uint64_t bits, int from) { return std::countr_zero(bits >> from << from); }
constexpr int LastBitBelow(uint64_t bits, int below) {
  return 63 - std::countl_zero(bits & ((uint64_t{1} << below) - 1));
}
constexpr bool HasBit(uint64_t bits, int bit) { return (bits >> bit & 1) != 0; }

// The bits low … high. REQUIRES: 0 ≤ low ≤ high ≤ 62.
constexpr uint64_t BitRange(int low, int high) {
  return (uint64_t{2} << high) - (uint64_t{1} << low);
}

// A set of years in [kFirstCronYear, kLastCronYear].
class CronYears {
 public:
  static CronYears All();

  void Add(int year) { words_[Word(year)] |= uint64_t{1} << Bit(year); }
  // False for a year out of range.
  bool Has(int year) const {
    return year >= kFirstCronYear && year <= kLastCronYear && HasBit(words_[Word(year)], Bit(year));
  }
  // The first year of the set ≥ year, kLastCronYear + 1 if none; the last ≤ year, kFirstCronYear −
  // 1 if none.
  int From(int year) const;
  int Until(int year) const;
  std::vector<int> Values() const;

  friend bool operator==(const CronYears&, const CronYears&) = default;

 private:
  static constexpr int Word(int year) { return (year - kFirstCronYear) >> 6; }
  static constexpr int Bit(int year) { return (year - kFirstCronYear) & 63; }

  std::array<uint64_t, 4> words_{};
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CRON_CRON_FIELDS_H_
