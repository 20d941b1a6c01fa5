#ifndef SCHEDULER_DISPATCH_RETRY_AFTER_H_
#define SCHEDULER_DISPATCH_RETRY_AFTER_H_

#include <optional>
#include <string_view>

#include "scheduler/base/millis.h"

namespace scheduler::dispatch {

// A Retry-After header (RFC 9110, 10.2.3): whole seconds, or a date in any of the three forms of
// RFC 9110, 5.6.7, of which a past one means 0. Nothing for any other text. Absurdly long waits are
// passed on, at most a hundred years: the retry policy caps them.
std::optional<base::Millis> ParseRetryAfter(std::string_view value, base::Millis now);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_RETRY_AFTER_H_
