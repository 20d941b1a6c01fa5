#ifndef SCHEDULER_DISPATCH_DATABASE_MONGO_COMMAND_H_
#define SCHEDULER_DISPATCH_DATABASE_MONGO_COMMAND_H_

#include <functional>
#include <string>

#include "scheduler/dispatch/database/database_call.h"

namespace scheduler::dispatch {

struct MongoCommand {
  std::string json;     // Extended JSON
  bool writes = false;  // by the server's write commands
  bool cursor = false;  // answers with one
};

// The command of a call. `new_id` makes the 24 digits of an id, for documents to insert that have none.
// Servers before 4.4 take a comment with find and aggregate alone: `comments_all` says otherwise.
MongoCommand MakeMongoCommand(const DatabaseCall& call, bool comments_all,
                              const std::function<std::string()>& new_id);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_MONGO_COMMAND_H_
