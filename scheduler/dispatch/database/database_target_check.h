#ifndef SCHEDULER_DISPATCH_DATABASE_DATABASE_TARGET_CHECK_H_
#define SCHEDULER_DISPATCH_DATABASE_DATABASE_TARGET_CHECK_H_

#include "absl/status/status.h"
#include "scheduler/core/target.h"

namespace scheduler::dispatch {

// What can be said of a target before it is used: errors of base/errors.h whose field is "statement",
// "params[2]", "collection" or "document". A statement has to be right for one of the engines, since the
// connection may change.
//
// A target has a statement (SQL) or a collection (MongoDB); every declared parameter is used.
absl::Status CheckDatabaseTarget(const core::DatabaseTarget& target);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_DATABASE_TARGET_CHECK_H_
