#include "scheduler/core/calendar/icalendar_event_reader.h"

#include <utility>

#include "absl/strings/match.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/calendar/icalendar_values.h"
#include "scheduler/core/rule/rule_parts.h"
#include "scheduler/core/rule/rule_times.h"

namespace scheduler::core {
namespace {

// Outlook writes 1601 and Apple 1604 where no year is known. What is earlier is nobody's intention.
constexpr int kFirstYear = 1600;

bool Is(std::string_view text, std::string_view word) {
  return absl::EqualsIgnoreCase(base::ToAbsl(text), base::ToAbsl(word));
}

}  // namespace

absl::Status IcalendarEventReader::ReadProperty(RuleCursor* cursor) {
  const std::string name = cursor->TakeName();
  if (name == "DTSTART" || name == "DTEND" || name == "RDATE" || name == "EXDATE" ||
      name == "RECURRENCE-ID") {
    return ReadTimes(cursor, name);
  }
  if (name == "RRULE") return ReadPattern(cursor);
  if (name == "DURATION") return ReadDuration(cursor);
  if (name == "UID" || name == "STATUS" || name == "TRANSP") return ReadText(cursor, name);
  if (name == "EXRULE") {
    return cursor->Error("no EXRULE, which RFC 5545 has not: EXDATE names what is left out");
  }
  return absl::OkStatus();
}

absl::Status IcalendarEventReader::ReadTimes(RuleCursor* cursor, std::string_view name) {
  if (name == "DTSTART") return ReadOneTime(cursor, name, &start_);
  if (name == "DTEND") {
    end_place_ = cursor->offset();
    return ReadOneTime(cursor, name, &end_);
  }
  if (name == "RECURRENCE-ID") return ReadOneTime(cursor, name, &event_.replaces);
  const absl::StatusOr<IcalendarTimeForm> form = TakeTimeForm(cursor);
  if (!form.ok()) return form.status();
  absl::Status status =
      TakeIcalendarTimes(cursor, *form, name == "RDATE" ? &event_.dates : &event_.excluded);
  if (!status.ok()) return status;
  return cursor->AtEnd() ? absl::OkStatus() : cursor->Error("\",\" and a time, or the line's end");
}

absl::Status IcalendarEventReader::ReadOneTime(RuleCursor* cursor, std::string_view name,
                                               std::optional<IcalendarTime>* out) {
  if (*out) return cursor->Error(base::StrCat("one ", name, " in an event"));
  const absl::StatusOr<IcalendarTimeForm> form = TakeTimeForm(cursor);
  if (!form.ok()) return form.status();
  absl::StatusOr<IcalendarTime> time = TakeIcalendarTime(cursor, *form);
  if (!time.ok()) return time.status();
  if (!cursor->AtEnd()) return cursor->Error("one time, and the line's end");
  if (name == "DTSTART" && time->time.civil.year() < kFirstYear) {
    return cursor->Error(base::StrCat("a start in the year ", kFirstYear, " or later"));
  }
  *out = *time;
  return absl::OkStatus();
}

absl::Status IcalendarEventReader::ReadPattern(RuleCursor* cursor) {
  if (event_.pattern) {
    return cursor->Error("one RRULE; RFC 5545 leaves undefined what two together mean");
  }
  if (absl::Status status = PassParameters(cursor); !status.ok()) return status;
  absl::StatusOr<RulePattern> pattern = TakeRulePattern(cursor);
  if (!pattern.ok()) return pattern.status();
  if (pattern->frequency < RuleFrequency::kDaily) {
    return cursor->Error(
        "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY; weekly_hours cover times of every day");
  }
  event_.pattern = *std::move(pattern);
  return absl::OkStatus();
}

absl::Status IcalendarEventReader::ReadDuration(RuleCursor* cursor) {
  if (duration_) return cursor->Error("one DURATION in an event");
  if (absl::Status status = PassParameters(cursor); !status.ok()) return status;
  duration_place_ = cursor->offset();
  const absl::StatusOr<IcalendarLength> length = TakeDuration(cursor);
  if (!length.ok()) return length.status();
  duration_ = *length;
  return absl::OkStatus();
}

absl::Status IcalendarEventReader::ReadText(RuleCursor* cursor, std::string_view name) {
  if (absl::Status status = PassParameters(cursor); !status.ok()) return status;
  const std::string_view value = cursor->rest();
  if (name == "UID") event_.uid = value;
  if (name == "STATUS") event_.is_cancelled = Is(value, "CANCELLED");
  if (name == "TRANSP") event_.is_transparent = Is(value, "TRANSPARENT");
  return absl::OkStatus();
}

absl::StatusOr<IcalendarEvent> IcalendarEventReader::Finish(const RuleCursor& cursor) {
  if (!start_) return cursor.Error("DTSTART before the event's end: when it is");
  event_.start = *start_;
  if (end_ && duration_) {
    return cursor.ErrorAt(end_place_, "DTEND or DURATION, not both of them");
  }
  if (event_.replaces && event_.uid.empty()) {
    return cursor.Error("a UID, as RECURRENCE-ID says that the event replaces one of another");
  }
  if (start_->is_date() && duration_ && duration_->seconds != 0) {
    return cursor.ErrorAt(duration_place_, "a DURATION of days or weeks, as DTSTART is a date");
  }
  if (end_) {
    const absl::StatusOr<IcalendarLength> length = UntilEnd(cursor);
    if (!length.ok()) return length.status();
    event_.length = *length;
  } else if (duration_) {
    event_.length = *duration_;
  }
  // An event on a date takes that day at least, though some write its end as its start.
  if (start_->is_date() && event_.length.is_zero()) event_.length.days = 1;
  return std::move(event_);
}

absl::StatusOr<IcalendarLength> IcalendarEventReader::UntilEnd(const RuleCursor& cursor) const {
  if (end_->is_date() != start_->is_date()) {
    return cursor.ErrorAt(end_place_, "a DTEND that is a date if DTSTART is one, else a time");
  }
  if (end_->is_floating() != start_->is_floating()) {
    return cursor.ErrorAt(end_place_, "a DTEND with TZID or Z if DTSTART has one, else without");
  }
  const int64_t seconds = SecondOf(*end_) - SecondOf(*start_);
  if (seconds < 0) return cursor.ErrorAt(end_place_, "a DTEND that is not before DTSTART");
  if (start_->is_date()) return IcalendarLength{seconds / kDaySeconds, 0};
  return IcalendarLength{0, seconds};
}

}  // namespace scheduler::core
