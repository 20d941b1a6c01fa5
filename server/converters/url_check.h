#ifndef SERVER_CONVERTERS_URL_CHECK_H_
#define SERVER_CONVERTERS_URL_CHECK_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"

// Addresses of targets, checked where they enter. What the URL becomes is dispatch's.
namespace server {

// An absolute http or https URL (RFC 3986) without user, password and fragment, at most
// limits::kMaxUrlLength bytes; characters above ASCII may stand in path and query. On OK
// `parameters` is the set of its ":name" path segments, without the colon.
// FIELD_REQUIRED, FIELD_TOO_LARGE, FIELD_INVALID.
absl::Status CheckUrl(std::string_view field, std::string_view url,
                      std::set<std::string>* parameters);

// The path and query of such a URL, which begin with "/" or "?", or nothing.
absl::Status CheckRelativeUrl(std::string_view field, std::string_view url,
                              std::set<std::string>* parameters);

// "host:port", "[v6]:port": a host of letters, digits, dots, hyphens and underscores or a bracketed
// IPv6 address, and a port of 1 to 65535.
bool IsHostAndPort(std::string_view text);

}  // namespace server

#endif  // SERVER_CONVERTERS_URL_CHECK_H_
