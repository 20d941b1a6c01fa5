#include "scheduler/core/calendar/icalendar_values.h"

#include <array>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/core/rule/rule_values.h"

namespace scheduler::core {
namespace {

// Names of parameters and their values are compared without case.
bool Is(std::string_view text, std::string_view word) {
  return absl::EqualsIgnoreCase(base::ToAbsl(text), base::ToAbsl(word));
}

// Calls `take` with the name and each value of every parameter, and passes the ":" behind them.
absl::Status TakeParameters(
    RuleCursor* cursor,
    absl::FunctionRef<absl::Status(std::string_view name, std::string_view value)> take) {
  while (cursor->Take(';')) {
    const std::string_view name = cursor->TakeUntil("=:;");
    if (!cursor->Take('=')) {
      return cursor->Error(base::StrCat("\"=\" and the value of parameter ", name));
    }
    do {
      const std::optional<std::string_view> value = cursor->TakeParameterValue();
      if (!value) return cursor->Error("the closing quotation mark of a parameter's value");
      if (absl::Status status = take(name, *value); !status.ok()) return status;
    } while (cursor->Take(','));
  }
  if (!cursor->Take(':')) return cursor->Error("\":\" and the property's value");
  return absl::OkStatus();
}

std::optional<absl::TimeZone> ZoneOf(std::string_view id) {
  const base::TimeZones& zones = base::TimeZones::Get();
  if (id.empty()) return std::nullopt;
  if (id.front() != '/') return zones.Find(id);
  // An author's path and a name: the name itself has slashes, so that its beginning is sought.
  while (!id.empty()) {
    id.remove_prefix(1);
    if (id.empty()) break;
    if (const auto zone = zones.Find(id)) return zone;
    id.remove_prefix(std::min(id.find('/'), id.size()));
  }
  return std::nullopt;
}

absl::Status TakeZone(const RuleCursor& cursor, std::string_view id, IcalendarTimeForm* form) {
  form->zone = ZoneOf(id);
  if (form->zone) return absl::OkStatus();
  const std::string similar = base::TimeZones::Get().Similar(id);
  return cursor.Error(base::StrCat("a TZID of the IANA time zone database such as ",
                                   similar.empty() ? "Europe/Berlin" : similar, ", not ", id));
}

absl::Status TakeValueType(const RuleCursor& cursor, std::string_view type,
                           IcalendarTimeForm* form) {
  if (!Is(type, "DATE") && !Is(type, "DATE-TIME")) {
    return cursor.Error(base::StrCat("VALUE=DATE or VALUE=DATE-TIME, not ", type));
  }
  form->is_date = Is(type, "DATE");
  return absl::OkStatus();
}

// Passes `letter` in either case.
bool TakeLetter(RuleCursor* cursor, char letter) {
  return cursor->Take(letter) ||
         cursor->Take(absl::ascii_tolower(static_cast<unsigned char>(letter)));
}

struct DurationUnit {
  char letter;
  int64_t days;
  int64_t seconds;
};

// In the order in which a duration has them; from kFirstOfTime on they stand behind "T".
constexpr std::array<DurationUnit, 5> kUnits = {{
    {'W', 7, 0},
    {'D', 1, 0},
    {'H', 0, 3600},
    {'M', 0, 60},
    {'S', 0, 1},
}};
constexpr size_t kFirstOfTime = 2;

// Digits that a number of a duration has: nobody means more, and no sum of them overflows.
constexpr int kMostDigits = 7;

}  // namespace

absl::Status PassParameters(RuleCursor* cursor) {
  return TakeParameters(cursor,
                        [](std::string_view, std::string_view) { return absl::OkStatus(); });
}

absl::StatusOr<IcalendarTimeForm> TakeTimeForm(RuleCursor* cursor) {
  IcalendarTimeForm form;
  const absl::Status status =
      TakeParameters(cursor, [&](std::string_view name, std::string_view value) -> absl::Status {
        if (Is(name, "VALUE")) return TakeValueType(*cursor, value, &form);
        if (Is(name, "TZID")) return TakeZone(*cursor, value, &form);
        if (Is(name, "RANGE")) {
          return cursor->Error("no RANGE: end the series with UNTIL and begin another one");
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return form;
}

absl::StatusOr<IcalendarTime> TakeIcalendarTime(RuleCursor* cursor, const IcalendarTimeForm& form) {
  const size_t begin = cursor->offset();
  const absl::StatusOr<RuleTime> time = TakeRuleTime(cursor);
  if (!time.ok()) return time.status();
  const bool is_date = time->kind == RuleTime::Kind::kDate;
  if (form.is_date && *form.is_date != is_date) {
    return cursor->ErrorAt(begin, is_date ? "a time 20270131T090000, or the parameter VALUE=DATE"
                                          : "a date 20270131, as VALUE says");
  }
  IcalendarTime out = {*time, std::nullopt};
  if (time->kind == RuleTime::Kind::kLocal) out.zone = form.zone;
  return out;
}

absl::Status TakeIcalendarTimes(RuleCursor* cursor, const IcalendarTimeForm& form,
                                std::vector<IcalendarTime>* out) {
  do {
    absl::StatusOr<IcalendarTime> time = TakeIcalendarTime(cursor, form);
    if (!time.ok()) return time.status();
    if (out->size() == base::limits::kMaxRuleDates) {
      return cursor->Error(
          base::StrCat("at most ", base::limits::kMaxRuleDates, " times of a kind in an event"));
    }
    out->push_back(*time);
  } while (cursor->Take(','));
  return absl::OkStatus();
}

absl::StatusOr<IcalendarLength> TakeDuration(RuleCursor* cursor) {
  constexpr std::string_view kForm = "a duration such as P1D, PT1H30M or P2W, and not negative";
  IcalendarLength length;
  cursor->Take('+');
  if (!TakeLetter(cursor, 'P')) return cursor->Error(kForm);
  size_t unit = 0;
  size_t end = kFirstOfTime;
  do {
    if (end == kFirstOfTime && TakeLetter(cursor, 'T')) {
      unit = kFirstOfTime;
      end = kUnits.size();
    }
    const std::optional<int64_t> number = cursor->TakeNumber(kMostDigits);
    if (!number) return cursor->Error(kForm);
    while (unit < end && !TakeLetter(cursor, kUnits[unit].letter)) ++unit;
    if (unit == end) return cursor->Error(kForm);
    length.days += *number * kUnits[unit].days;
    length.seconds += *number * kUnits[unit].seconds;
    ++unit;
  } while (!cursor->AtEnd());
  return length;
}

}  // namespace scheduler::core
