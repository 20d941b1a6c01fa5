// DescribeTime: the time of day of a cron pattern.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/cron/cron_words.h"
#include "scheduler/core/schedule/word_lists.h"

namespace scheduler::core {
namespace {

using base::StrCat;

constexpr size_t kMostTimes = 6;   // that are listed one by one
constexpr size_t kMostValues = 6;  // of a regular list that is not put as "every n-th"

std::string Number(int value) { return StrCat(value); }

std::string Clock(int hour, int minute) { return absl::StrFormat("%02d:%02d", hour, minute); }

// The sets of a pattern as lists.
struct Times {
  std::vector<int> hours;
  std::vector<int> minutes;
  std::vector<int> seconds;

  bool every_hour() const { return hours.size() == 24; }
  bool every_minute() const { return minutes.size() == 60; }
  bool every_second() const { return seconds.size() == 60; }
  bool on_the_minute() const { return seconds.size() == 1 && seconds[0] == 0; }
  bool is_one_stretch_of_hours() const {
    return hours.back() - hours.front() + 1 == static_cast<int>(hours.size());
  }
};

// n if the values are 0, n, 2n, … and come round evenly at `size`: "every n". Else 0.
int EvenStep(const std::vector<int>& values, int size) {
  if (values.size() < 2 || values[0] != 0) return 0;
  const int step = values[1];
  if (size % step != 0 || static_cast<int>(values.size()) * step != size) return 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] != static_cast<int>(i) * step) return 0;
  }
  return step;
}

// "every minute", "every 15 minutes"; empty if the values are not so regular.
std::string EveryWords(const std::vector<int>& values, int size, const char* unit) {
  const int step = EvenStep(values, size);
  if (step == 0) return "";
  return step == 1 ? StrCat("every ", unit) : StrCat("every ", step, " ", unit, "s");
}

// "minute 5", "minutes 5 and 7", "every 7th minute from 0 to 56".
std::string ValueWords(const std::vector<int>& values, const char* unit) {
  const int step = StepOf(values);
  if (step > 1 && values.size() > kMostValues) {
    return StrCat("every ", Ordinal(step), " ", unit, " from ", values.front(), " to ",
                  values.back());
  }
  return StrCat(unit, values.size() == 1 ? " " : "s ", ListWords(values, Number));
}

// "at 09:00", "at 09:00, 12:30 and 17:00:05"; empty if there are too many.
std::string ListedTimes(const Times& times) {
  if (times.hours.size() * times.minutes.size() * times.seconds.size() > kMostTimes) return "";
  std::vector<std::string> words;
  for (const int hour : times.hours) {
    for (const int minute : times.minutes) {
      for (const int second : times.seconds) {
        words.push_back(times.on_the_minute()
                            ? Clock(hour, minute)
                            : StrCat(Clock(hour, minute), absl::StrFormat(":%02d", second)));
      }
    }
  }
  return StrCat("at ", JoinWords(words));
}

// "the minutes 5 and 7", "every 7th minute from 0 to 56".
std::string WithThe(const std::string& words) {
  return absl::StartsWith(words, "every") ? words : StrCat("the ", words);
}

// Which hours, after something that happens within them: empty for every hour, "from 09:00 to 17:45"
// for a stretch, else "in every 2nd hour from 0", "in the hours 9, 11 and 13".
std::string InHours(const Times& times) {
  if (times.every_hour()) return "";
  if (times.is_one_stretch_of_hours()) {
    return StrCat(" from ", Clock(times.hours.front(), times.minutes.front()), " to ",
                  Clock(times.hours.back(), times.minutes.back()));
  }
  const int step = EvenStep(times.hours, 24);
  if (step > 0) return StrCat(" in every ", Ordinal(step), " hour from 0");
  return StrCat(" in ", WithThe(ValueWords(times.hours, "hour")));
}

// "every hour", "every 2nd hour from 0", "every hour from 9 to 17", "the hours 9, 11 and 13".
std::string WhichHours(const Times& times) {
  if (times.every_hour()) return "every hour";
  const int step = EvenStep(times.hours, 24);
  if (step > 0) return StrCat("every ", Ordinal(step), " hour from 0");
  if (times.is_one_stretch_of_hours() && times.hours.size() > 2) {
    return StrCat("every hour from ", times.hours.front(), " to ", times.hours.back());
  }
  return WithThe(ValueWords(times.hours, "hour"));
}

// "30 minutes", "0, 20 and 25 to 30 minutes", "every 7th minute from 0 to 56".
std::string MinutesPast(const std::vector<int>& minutes) {
  const int step = StepOf(minutes);
  if (step > 1 && minutes.size() > kMostValues) return ValueWords(minutes, "minute");
  const bool one = minutes.size() == 1 && minutes[0] == 1;
  return StrCat(ListWords(minutes, Number), one ? " minute" : " minutes");
}

std::string OnTheMinute(const Times& times) {
  const bool on_the_hour = times.minutes.size() == 1 && times.minutes[0] == 0;
  if (on_the_hour) {
    std::string every = EveryWords(times.hours, 24, "hour");
    if (!every.empty()) return every;
    if (times.is_one_stretch_of_hours()) return StrCat("every hour", InHours(times));
  }
  std::string every = EveryWords(times.minutes, 60, "minute");
  if (!every.empty()) return StrCat(every, InHours(times));
  return StrCat("at ", MinutesPast(times.minutes), " past ", WhichHours(times));
}

// Anything with seconds of its own.
std::string WithSeconds(const Times& times) {
  std::string every = EveryWords(times.seconds, 60, "second");
  std::string text = every.empty() ? StrCat("at ", ValueWords(times.seconds, "second")) : every;
  if (times.every_minute()) {
    if (every.empty()) text += " of every minute";
    return text + InHours(times);
  }
  const int step = EvenStep(times.minutes, 60);
  text += step > 0 ? StrCat(" of every ", Ordinal(step), " minute from 0")
                   : StrCat(" of ", ValueWords(times.minutes, "minute"));
  return StrCat(text, " of ", WhichHours(times));
}

}  // namespace

std::string DescribeTime(const CronPattern& pattern) {
  const Times times{ValuesOf(pattern.hours), ValuesOf(pattern.minutes), ValuesOf(pattern.seconds)};
  std::string listed = ListedTimes(times);
  if (!listed.empty()) return listed;
  return times.on_the_minute() ? OnTheMinute(times) : WithSeconds(times);
}

}  // namespace scheduler::core
