#include "client/jobctl/parse/event_ref.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/parse/enum.h"

namespace jobctl {

using ductape::jobs::v1::Event;

absl::StatusOr<EventRef> ParseEventRef(absl::string_view text, absl::string_view default_type) {
  const size_t slash = text.find('/');
  const bool has_type = slash != absl::string_view::npos;
  if (has_type && !default_type.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" names a type already; leave --type out"));
  }
  const absl::string_view type_text = has_type ? text.substr(0, slash) : default_type;
  const absl::string_view tag = has_type ? text.substr(slash + 1) : text;
  if (type_text.empty() || tag.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no event; write TYPE/TAG, for example ACTION/send_report"));
  }
  absl::StatusOr<Event::Type> type = ParseEnum<Event::Type>(type_text);
  if (!type.ok()) return type.status();
  return EventRef{*type, std::string(tag)};
}

std::string FormatEventRef(Event::Type type, absl::string_view tag) {
  return absl::StrCat(Event::Type_Name(type), "/", tag);
}

}  // namespace jobctl
