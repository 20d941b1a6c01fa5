#ifndef SCHEDULER_DISPATCH_DATABASE_DATABASE_CALL_H_
#define SCHEDULER_DISPATCH_DATABASE_DATABASE_CALL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/connection/connection_spec.h"
#include "scheduler/core/database/parameter.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/target.h"

// What a target asks of a database for one run, ready to be sent.
namespace scheduler::dispatch {

struct DatabaseCall {
  using Operation = core::DatabaseTarget::Operation;
  Operation operation = Operation::kRead;
  // "ductape run=… product=… job=… number=… attempt=… scheduled=… token=… traceparent=…"; values have no
  // characters that could end a comment.
  std::string comment;
  // SQL, with the comment before it, and the values of its parameters in their order.
  std::string statement;
  std::vector<core::BoundValue> values;
  // MongoDB: the collection, and what the operation takes as Extended JSON, values filled in.
  std::string collection;
  std::string document_json;
  // A test of the connection: MongoDB is asked for no operation.
  bool probe = false;
  // How long the server may work at it.
  base::Millis time_left = 0;
};

// INVALID_ARGUMENT, for the run's error, if the target cannot be sent by a connection with `settings`, or a
// value is missing or not as declared. PERMISSION_DENIED if it writes, and the connection is read-only.
absl::StatusOr<DatabaseCall> MakeDatabaseCall(const core::DatabaseTarget& target,
                                              const core::Settings& settings,
                                              const core::ClaimedRun& run);

// For people: the statement and the values of its parameters, or the collection and the document.
std::string TextOf(const DatabaseCall& call);

// The comment of a run.
std::string RunComment(const core::ClaimedRun& run);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_DATABASE_CALL_H_
