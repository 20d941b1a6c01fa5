#include "scheduler/dispatch/http_url.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

constexpr size_t kMaxBuiltUrl = 16 * 1024;

absl::Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

// Leaves the URL's own characters as they are, but for bytes that are no ASCII.
void AppendAsciiOnly(std::string_view text, std::string* out) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (static_cast<uint8_t>(text[at]) < 0x80) {
      out->push_back(text[at]);
    } else {
      out->append(PercentEncode(text.substr(at, 1)));
    }
  }
}

// The length of "http://" or "https://" at the front; 0 if there is neither.
size_t SchemeLength(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (StartsWithIgnoreCase(url, scheme)) return scheme.size();
  }
  return 0;
}

absl::Status AppendSegment(std::string_view segment,
                           const std::map<std::string, std::string>& params, std::string* out) {
  if (segment.size() < 2 || segment.front() != ':') {
    AppendAsciiOnly(segment, out);
    return absl::OkStatus();
  }
  const std::string name(segment.substr(1));
  const auto param = params.find(name);
  if (param == params.end()) {
    return Invalid("the path parameter \"" + name + "\" of the URL has no value");
  }
  const std::string& value = param->second;
  if (value.empty() || value == "." || value == "..") {
    return Invalid("the path parameter \"" + name + "\" is empty or a dot segment");
  }
  out->append(PercentEncode(value));
  return absl::OkStatus();
}

absl::Status AppendPath(std::string_view path, const std::map<std::string, std::string>& params,
                        std::string* out) {
  while (true) {
    const size_t slash = path.find('/');
    absl::Status status = AppendSegment(path.substr(0, slash), params, out);
    if (!status.ok() || slash == std::string_view::npos) return status;
    out->push_back('/');
    path.remove_prefix(slash + 1);
  }
}

void AppendQuery(std::string_view own, const std::map<std::string, std::string>& query,
                 std::string* out) {
  if (!own.empty()) {
    out->push_back('?');
    AppendAsciiOnly(own, out);
  }
  bool first = own.empty();
  for (const auto& [name, value] : query) {
    out->push_back(first ? '?' : '&');
    out->append(PercentEncode(name));
    out->push_back('=');
    out->append(PercentEncode(value));
    first = false;
  }
}

// "https://host:port" in lower case, with the port that the scheme stands for.
std::string OriginOf(std::string_view url) {
  const size_t scheme = SchemeLength(url);
  std::string origin;
  for (const char c : url.substr(0, url.find_first_of("/?#", scheme))) {
    origin.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  const std::string_view host = std::string_view(origin).substr(scheme);
  const bool has_port = host.find(':', host.find(']') + 1) != std::string_view::npos;
  if (!has_port) origin.append(scheme == 8 ? ":443" : ":80");
  return origin;
}

}  // namespace

bool HaveSameHost(std::string_view one, std::string_view other) {
  const auto host_of = [](std::string_view url) {
    const std::string origin = OriginOf(url);
    const size_t scheme = SchemeLength(origin);
    return origin.substr(scheme, origin.rfind(':') - scheme);
  };
  return host_of(one) == host_of(other);
}

absl::StatusOr<std::string> JoinUrl(std::string_view base_url, std::string_view url) {
  if (SchemeLength(url) > 0) {
    if (base_url.empty() || OriginOf(base_url) == OriginOf(url)) return std::string(url);
    return Invalid(
        "the event's URL has another scheme, host or port than the base_url of its connection, "
        "whose "
        "secrets would go there");
  }
  if (base_url.empty()) {
    return Invalid("the event's URL is not absolute, and its connection has no base_url");
  }
  std::string out(base_url);
  if (url.empty() || url.front() == '?') return out.append(url);
  if (url.front() != '/') return Invalid("the event's URL must begin with http, / or ?");
  if (out.back() == '/') out.pop_back();
  return out.append(url);
}

bool HasParameter(std::string_view url, std::string_view name) {
  const size_t question = url.find('?');
  if (question == std::string_view::npos) return false;
  std::string_view query = url.substr(question + 1);
  query = query.substr(0, query.find('#'));
  const std::string encoded = PercentEncode(name);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    const std::string_view key = pair.substr(0, pair.find('='));
    if (key == name || key == encoded) return true;
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return false;
}

absl::StatusOr<std::string> BuildUrl(const core::HttpTarget& target) {
  std::string_view url = target.url;
  const size_t scheme = SchemeLength(url);
  if (scheme == 0) return Invalid("the URL must begin with http:// or https://");
  const auto is_bad = [](char c) { return (c >= 0 && c <= ' ') || c == 0x7f; };
  if (std::any_of(url.begin(), url.end(), is_bad)) {
    return Invalid("the URL holds a space or a control character");
  }
  url = url.substr(0, url.find('#'));
  const size_t authority_end = std::min(url.find_first_of("/?", scheme), url.size());
  if (authority_end == scheme) return Invalid("the URL has no host");
  const size_t question = std::min(url.find('?', authority_end), url.size());

  std::string out(url.substr(0, authority_end));
  absl::Status status =
      AppendPath(url.substr(authority_end, question - authority_end), target.path_params, &out);
  if (!status.ok()) return status;
  const std::string_view own_query =
      question < url.size() ? url.substr(question + 1) : std::string_view();
  AppendQuery(own_query, target.query, &out);
  if (out.size() > kMaxBuiltUrl) return Invalid("the URL with its parameters exceeds 16 KiB");
  return out;
}

}  // namespace scheduler::dispatch
