#ifndef SCHEDULER_DISPATCH_TEMPLATE_CHECK_TEMPLATE_H_
#define SCHEDULER_DISPATCH_TEMPLATE_CHECK_TEMPLATE_H_

#include <string_view>

#include "absl/status/status.h"
#include "scheduler/dispatch/template/landing.h"

namespace scheduler::dispatch {

// Whether templates may name secrets.
enum class Secrets : bool { kNone, kByName };

// A template where it enters the service, as far as that can be told without a run:
// TEMPLATE_INVALID (base/errors.h) with the character and what would be right, if it is malformed
// (Template::Parse), names what no run has, as `job.nosuch` or, with kNone, any secret, or puts a
// value where none can land. OK for a text without "{{".
absl::Status CheckTemplate(std::string_view field, std::string_view text, Landing landing,
                           Secrets secrets = Secrets::kNone);

// Whether a tag stands in or before the host and port of the template of an absolute URL. Input would
// choose whom the target's headers go to, its secrets among them.
bool HasTagBeforePath(std::string_view url);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEMPLATE_CHECK_TEMPLATE_H_
