#ifndef SCHEDULER_BASE_ERROR_PAYLOAD_H_
#define SCHEDULER_BASE_ERROR_PAYLOAD_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "scheduler/base/errors.h"

// How an errors::Detail rides on an absl::Status: one payload, a sequence of netstrings
// ("<length>:<bytes>,"), so that any bytes can be carried without a serialization library.
namespace scheduler::base::errors {

// The longest dynamic value that an error repeats, in bytes: the whole error has to fit into 8 KiB
// of trailing metadata.
inline constexpr size_t kMaxValueBytes = 256;

// `value`, cut before kMaxValueBytes at the start of a UTF-8 character and marked with "…".
std::string Clip(std::string_view value);

// A status of `code` with `message` and `detail`. REQUIRES: code is not OK.
absl::Status MakeStatus(absl::StatusCode code, std::string_view message, const Detail& detail);

}  // namespace scheduler::base::errors

#endif  // SCHEDULER_BASE_ERROR_PAYLOAD_H_
