#ifndef SERVER_CONVERTERS_HTTP_FIELDS_H_
#define SERVER_CONVERTERS_HTTP_FIELDS_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/map.h"
#include "scheduler/dispatch/template/check_template.h"
#include "scheduler/dispatch/template/landing.h"

// Header fields and parameters of HTTP requests, checked where they enter: those of targets and of
// connections. Errors: FIELD_INVALID, FIELD_TOO_LARGE, TEMPLATE_NOT_SUPPORTED, TEMPLATE_INVALID, with paths from
// `field`.
namespace server {

using StringMap = google::protobuf::Map<std::string, std::string>;

// Templates that land so, and whether they may name secrets.
struct TemplateRule {
  // NOLINTNEXTLINE(google-explicit-constructor): most name their landing alone
  TemplateRule(scheduler::dispatch::Landing where,
               scheduler::dispatch::Secrets which = scheduler::dispatch::Secrets::kNone)
      : landing(where), secrets(which) {}
  scheduler::dispatch::Landing landing;
  scheduler::dispatch::Secrets secrets;
};

// What may stand in values: nothing to fill in, or templates.
using Templates = std::optional<TemplateRule>;

// RFC 9110's token, of at most 256 bytes.
bool IsToken(std::string_view text);

// A map of at most limits::kMaxHeaders texts, sorted. Keys have 1 to 256 bytes and are no templates.
absl::StatusOr<std::map<std::string, std::string>> ToTexts(const std::string& field,
                                                           const StringMap& map, size_t max_value,
                                                           Templates templates = std::nullopt);

// Header fields that a client may set.
absl::StatusOr<std::map<std::string, std::string>> ToHeaders(const std::string& field,
                                                             const StringMap& headers,
                                                             Templates templates = std::nullopt);

// The name of a header field that a client may set.
absl::Status CheckHeaderName(const std::string& field, const std::string& name);

}  // namespace server

#endif  // SERVER_CONVERTERS_HTTP_FIELDS_H_
