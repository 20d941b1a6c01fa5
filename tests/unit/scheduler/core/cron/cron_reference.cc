#include "tests/unit/scheduler/core/cron/cron_reference.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

namespace tests {
namespace {

using absl::CivilDay;
using absl::CivilSecond;
using scheduler::base::Random;
using scheduler::core::DstFold;
using scheduler::core::DstGap;
using scheduler::core::DstPolicy;
using scheduler::core::ZonedTime;

struct Bounds {
  int low;
  int high;
};
constexpr std::array<Bounds, 7> kBounds = {
    {{0, 59}, {0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}, {1970, 2199}}};
constexpr int kDayField = 3;
constexpr int kMonthField = 4;
constexpr int kWeekdayField = 5;

std::vector<std::string> Split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

int NumberOf(std::string text, int field) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::vector<std::string> months = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                           "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  const std::vector<std::string> weekdays = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
  for (size_t i = 0; i < months.size(); ++i) {
    if (field == kMonthField && text == months[i]) return static_cast<int>(i) + 1;
  }
  for (size_t i = 0; i < weekdays.size(); ++i) {
    if (field == kWeekdayField && text == weekdays[i]) return static_cast<int>(i);
  }
  return std::stoi(text);
}

// Plain items: *, ?, a, a-b, with a step.
bool PlainMatches(const std::string& item, int field, int value) {
  const std::vector<std::string> stepped = Split(item, '/');
  const int step = stepped.size() > 1 ? std::stoi(stepped[1]) : 1;
  Bounds range = kBounds[field];
  if (stepped[0] != "*" && stepped[0] != "?") {
    const std::vector<std::string> ends = Split(stepped[0], '-');
    range.low = range.high = NumberOf(ends[0], field);
    if (ends.size() > 1) range.high = NumberOf(ends[1], field);
    if (field == kWeekdayField && ends.size() > 1 && range.high < range.low) range.high = 7;
  }
  for (int v = range.low; v <= range.high; v += step) {
    if (v == value || (field == kWeekdayField && v == 7 && value == 0)) return true;
  }
  return false;
}

int WeekdayOf(CivilDay day) { return (static_cast<int>(absl::GetWeekday(day)) + 1) % 7; }
CivilDay LastDay(CivilDay day) { return CivilDay(absl::CivilMonth(day) + 1) - 1; }
bool IsWorkday(CivilDay day) { return WeekdayOf(day) != 0 && WeekdayOf(day) != 6; }
bool SameMonth(CivilDay a, CivilDay b) { return absl::CivilMonth(a) == absl::CivilMonth(b); }

// The workday nearest to `day` in its month: tries the day, then one day before (for Saturday) or
// after (for Sunday), then what is next to it on the other side.
CivilDay NearestWorkday(CivilDay day) {
  const int toward = WeekdayOf(day) == 6 ? -1 : 1;
  for (const int distance : {0, toward, -toward, 2 * toward, -2 * toward}) {
    const CivilDay candidate = day + distance;
    if (IsWorkday(candidate) && SameMonth(candidate, day)) return candidate;
  }
  return day;
}

bool DayMatches(const std::string& item, CivilDay day) {
  if (item == "L") return day == LastDay(day);
  if (item == "LW") return day == NearestWorkday(LastDay(day));
  if (item[0] == 'L') return day == LastDay(day) - std::stoi(item.substr(2));
  if (item.back() == 'W') {
    const int named = std::stoi(item);
    if (named > LastDay(day).day()) return false;
    return day == NearestWorkday(CivilDay(day.year(), day.month(), named));
  }
  return PlainMatches(item, kDayField, day.day());
}

bool WeekdayMatches(std::string item, CivilDay day) {
  const size_t hash = item.find('#');
  const bool last = item.back() == 'L';
  if (!last && hash == std::string::npos) return PlainMatches(item, kWeekdayField, WeekdayOf(day));
  const std::string nth = last ? "" : item.substr(hash + 1);
  item.resize(hash != std::string::npos ? hash : item.size() - 1);
  if (NumberOf(item, kWeekdayField) % 7 != WeekdayOf(day)) return false;
  if (last) return !SameMonth(day, day + 7);
  return (day.day() - 1) / 7 + 1 == std::stoi(nth);
}

bool IsStar(const std::string& field) { return field == "*" || field == "?"; }

}  // namespace

CronReference::CronReference(const std::string& text) {
  std::istringstream words(text);
  for (std::string word; words >> word;) fields_.push_back(word);
  if (fields_.size() == 5) fields_.insert(fields_.begin(), "0");
  if (fields_.size() == 6) fields_.push_back("*");
}

bool CronReference::Matches(CivilSecond local) const {
  const std::array<int, 7> values = {local.second(),
                                     local.minute(),
                                     local.hour(),
                                     0,
                                     local.month(),
                                     0,
                                     static_cast<int>(local.year())};
  for (const int field : {0, 1, 2, kMonthField, 6}) {
    bool any = false;
    for (const std::string& item : Split(fields_[field], ',')) {
      any = any || PlainMatches(item, field, values[field]);
    }
    if (!any) return false;
  }
  const CivilDay day(local);
  bool by_day = false;
  for (const std::string& item : Split(fields_[kDayField], ',')) {
    by_day = by_day || DayMatches(item, day);
  }
  bool by_weekday = false;
  std::string weekdays = fields_[kWeekdayField];
  const bool plus = weekdays[0] == '+';
  if (plus) weekdays.erase(0, 1);
  for (const std::string& item : Split(weekdays, ',')) {
    by_weekday = by_weekday || WeekdayMatches(item, day);
  }
  const bool either = !plus && !IsStar(fields_[kDayField]) && !IsStar(weekdays);
  return either ? by_day || by_weekday : by_day && by_weekday;
}

