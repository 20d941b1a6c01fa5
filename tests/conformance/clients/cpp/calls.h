#ifndef TESTS_CONFORMANCE_CLIENTS_CPP_CALLS_H_
#define TESTS_CONFORMANCE_CLIENTS_CPP_CALLS_H_

#include <string>

#include "ductape/jobs/client.h"
#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

// The API's methods by name, as users of the client call them.
namespace scenario {

using Json = nlohmann::json;

// Protobuf's JSON with the names of the protos; what has the default value is left out.
Json ToJson(const google::protobuf::Message& message);

// Makes the call of this name. With `all` over all pages: the answer is the list of the resources.
// INVALID_ARGUMENT without a reason: there is no such call, or the request cannot be read.
absl::StatusOr<Json> MakeCall(ductape::jobs::Client& client, const std::string& name, bool all,
                              const Json& request);

}  // namespace scenario

#endif  // TESTS_CONFORMANCE_CLIENTS_CPP_CALLS_H_
