#include "server/converters/url_check.h"

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/text.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;

bool IsHostName(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (const char c : host) {
    if (!absl::ascii_isalnum(c) && c != '.' && c != '-' && c != '_') return false;
  }
  return true;
}

// The length of "http://" or "https://" at the front; 0 if there is neither.
size_t SchemeLength(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (Lower(url.substr(0, scheme.size())) == scheme) return scheme.size();
  }
  return 0;
}

// The inside of the brackets. Its exact form is left to whoever resolves it.
bool IsIpv6(std::string_view address) {
  if (address.size() < 2 || address.size() > 45 || !Contains(address, ':')) return false;
  for (const char c : address) {
    if (!absl::ascii_isxdigit(c) && c != ':' && c != '.') return false;
  }
  return true;
}

bool IsPort(std::string_view text) {
  const std::optional<uint16_t> port = ParseUnsigned<uint16_t>(text);
  return text.size() <= 5 && port.has_value() && *port > 0;
}

// Splits "host[:port]"; false if it has not that form.
bool SplitAuthority(std::string_view authority, std::string_view* host, std::string_view* port,
                    bool* bracketed) {
  *port = {};
  *bracketed = !authority.empty() && authority[0] == '[';
  if (*bracketed) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return false;
    *host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    if (authority.empty()) return true;
    if (authority[0] != ':') return false;
    *port = authority.substr(1);
    return !port->empty();
  }
  const size_t colon = authority.find(':');
  *host = authority.substr(0, colon);
  if (colon == std::string_view::npos) return true;
  *port = authority.substr(colon + 1);
  return !port->empty();
}

absl::Status CheckAuthority(std::string_view field, std::string_view authority) {
  if (Contains(authority, '@')) {
    return errors::FieldInvalid(field, "must have no user and password");
  }
  std::string_view host;
  std::string_view port;
  bool bracketed = false;
  if (!SplitAuthority(authority, &host, &port, &bracketed) ||
      !(bracketed ? IsIpv6(host) : IsHostName(host))) {
    return errors::FieldInvalid(field, "must name a host, with or without a port");
  }
  if (!port.empty() && !IsPort(port)) {
    return errors::FieldInvalid(field, "must have a port of 1 to 65535, or none");
  }
  return absl::OkStatus();
}

// Characters that RFC 3986 allows nowhere in a URL.
bool IsForbidden(unsigned char c) {
  constexpr std::string_view kForbidden = "\"<>\\^`{|}";
  return c <= 0x20 || c == 0x7F || kForbidden.find(static_cast<char>(c)) != std::string_view::npos;
}

absl::Status CheckCharacters(std::string_view field, std::string_view url) {
  if (!CountCharacters(url).has_value()) return errors::FieldInvalid(field, "must be valid UTF-8");
  for (size_t i = 0; i < url.size(); ++i) {
    if (IsForbidden(url[i])) {
      return errors::FieldInvalid(
          field,
          "must have no spaces, control characters and none of \" < > \\ ^ ` { | }: "
          "percent-encode them");
    }
    if (url[i] == '%' && (i + 2 >= url.size() || !absl::ascii_isxdigit(url[i + 1]) ||
                          !absl::ascii_isxdigit(url[i + 2]))) {
      return errors::FieldInvalid(field, "must have two hexadecimal digits after each %");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLength(std::string_view field, std::string_view url) {
  if (url.size() <= limits::kMaxUrlLength) return absl::OkStatus();
  return errors::FieldTooLarge(field, static_cast<int64_t>(url.size()), limits::kMaxUrlLength);
}

// Adds the ":name" segments of a path, which a query may follow.
void ReadParameters(std::string_view path, std::set<std::string>* parameters) {
  for (const std::string_view segment : Split(path.substr(0, path.find('?')), '/')) {
    if (segment.size() > 1 && segment[0] == ':') parameters->emplace(segment.substr(1));
  }
}

}  // namespace

absl::Status CheckUrl(std::string_view field, std::string_view url,
                      std::set<std::string>* parameters) {
  if (url.empty()) return errors::FieldRequired(field, "an absolute http or https URL");
  DUCTAPE_RETURN_IF_ERROR(CheckLength(field, url));
  DUCTAPE_RETURN_IF_ERROR(CheckCharacters(field, url));
  std::string_view rest = url;
  const size_t scheme = SchemeLength(rest);
  if (scheme == 0) return errors::FieldInvalid(field, "must begin with http:// or https://");
  if (Contains(rest, '#')) return errors::FieldInvalid(field, "must have no fragment");
  rest.remove_prefix(scheme);
  const size_t authority_end = rest.find_first_of("/?");
  DUCTAPE_RETURN_IF_ERROR(CheckAuthority(field, rest.substr(0, authority_end)));
  parameters->clear();
  if (authority_end == std::string_view::npos) return absl::OkStatus();
  ReadParameters(rest.substr(authority_end), parameters);
  return absl::OkStatus();
}

absl::Status CheckRelativeUrl(std::string_view field, std::string_view url,
                              std::set<std::string>* parameters) {
  DUCTAPE_RETURN_IF_ERROR(CheckLength(field, url));
  DUCTAPE_RETURN_IF_ERROR(CheckCharacters(field, url));
  if (Contains(url, '#')) return errors::FieldInvalid(field, "must have no fragment");
  parameters->clear();
  ReadParameters(url, parameters);
  return absl::OkStatus();
}

bool IsHostAndPort(std::string_view text) {
  std::string_view host;
  std::string_view port;
  bool bracketed = false;
  return SplitAuthority(text, &host, &port, &bracketed) &&
         (bracketed ? IsIpv6(host) : IsHostName(host)) && IsPort(port);
}

}  // namespace server