bool CronReference::RunsEveryHour() const {
  for (int hour = 0; hour < 24; ++hour) {
    bool any = false;
    for (const std::string& item : Split(fields_[2], ',')) {
      any = any || PlainMatches(item, 2, hour);
    }
    if (!any) return false;
  }
  return true;
}

std::vector<ZonedTime> ZonedReference(const CronReference& cron, const absl::TimeZone& zone,
                                      DstPolicy policy, int64_t begin, int64_t end, int step) {
  const auto shown = [&](int64_t t) { return zone.At(absl::FromUnixSeconds(t)).cs; };
  // Whether clocks showed, or will show, this local time within three hours of `t`.
  const auto other = [&](int64_t t, int direction) {
    const int offset = zone.At(absl::FromUnixSeconds(t)).offset;
    for (int64_t u = t; std::abs(u - t) <= 3 * 3600; u += direction * 900) {
      const int there = zone.At(absl::FromUnixSeconds(u)).offset;
      const int64_t same = t + offset - there;
      if (there != offset && shown(same) == shown(t) && (same - t) * direction > 0) return true;
    }
    return false;
  };
  const bool real_time = cron.RunsEveryHour();
  const bool both = real_time || policy.fold == DstFold::kBoth;
  std::vector<ZonedTime> found;
  for (int64_t t = begin; t < end; t += step) {
    const CivilSecond local = shown(t);
    if (cron.Matches(local)) {
      if (other(t, -1)) {
        if (both) found.push_back({t, scheduler::core::kNoteSecondPass});
      } else {
        found.push_back({t, other(t, 1) ? scheduler::core::kNoteFirstPass : std::string_view()});
      }
      continue;
    }
    // Just after a gap: every time in it, by the second or the minute.
    bool moved = false;
    for (CivilSecond c = shown(t - 1) + 1; c < local; c += step) moved = moved || cron.Matches(c);
    if (moved && !real_time && policy.gap == DstGap::kRunAfter) {
      found.push_back({t, scheduler::core::kNoteMoved});
    }
  }
  return found;
}

namespace {

std::string RandomValue(Random& random, int field) {
  const Bounds bounds = kBounds[field];
  const auto value = bounds.low + static_cast<int>(random.Below(bounds.high - bounds.low + 1));
  static const std::vector<std::string> names = {"Sun", "mon", "TUE", "WED", "thu", "FRI", "SAT"};
  if (field == kWeekdayField && random.Percent(30)) return names[value];
  return std::to_string(value);
}

std::string RandomPlain(Random& random, int field) {
  const Bounds bounds = kBounds[field];
  if (random.Percent(50)) return RandomValue(random, field);
  std::string item = "*";
  if (random.Percent(70)) {
    const auto a = static_cast<int>(random.Below(bounds.high - bounds.low + 1)) + bounds.low;
    const auto b = static_cast<int>(random.Below(bounds.high - bounds.low + 1)) + bounds.low;
    item = std::to_string(std::min(a, b)) + "-" + std::to_string(std::max(a, b));
  }
  if (random.Percent(40)) item += "/" + std::to_string(1 + random.Below(field == 6 ? 5 : 20));
  return item;
}

std::string RandomItem(Random& random, int field) {
  if (field == kDayField && random.Percent(25)) {
    return random.Percent(40) ? "L" : "L-" + std::to_string(random.Below(31));
  }
  if (field == kWeekdayField && random.Percent(30)) {
    const std::string value = RandomValue(random, field);
    if (random.Percent(30)) return value + (random.Percent(50) ? "#L" : "L");
    return value + "#" + std::to_string(1 + random.Below(5));
  }
  return RandomPlain(random, field);
}

std::string RandomField(Random& random, int field) {
  if (field == kDayField && random.Percent(15)) {
    return random.Percent(30) ? "LW" : std::to_string(1 + random.Below(31)) + "W";
  }
  std::string text = RandomItem(random, field);
  while (random.Percent(30)) text += "," + RandomItem(random, field);
  if (field == kWeekdayField && random.Percent(20)) text = "+" + text;
  return text;
}

}  // namespace

std::string RandomCronText(Random& random) {
  const int first = random.Percent(40) ? 0 : 1;
  const int last = first == 0 && random.Percent(20) ? 6 : 5;
  // Fields that are often `*`, so that matches are met soon.
  constexpr std::array<int, 7> kStars = {40, 40, 50, 45, 70, 45, 50};
  std::string text;
  for (int field = first; field <= last; ++field) {
    if (field > first) text += ' ';
    const bool day = field == kDayField || field == kWeekdayField;
    if (random.Percent(kStars[field])) {
      text += day && random.Percent(10) ? "?" : "*";
    } else {
      text += RandomField(random, field);
    }
  }
  return text;
}

}  // namespace tests
