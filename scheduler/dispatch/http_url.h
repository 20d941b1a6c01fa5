#ifndef SCHEDULER_DISPATCH_HTTP_URL_H_
#define SCHEDULER_DISPATCH_HTTP_URL_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/model.h"

namespace scheduler::dispatch {

// The address that a target's request goes to: `url` with its ":name" path segments filled from
// `path_params` and `query` appended, both percent-encoded; bytes above 0x7f of the URL's path and
// query are encoded too, and a fragment is dropped.
//
// INVALID_ARGUMENT, with a message for the run's error: the scheme is not http or https, there is
// no host, a space or control character stands in it, a segment has no parameter, a parameter is
// empty or a dot segment ("." and "..", which servers resolve even when they are encoded), or the
// result exceeds 16 KiB.
absl::StatusOr<std::string> BuildUrl(const core::HttpTarget& target);

// The URL of a target that has a connection: `url` appended to `base_url`, with one slash in between; or
// `url` itself, if it is absolute, since the connection's secrets go there.
//
// INVALID_ARGUMENT, with a message for the run's error: a `url` that is not absolute begins with neither
// "/" nor "?", or there is no `base_url` for it; an absolute one has another scheme, host or port than
// `base_url`.
absl::StatusOr<std::string> JoinUrl(std::string_view base_url, std::string_view url);

// Whether two absolute URLs have the same host, at whatever ports.
bool HaveSameHost(std::string_view one, std::string_view other);

// Whether the query of `url` has a parameter of this name.
bool HasParameter(std::string_view url, std::string_view name);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_URL_H_
