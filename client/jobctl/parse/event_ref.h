#ifndef CLIENT_JOBCTL_PARSE_EVENT_REF_H_
#define CLIENT_JOBCTL_PARSE_EVENT_REF_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ductape/jobs/v1/event.pb.h"

namespace jobctl {

// An event as the command line names it.
struct EventRef {
  ductape::jobs::v1::Event::Type type = ductape::jobs::v1::Event::TYPE_UNSPECIFIED;
  std::string tag;
};

// Reads `TYPE/tag`; the type in any case, with `-` or `_`. A tag alone takes its type from
// `default_type`, the value of --type, which may be empty. INVALID_ARGUMENT if there is no type or
// two, or the type is unknown. The tag itself is for the server to check.
absl::StatusOr<EventRef> ParseEventRef(absl::string_view text, absl::string_view default_type = "");

// `ACTION/action_tag`.
std::string FormatEventRef(ductape::jobs::v1::Event::Type type, absl::string_view tag);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PARSE_EVENT_REF_H_
