#include "scheduler/core/cron/cron_parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/cron/cron_field_parser.h"
#include "scheduler/core/cron/cron_source.h"

namespace scheduler::core {
namespace {

using base::StrCat;

struct Nickname {
  std::string_view name;
  std::string_view pattern;
};

constexpr std::array<Nickname, 7> kNicknames = {{{"@yearly", "0 0 1 1 *"},
                                                 {"@annually", "0 0 1 1 *"},
                                                 {"@monthly", "0 0 1 * *"},
                                                 {"@weekly", "0 0 * * 0"},
                                                 {"@daily", "0 0 * * *"},
                                                 {"@midnight", "0 0 * * *"},
                                                 {"@hourly", "0 * * * *"}}};

constexpr std::string_view kNicknameList =
    "@yearly, @annually, @monthly, @weekly, @daily, @midnight or @hourly";

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

struct Word {
  size_t begin = 0;
  size_t end = 0;
};

// The next word from `at` on; none at the end of the text.
std::optional<Word> NextWord(std::string_view text, size_t at) {
  while (at < text.size() && IsBlank(text[at])) ++at;
  if (at == text.size()) return std::nullopt;
  const size_t begin = at;
  while (at < text.size() && !IsBlank(text[at])) ++at;
  return Word{begin, at};
}

constexpr std::string_view kFieldsOfAPattern =
    "a pattern has 5 (minute, hour, day of month, month, weekday), 6 with the second first, or 7 "
    "with the year last";

absl::Status TooFewFields(const CronSource& source, int count) {
  return source.ErrorAt(source.size(),
                        StrCat("the pattern ends after ", count, count == 1 ? " field" : " fields",
                               "; ", kFieldsOfAPattern));
}

absl::Status TooManyFields(const CronSource& source, const Word& eighth) {
  return source.ErrorAt(eighth.begin, StrCat("this is an 8th field; ", kFieldsOfAPattern));
}

// ---- words that are no field ------------------------------------------------------------------

absl::Status CheckZonePrefix(const CronSource& source, const Word& first) {
  const std::string_view word = source.text().substr(first.begin, first.end - first.begin);
  for (const std::string_view prefix : {"TZ=", "CRON_TZ="}) {
    if (absl::StartsWithIgnoreCase(base::ToAbsl(word), base::ToAbsl(prefix))) {
      return source.ErrorAt(first.begin, StrCat("\"", prefix,
                                                "\" is not part of a pattern; set the job's "
                                                "time_zone instead"));
    }
  }
  return absl::OkStatus();
}

absl::Status UnknownNickname(const CronSource& source, const Word& word) {
  const std::string name = absl::AsciiStrToLower(
      base::ToAbsl(source.text().substr(word.begin, std::min<size_t>(word.end - word.begin, 16))));
  if (name == "@every") {
    return source.ErrorAt(word.begin,
                          "\"@every\" is not part of a pattern; set the job's intervals instead");
  }
  if (name == "@reboot") {
    return source.ErrorAt(word.begin,
                          "\"@reboot\" is not part of a pattern, as a job is bound to no machine's "
                          "start; set the job's start_time, or intervals with executions 1, "
                          "instead");
  }
  for (const Nickname& nickname : kNicknames) {
    if (nickname.name == name) {
      return source.ErrorAt(word.begin, StrCat(source.Quoted(word.begin, word.end),
                                               " must be in lower case: \"", name, "\""));
    }
  }
  return source.ErrorAt(word.begin, StrCat(source.Quoted(word.begin, word.end),
                                           " is no nickname; use ", kNicknameList));
}

// ---- fields -----------------------------------------------------------------------------------

template <typename Mask>
Mask MaskOf(const CronFieldValue& value, int low) {
  return static_cast<Mask>(value.values.to_ullong() << low);
}

CronYears YearsOf(const CronFieldValue& value) {
  CronYears years;
  for (size_t i = 0; i < value.values.size(); ++i) {
    if (value.values[i]) years.Add(kFirstCronYear + static_cast<int>(i));
  }
  return years;
}

void PutDays(const CronFieldValue& value, CronDays* days) {
  days->days = MaskOf<uint32_t>(value, 1);
  days->from_last = value.extras.from_last;
  days->nearest = value.extras.nearest;
  days->last_workday = value.extras.last_workday;
  days->either = !value.star;
}

void PutWeekdays(const CronFieldValue& value, CronDays* days) {
  days->weekdays = MaskOf<uint8_t>(value, 0);
  days->nth = value.extras.nth;
  days->last = value.extras.last;
  // `either` says whether the day of month, read before, is restricted.
  days->either = days->either && !value.star && !value.plus;
}

void Put(CronField field, const CronFieldValue& value, CronPattern* pattern) {
  switch (field) {
    case CronField::kSecond:
      pattern->seconds = MaskOf<uint64_t>(value, 0);
      break;
    case CronField::kMinute:
      pattern->minutes = MaskOf<uint64_t>(value, 0);
      break;
    case CronField::kHour:
      pattern->hours = MaskOf<uint32_t>(value, 0);
      break;
    case CronField::kDay:
      PutDays(value, &pattern->days);
      break;
    case CronField::kMonth:
      pattern->months = MaskOf<uint16_t>(value, 1);
      break;
    case CronField::kWeekday:
      PutWeekdays(value, &pattern->days);
      break;
    case CronField::kYear:
      pattern->years = YearsOf(value);
      break;
  }
}

absl::StatusOr<CronPattern> ParseFields(const CronSource& source, uint64_t seed) {
  std::array<Word, kCronFields> words;
  int count = 0;
  for (auto word = NextWord(source.text(), 0); word; word = NextWord(source.text(), word->end)) {
    if (count == kCronFields) return TooManyFields(source, *word);
    words[count++] = *word;
  }
  if (count < 5) return TooFewFields(source, count);
  // Without seconds the first field is the minute.
  const int skipped = count == 5 ? 1 : 0;
  CronPattern pattern;
  for (int i = 0; i < count; ++i) {
    const auto field = static_cast<CronField>(i + skipped);
    const absl::StatusOr<CronFieldValue> value =
        ParseCronField(source, words[i].begin, words[i].end, field, seed);
    if (!value.ok()) return value.status();
    Put(field, *value, &pattern);
  }
  pattern.days = Normalized(pattern.days);
  return pattern;
}

absl::StatusOr<CronPattern> ParseNickname(const CronSource& source, const Word& word) {
  const std::string_view name = source.text().substr(word.begin, word.end - word.begin);
  for (const Nickname& nickname : kNicknames) {
    if (nickname.name != name) continue;
    if (const auto rest = NextWord(source.text(), word.end); rest) {
      return source.ErrorAt(rest->begin, "a nickname stands alone; nothing may follow it");
    }
    return ParseFields(CronSource(nickname.pattern), 0);
  }
  return UnknownNickname(source, word);
}

}  // namespace

absl::StatusOr<CronPattern> ParseCron(std::string_view text, uint64_t spread_seed) {
  const CronSource source(text);
  if (text.size() > base::limits::kMaxCronBytes) {
    return absl::InvalidArgumentError(StrCat("the pattern has ", text.size(), " bytes; at most ",
                                             base::limits::kMaxCronBytes, " are allowed"));
  }
  const std::optional<Word> first = NextWord(text, 0);
  if (!first) {
    return source.ErrorAt(text.size(), "the pattern is empty; \"* * * * *\" is every minute");
  }
  if (absl::Status status = CheckZonePrefix(source, *first); !status.ok()) return status;
  if (text[first->begin] == '@') return ParseNickname(source, *first);
  return ParseFields(source, spread_seed);
}

}  // namespace scheduler::core
