#include "tests/simulation/local_pattern.h"

#include <sstream>
#include <vector>

namespace sim {
namespace {

namespace core = scheduler::core;

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 3600;
constexpr int64_t kDay = 24 * kHour;
constexpr uint64_t kEveryHour = (uint64_t{1} << 24) - 1;

bool Has(uint64_t mask, int64_t bit) { return ((mask >> bit) & 1) != 0; }

// What the clocks of Berlin are ahead of UTC.
int64_t AheadOf(int64_t second) {
  const bool summer = second >= kClocksForward / 1000 && second < kClocksBack / 1000;
  return summer ? 2 * kHour : kHour;
}

// The values of a field of numbers below 60: "*", "7", "1-9/2", "*/5", and lists of these.
uint64_t MaskOf(const std::string& field, int most) {
  uint64_t mask = 0;
  std::istringstream parts(field);
  for (std::string part; std::getline(parts, part, ',');) {
    const size_t slash = part.find('/');
    const int step = slash == std::string::npos ? 1 : std::stoi(part.substr(slash + 1));
    const std::string range = part.substr(0, slash);
    const size_t dash = range.find('-');
    const int first = range == "*" ? 0 : std::stoi(range);
    const int last = range == "*"                ? most
                     : dash == std::string::npos ? first
                                                 : std::stoi(range.substr(dash + 1));
    for (int value = first; value <= last; value += step) mask |= uint64_t{1} << value;
  }
  return mask;
}

std::string TextOf(const std::string& rule, const std::string& name) {
  const size_t at = rule.find(name);
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size();
  return rule.substr(begin, rule.find(';', begin) - begin);
}

}  // namespace

int64_t LocalPattern::LocalOf(int64_t second) const {
  return second + (is_berlin ? AheadOf(second) : 0);
}

bool LocalPattern::Matches(int64_t local) const {
  return local >= first_local && Has(seconds, local % kMinute) &&
         Has(minutes, local % kHour / kMinute) && Has(hours, local % kDay / kHour);
}

bool LocalPattern::MatchesInGap() const {
  const int64_t begin = kClocksForward / 1000 + kHour;
  for (int64_t local = begin; local < begin + kHour; ++local) {
    if (Matches(local)) return true;
  }
  return false;
}

// Patterns of every hour follow real time; others the policies, which say what becomes of an hour that
// clocks skip or show twice.
bool LocalPattern::IsTime(int64_t second) const {
  const bool matches = Matches(LocalOf(second));
  if (!is_berlin || hours == kEveryHour) return matches;
  const int64_t forward = kClocksForward / 1000;
  const int64_t back = kClocksBack / 1000;
  if (second == forward && dst.gap == core::DstGap::kRunAfter) return matches || MatchesInGap();
  const bool second_pass = second >= back && second < back + kHour;
  return matches && (!second_pass || dst.fold == core::DstFold::kBoth);
}

Millis LocalPattern::From(Millis from) const {
  int64_t second = (from + 999) / 1000;
  while (!IsTime(second)) {
    // Whole hours that have none are passed at once; an hour's first second may be that after a gap.
    const bool may_be = Has(hours, LocalOf(second) % kDay / kHour);
    second = may_be ? second + 1 : (second / kHour + 1) * kHour;
  }
  return second * 1000;
}

LocalPattern PatternOfCron(const std::string& cron) {
  std::istringstream words(cron);
  std::vector<std::string> fields;
  for (std::string field; words >> field;) fields.push_back(field);
  // The registry keeps patterns in their shortest form: five fields stand for second 0.
  if (fields.size() == 5) fields.insert(fields.begin(), "0");
  LocalPattern pattern;
  pattern.seconds = MaskOf(fields[0], 59);
  pattern.minutes = MaskOf(fields[1], 59);
  pattern.hours = MaskOf(fields[2], 23);
  return pattern;
}

LocalPattern PatternOfRule(const std::string& rule) {
  LocalPattern pattern;
  pattern.seconds = MaskOf(TextOf(rule, "BYSECOND="), 59);
  pattern.minutes = MaskOf(TextOf(rule, "BYMINUTE="), 59);
  pattern.hours = MaskOf(TextOf(rule, "BYHOUR="), 23);
  return pattern;
}

int64_t PartOf(const std::string& rule, const std::string& name) {
  const std::string text = TextOf(rule, name);
  return text.empty() ? 0 : std::stoll(text);
}

}  // namespace sim
