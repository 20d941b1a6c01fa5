#ifndef SCHEDULER_CORE_CONNECTION_STORED_CONNECTION_H_
#define SCHEDULER_CORE_CONNECTION_STORED_CONNECTION_H_

#include <cstdint>

#include "scheduler/base/millis.h"
#include "scheduler/core/connection/connection_spec.h"
#include "scheduler/core/ids.h"

namespace scheduler::core {

// A connection and what the catalog adds.
struct StoredConnection {
  ConnectionSpec spec;
  Uid uid = 0;
  int64_t generation = 0;
  base::Millis create_time = 0;
  base::Millis update_time = 0;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_STORED_CONNECTION_H_
