#ifndef SCHEDULER_QUERY_TEXT_BYTES_H_
#define SCHEDULER_QUERY_TEXT_BYTES_H_

#include <cstddef>

#include "scheduler/core/connection/connection_spec.h"
#include "scheduler/core/target.h"

namespace scheduler::query {

// The bytes of the texts that can be long, for pages that are bounded in bytes.
size_t TextBytesOf(const core::Target& target);
size_t TextBytesOf(const core::Settings& settings);

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_TEXT_BYTES_H_
