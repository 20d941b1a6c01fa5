#include "server/converters/http_fields.h"

#include <set>

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/reserved_headers.h"
#include "scheduler/dispatch/template/check_template.h"
#include "server/converters/target_converter.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
using scheduler::dispatch::CheckTemplate;

constexpr size_t kMaxHeaderValue = 8 * 1024;

// Control characters but the tab end a header field or smuggle another one in.
bool IsHeaderValue(std::string_view value) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) return false;
  }
  return true;
}

}  // namespace

bool IsToken(std::string_view text) {
  if (text.empty() || text.size() > 256) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && !Contains("!#$%&'*+-.^_`|~", c)) return false;
  }
  return true;
}

absl::StatusOr<std::map<std::string, std::string>> ToTexts(const std::string& field,
                                                           const StringMap& map, size_t max_value,
                                                           Templates templates) {
  if (map.size() > limits::kMaxHeaders) {
    return errors::FieldTooLarge(field, static_cast<int64_t>(map.size()), limits::kMaxHeaders);
  }
  std::map<std::string, std::string> result(map.begin(), map.end());
  for (const auto& [key, value] : result) {
    if (key.empty() || key.size() > 256) {
      return errors::FieldInvalid(field, "keys must have 1 to 256 bytes");
    }
    DUCTAPE_RETURN_IF_ERROR(CheckNoTemplate(field, key));
    DUCTAPE_RETURN_IF_ERROR(templates.has_value()
                                ? CheckTemplate(StrCat(field, "[", key, "]"), value,
                                                templates->landing, templates->secrets)
                                : CheckNoTemplate(field, value));
    if (!CountCharacters(key).has_value() || !CountCharacters(value).has_value()) {
      return errors::FieldInvalid(field, "must be valid UTF-8");
    }
    if (value.size() > max_value) {
      return errors::FieldTooLarge(field, static_cast<int64_t>(value.size()),
                                   static_cast<int64_t>(max_value));
    }
  }
  return result;
}

absl::Status CheckHeaderName(const std::string& field, const std::string& name) {
  if (!IsToken(name)) return errors::FieldInvalid(field, "names must be HTTP tokens");
  if (core::IsReservedHeader(name)) {
    return errors::FieldInvalid(StrCat(field, "[", name, "]"),
                                "this header is set by the server and cannot be given");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::map<std::string, std::string>> ToHeaders(const std::string& field,
                                                             const StringMap& headers,
                                                             Templates templates) {
  DUCTAPE_ASSIGN_OR_RETURN(auto result, ToTexts(field, headers, kMaxHeaderValue, templates));
  std::set<std::string> seen;
  for (const auto& [name, value] : result) {
    DUCTAPE_RETURN_IF_ERROR(CheckHeaderName(field, name));
    const std::string path = StrCat(field, "[", name, "]");
    if (!seen.insert(Lower(name)).second) {
      return errors::FieldInvalid(path, "names must differ in more than their case");
    }
    if (!IsHeaderValue(value)) {
      return errors::FieldInvalid(path, "must have no CR, LF, NUL or other control characters");
    }
  }
  return result;
}

}  // namespace server
