#ifndef SCHEDULER_DISPATCH_DATABASE_MONGO_CALL_H_
#define SCHEDULER_DISPATCH_DATABASE_MONGO_CALL_H_

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "nlohmann/json.hpp"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/database/database_call.h"
#include "scheduler/dispatch/database/parameter_values.h"

// What a target says to MongoDB: an object of Extended JSON (v2), by the operation
//
//   READ       filter, projection, sort, limit, skip
//   COUNT      filter
//   CREATE     document, or documents (a list)
//   UPDATE     filter and update; multi, upsert (false)
//   REMOVE     filter; multi (false)
//   AGGREGATE  pipeline
//
// Text that is "{{name}}" and nothing else is a parameter, in the values of members and of lists.
namespace scheduler::dispatch {

// INVALID_ARGUMENT, with what would be right.
absl::Status CheckMongoDocument(const core::DatabaseTarget& target);

// Calls `visit` with the name of each parameter, in order.
void ForEachMongoParameter(const nlohmann::ordered_json& document,
                           const std::function<void(std::string_view name)>& visit);

// Sets the collection and document of `call`. For the run's error: INVALID_ARGUMENT if the document is not
// right or a value cannot be had, PERMISSION_DENIED if the connection is read-only and the operation writes.
// Text that begins with "$" is no value in a pipeline, a projection and below $expr, but below $literal.
absl::Status BindMongo(const core::DatabaseTarget& target, bool read_only,
                       const ParameterValues& values, DatabaseCall* call);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_MONGO_CALL_H_
