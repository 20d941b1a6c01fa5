#include "scheduler/core/rule/rule_parser.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/rule/rule_parts.h"
#include "scheduler/core/rule/rule_text.h"
#include "scheduler/core/rule/rule_values.h"

namespace scheduler::core {
namespace {

namespace limits = base::limits;

// A bare RRULE value has its first "=" before any ":" or ";".
bool IsBareRule(std::string_view line) {
  const size_t stop = line.find_first_of(":;=");
  return stop != std::string_view::npos && line[stop] == '=';
}

// The parameters of RDATE and EXDATE.
struct DateParameters {
  std::optional<RuleTime::Kind> kind;  // of VALUE: kDate, or kLocal for DATE-TIME
  bool has_zone = false;
};

class RuleReader {
 public:
  RuleReader(std::string_view raw, absl::TimeZone zone) : text_(raw) { rule_.zone = zone; }

  absl::StatusOr<RecurrenceRule> Read() {
    for (const RuleText::Line line : text_.lines()) {
      RuleCursor cursor(text_, line);
      absl::Status status = IsBareRule(cursor.rest()) ? ReadPattern(&cursor) : ReadLine(&cursor);
      if (!status.ok()) return status;
    }
    if (!rule_.pattern && rule_.dates.empty()) {
      return base::errors::FieldInvalid("rule", "needs a line RRULE:FREQ=… or RDATE:…");
    }
    return std::move(rule_);
  }

 private:
  absl::Status ReadLine(RuleCursor* cursor) {
    const size_t begin = cursor->offset();
    const std::string name = cursor->TakeName();
    if (name == "RRULE") {
      if (!cursor->Take(':')) return cursor->Error("\":\" and FREQ=…; RRULE has no parameters");
      return ReadPattern(cursor);
    }
    if (name == "RDATE") return ReadDates(cursor, "RDATE", &rule_.dates);
    if (name == "EXDATE") return ReadDates(cursor, "EXDATE", &rule_.excluded);
    if (name == "DTSTART") {
      return cursor->ErrorAt(begin, "no DTSTART: set the job's start_time and time_zone instead");
    }
    return cursor->ErrorAt(begin, "a line RRULE:…, RDATE:… or EXDATE:…");
  }

  absl::Status ReadPattern(RuleCursor* cursor) {
    if (rule_.pattern) {
      return cursor->Error("one RRULE; RFC 5545 leaves undefined what two together mean");
    }
    absl::StatusOr<RulePattern> pattern = TakeRulePattern(cursor);
    if (!pattern.ok()) return pattern.status();
    rule_.pattern = *std::move(pattern);
    return absl::OkStatus();
  }

  absl::Status ReadDates(RuleCursor* cursor, std::string_view name, std::vector<RuleTime>* out) {
    DateParameters parameters;
    while (cursor->Take(';')) {
      if (absl::Status status = ReadParameter(cursor, &parameters); !status.ok()) return status;
    }
    if (!cursor->Take(':')) {
      return cursor->Error(base::StrCat("\":\" and the times of ", name));
    }
    do {
      if (absl::Status status = ReadDate(cursor, parameters, out); !status.ok()) return status;
    } while (cursor->Take(','));
    return cursor->AtEnd() ? absl::OkStatus()
                           : cursor->Error("\",\" and a time, or the line's end");
  }

  absl::Status ReadDate(RuleCursor* cursor, const DateParameters& parameters,
                        std::vector<RuleTime>* out) const {
    const size_t begin = cursor->offset();
    absl::StatusOr<RuleTime> time = TakeRuleTime(cursor);
    if (!time.ok()) return time.status();
    const bool is_date = time->kind == RuleTime::Kind::kDate;
    if (parameters.kind && is_date != (*parameters.kind == RuleTime::Kind::kDate)) {
      return cursor->ErrorAt(begin, is_date ? "a time 20270131T090000, as VALUE says"
                                            : "a date 20270131, as VALUE says");
    }
    if (parameters.has_zone && time->kind == RuleTime::Kind::kUtc) {
      return cursor->ErrorAt(begin, "a local time without Z, as TZID is given");
    }
    if (out->size() == limits::kMaxRuleDates) {
      return cursor->ErrorAt(begin,
                             base::StrCat("at most ", limits::kMaxRuleDates, " times of a kind"));
    }
    out->push_back(*time);
    return absl::OkStatus();
  }

  absl::Status ReadParameter(RuleCursor* cursor, DateParameters* parameters) const {
    const size_t begin = cursor->offset();
    const std::string name = cursor->TakeName();
    if (name != "VALUE" && name != "TZID") {
      return cursor->ErrorAt(begin, "a parameter VALUE=DATE, VALUE=DATE-TIME or TZID=…");
    }
    if (!cursor->Take('=')) return cursor->Error(base::StrCat("\"=\" and the value of ", name));
    return name == "VALUE" ? ReadValueType(cursor, parameters) : ReadZone(cursor, parameters);
  }

  static absl::Status ReadValueType(RuleCursor* cursor, DateParameters* parameters) {
    const size_t begin = cursor->offset();
    const std::string type = cursor->TakeName();
    if (type == "PERIOD") {
      return cursor->ErrorAt(begin,
                             "DATE or DATE-TIME: a run has no length, so a PERIOD has no use");
    }
    if (type != "DATE" && type != "DATE-TIME") return cursor->ErrorAt(begin, "DATE or DATE-TIME");
    parameters->kind = type == "DATE" ? RuleTime::Kind::kDate : RuleTime::Kind::kLocal;
    return absl::OkStatus();
  }

  absl::Status ReadZone(RuleCursor* cursor, DateParameters* parameters) const {
    const size_t begin = cursor->offset();
    const std::optional<std::string_view> name = cursor->TakeParameterValue();
    if (!name) return cursor->Error("the closing quotation mark");
    if (!absl::EqualsIgnoreCase(base::ToAbsl(*name), rule_.zone.name())) {
      return cursor->ErrorAt(begin, base::StrCat("no TZID, or the job's time_zone, ",
                                                 rule_.zone.name(), ": a rule has one zone"));
    }
    parameters->has_zone = true;
    return absl::OkStatus();
  }

  RuleText text_;
  RecurrenceRule rule_;
};

}  // namespace

absl::StatusOr<RecurrenceRule> ParseRule(std::string_view text, absl::TimeZone zone) {
  if (text.size() > limits::kMaxRuleBytes) {
    return base::errors::FieldTooLarge("rule", static_cast<int64_t>(text.size()),
                                       limits::kMaxRuleBytes);
  }
  return RuleReader(text, zone).Read();
}

}  // namespace scheduler::core
