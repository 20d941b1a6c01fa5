#ifndef SCHEDULER_BASE_RFC3339_H_
#define SCHEDULER_BASE_RFC3339_H_

#include <string>

#include "scheduler/base/millis.h"

namespace scheduler::base {

// "2025-01-02T03:04:05.678Z"; years 0000 … 9999.
std::string FormatRfc3339(Millis time);

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_RFC3339_H_
