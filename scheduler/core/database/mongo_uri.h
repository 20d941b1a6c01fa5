#ifndef SCHEDULER_CORE_DATABASE_MONGO_URI_H_
#define SCHEDULER_CORE_DATABASE_MONGO_URI_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

// What a connection to MongoDB may say in its URI. The client library knows options that read files, dial by
// themselves or give up on answers; what is not listed here is refused, so that new ones are too.
namespace scheduler::core {

// INVALID_ARGUMENT that names the option, if `uri` has one that is not taken, or a value that is not:
//
//   replicaSet, authSource                       text
//   readPreference, readConcernLevel             the words of MongoDB
//   authMechanism                                SCRAM-SHA-1, SCRAM-SHA-256
//   w                                            majority, or a number from 1
//   connectTimeoutMS, serverSelectionTimeoutMS   a number from 1
//   directConnection, tls, ssl, retryWrites, retryReads, journal  true, false
//
// Names are taken in any case, each once.
absl::Status CheckMongoUriOptions(std::string_view uri);

// The value of option `name`, which is in lower case; empty if there is none. `uri` is one that was checked.
std::string MongoUriOption(std::string_view uri, std::string_view name);

// `uri` without option `name`, which is in lower case.
std::string WithoutMongoUriOption(std::string_view uri, std::string_view name);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_DATABASE_MONGO_URI_H_
