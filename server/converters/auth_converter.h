#ifndef SERVER_CONVERTERS_AUTH_CONVERTER_H_
#define SERVER_CONVERTERS_AUTH_CONVERTER_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/http_settings.h"

// How requests show who sends them, between wire and domain, with paths from `field`. Secrets are those of
// secret_converter.h.
namespace server {

// One of all the ways, as HTTP takes them.
absl::StatusOr<scheduler::core::HttpAuth> ToAuth(const std::string& field,
                                                 const ductape::jobs::v1::Auth& auth);

// Whether it is set at all.
bool HasAuth(const scheduler::core::HttpAuth& auth);

// Leaves `out` empty where nothing is set.
void AuthToProto(const scheduler::core::HttpAuth& auth, ductape::jobs::v1::Auth* out);

// FIELD_INVALID if one of these headers is the one that the authentication sets: what is sent is not to be in
// doubt.
absl::Status CheckNotOfAuth(const std::string& field,
                            const std::map<std::string, std::string>& headers,
                            const scheduler::core::HttpAuth& auth);

}  // namespace server

#endif  // SERVER_CONVERTERS_AUTH_CONVERTER_H_
