#include "scheduler/dispatch/grpc_target.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "scheduler/core/reserved_headers.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

constexpr std::string_view kTlsScheme = "grpcs://";

absl::Status BadAddress(const std::string& text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", ToMessage(text, 100), "\" is not host:port or grpcs://host:port"));
}

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool IsIpv6Character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
         c == '.';
}

bool IsIdentifier(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// Identifiers joined by dots.
bool IsFullName(std::string_view text) {
  while (true) {
    const size_t dot = text.find('.');
    if (!IsIdentifier(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

std::string GrpcAddress::Authority() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

absl::StatusOr<GrpcAddress> ParseGrpcAddress(const std::string& text) {
  GrpcAddress address;
  std::string_view rest = text;
  if (StartsWithIgnoreCase(rest, kTlsScheme)) {
    address.tls = true;
    rest.remove_prefix(kTlsScheme.size());
  }
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return BadAddress(text);
  std::string_view host = rest.substr(0, colon);
  const std::string_view port = rest.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.size() > 253 ||
      !std::all_of(host.begin(), host.end(), bracketed ? IsIpv6Character : IsHostCharacter)) {
    return BadAddress(text);
  }
  const char* const end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data(), end, address.port);
  if (error != std::errc() || stop != end || address.port == 0) return BadAddress(text);
  address.host = host;
  return address;
}

absl::StatusOr<GrpcMethodName> ParseGrpcMethod(const std::string& text) {
  std::string_view rest = text;
  if (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
  const size_t slash = rest.find('/');
  if (text.size() > 1024 || slash == std::string_view::npos || !IsFullName(rest.substr(0, slash)) ||
      !IsIdentifier(rest.substr(slash + 1))) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", ToMessage(text, 100), "\" is not package.Service/Method"));
  }
  return GrpcMethodName{std::string(rest.substr(0, slash)), std::string(rest.substr(slash + 1))};
}

absl::Status CheckGrpcMetadata(const std::string& key, const std::string& value) {
  const auto is_key_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  const std::string_view view = key;
  const bool binary = view.size() >= 4 && view.substr(view.size() - 4) == "-bin";
  if (key.empty() || !std::all_of(key.begin(), key.end(), is_key_character) || binary) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", ToMessage(key, 64), "\" is not a metadata key"));
  }
  if (core::IsReservedMetadata(key)) {
    return absl::InvalidArgumentError(absl::StrCat("metadata ", key, " is set by the service"));
  }
  if (!std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
    return absl::InvalidArgumentError(
        absl::StrCat("the value of metadata ", key, " is not printable ASCII"));
  }
  return absl::OkStatus();
}

}  // namespace scheduler::dispatch
