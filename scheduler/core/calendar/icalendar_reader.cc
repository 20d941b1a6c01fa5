#include "scheduler/core/calendar/icalendar_reader.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/calendar/icalendar_event_reader.h"
#include "scheduler/core/rule/rule_text.h"

namespace scheduler::core {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view WithoutMark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

bool SameWord(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(base::ToAbsl(a), base::ToAbsl(b));
}

class CalendarReader {
 public:
  explicit CalendarReader(std::string_view raw)
      : text_(WithoutMark(raw), RuleTextKind::kIcalendar) {}

  absl::StatusOr<std::vector<IcalendarEvent>> Read() {
    for (const RuleText::Line line : text_.lines()) {
      RuleCursor cursor(text_, line);
      if (absl::Status status = ReadLine(&cursor); !status.ok()) return status;
    }
    if (!began_) return base::errors::FieldInvalid("icalendar", base::StrCat("needs ", kCalendar));
    if (open_.empty()) return std::move(events_);
    const RuleCursor end(text_, text_.lines().back());
    return end.Error(base::StrCat("END:", open_.back(), " before the text's end"));
  }

 private:
  static constexpr std::string_view kCalendar = "BEGIN:VCALENDAR, as RFC 5545 has it";

  absl::Status ReadLine(RuleCursor* cursor) {
    RuleCursor word = *cursor;
    const std::string name = word.TakeName();
    if ((name == "BEGIN" || name == "END") && word.Take(':')) {
      return name == "BEGIN" ? Begin(word) : End(word);
    }
    if (open_.empty()) return cursor->Error(kCalendar);
    // What an alarm inside the event says is not the event's.
    return event_ && open_.size() == kEventDepth ? event_->ReadProperty(cursor) : absl::OkStatus();
  }

  // The cursors stand at the component's name.
  absl::Status Begin(const RuleCursor& cursor) {
    const std::string_view component = cursor.rest();
    if (open_.empty() && !SameWord(component, "VCALENDAR")) return cursor.Error(kCalendar);
    began_ = true;
    open_.push_back(component);
    if (open_.size() == kEventDepth && SameWord(component, "VEVENT")) {
      event_.emplace(text_.PositionOf(cursor.offset()));
    }
    return absl::OkStatus();
  }

  absl::Status End(const RuleCursor& cursor) {
    if (open_.empty() || !SameWord(cursor.rest(), open_.back())) {
      return cursor.Error(open_.empty() ? std::string(kCalendar)
                                        : base::StrCat("END:", open_.back(), " before that"));
    }
    if (event_ && open_.size() == kEventDepth) {
      absl::StatusOr<IcalendarEvent> event = event_->Finish(cursor);
      if (!event.ok()) return event.status();
      events_.push_back(*std::move(event));
      event_.reset();
    }
    open_.pop_back();
    return absl::OkStatus();
  }

  static constexpr size_t kEventDepth = 2;  // of a VEVENT in a VCALENDAR

  RuleText text_;
  std::vector<std::string_view> open_;  // the components that the line is in
  bool began_ = false;
  std::optional<IcalendarEventReader> event_;  // while its VEVENT is open
  std::vector<IcalendarEvent> events_;
};

}  // namespace

absl::StatusOr<std::vector<IcalendarEvent>> ReadIcalendar(std::string_view text) {
  return CalendarReader(text).Read();
}

}  // namespace scheduler::core
