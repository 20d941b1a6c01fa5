#include "scheduler/query/schedule_words.h"

#include <string_view>
#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/core/cron/cron_words.h"
#include "scheduler/core/rule/rule_words.h"

namespace scheduler::query {

using base::StrCat;

std::string DurationWords(base::Millis millis) {
  constexpr std::pair<base::Millis, std::string_view> kUnits[] = {{base::kDay, "d"},
                                                                  {base::kHour, "h"},
                                                                  {base::kMinute, "min"},
                                                                  {base::kSecond, "s"},
                                                                  {1, "ms"}};
  std::string words;
  for (const auto& [unit, name] : kUnits) {
    if (millis < unit) continue;
    words += StrCat(words.empty() ? "" : " ", millis / unit, " ", name);
    millis %= unit;
  }
  return words;
}

std::string DescribeSchedule(const core::JobSpec& spec, const engine::ParsedPattern& pattern) {
  const core::Timing& timing = spec.timing;
  if (timing.IsInterval()) {
    const std::string every = DurationWords(timing.interval);
    return spec.interval_mode == core::IntervalMode::kFixedDelay
               ? StrCat(every, " after the end of the run before")
               : StrCat("every ", every);
  }
  if (!timing.times.empty()) {
    return StrCat("at ", timing.times.size(), " given time", timing.times.size() == 1 ? "" : "s");
  }
  const std::string words =
      pattern.cron.has_value() ? core::Describe(*pattern.cron) : core::Describe(*pattern.rule);
  return StrCat(words, ", ", spec.time_zone.empty() ? "UTC" : spec.time_zone);
}

}  // namespace scheduler::query
