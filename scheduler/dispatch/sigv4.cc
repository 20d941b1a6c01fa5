#include "scheduler/dispatch/sigv4.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/text.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace scheduler::dispatch {
namespace {

using base::StrCat;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kS3 = "s3";

std::string Hex(std::string_view bytes) { return absl::BytesToHexString(base::ToAbsl(bytes)); }

std::string Sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string Hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find(at, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

// Without empty and dot segments.
std::string NormalPath(std::string_view path) {
  std::vector<std::string_view> kept;
  const std::vector<std::string_view> segments = Split(path, '/');
  for (const std::string_view segment : segments) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string result;
  for (const std::string_view segment : kept) result.append("/").append(segment);
  const std::string_view last = segments.back();
  const bool is_folder = last.empty() || last == "." || last == "..";
  if (result.empty() || is_folder) result.push_back('/');
  return result;
}

std::string CanonicalPath(std::string_view path, bool s3) {
  if (s3) return std::string(path.empty() ? "/" : path);
  const std::string normal = NormalPath(path);
  std::string result;
  for (const std::string_view segment : Split(normal, '/')) {
    result.append(PercentEncode(segment)).append("/");
  }
  result.pop_back();
  return result;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string Decoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : HexDigit(text[i + 2]);
    if (low < 0) {
      result.push_back(text[i]);
      continue;
    }
    result.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return result;
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string_view part : Split(query, '&')) {
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    parameters.emplace_back(PercentEncode(Decoded(part.substr(0, equals))),
                            PercentEncode(Decoded(part.substr(std::min(equals + 1, part.size())))));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string result;
  for (const auto& [name, value] : parameters) {
    if (!result.empty()) result.push_back('&');
    result.append(name).append("=").append(value);
  }
  return result;
}

// Without space at its ends, and with one where there are several.
std::string Squeezed(std::string_view value) {
  std::string result(value);
  absl::RemoveExtraAsciiWhitespace(&result);
  return result;
}

struct CanonicalHeaders {
  std::string lines;
  std::string names;  // with semicolons
};

CanonicalHeaders Canonical(const HttpHeaders& given, const HttpHeaders& added) {
  std::map<std::string, std::string> sorted;
  for (const HttpHeaders* headers : {&given, &added}) {
    for (const auto& [name, value] : *headers) {
      std::string& joined = sorted[absl::AsciiStrToLower(name)];
      if (!joined.empty()) joined.push_back(',');
      joined.append(Squeezed(value));
    }
  }
  CanonicalHeaders result;
  for (const auto& [name, value] : sorted) {
    result.lines.append(name).append(":").append(value).append("\n");
    if (!result.names.empty()) result.names.push_back(';');
    result.names.append(name);
  }
  return result;
}

std::string DateTimeOf(base::Millis now) {
  return absl::FormatTime("%Y%m%dT%H%M%SZ", absl::FromUnixMillis(now), absl::UTCTimeZone());
}

std::string SigningKey(const AwsKey& key, std::string_view date) {
  std::string first = StrCat("AWS4", key.secret_access_key.view());
  std::string result = Hmac(first, date);
  explicit_bzero(first.data(), first.size());
  for (const std::string_view part : {std::string_view(key.region), std::string_view(key.service),
                                      std::string_view("aws4_request")}) {
    result = Hmac(result, part);
  }
  return result;
}

struct UrlParts {
  std::string host;  // as the Host header has it
  std::string_view path;
  std::string_view query;
};

UrlParts PartsOf(std::string_view url) {
  UrlParts parts;
  const bool tls = StartsWithIgnoreCase(url, "https:");
  const size_t begin = std::min(url.find("://"), url.size() - std::min<size_t>(3, url.size())) + 3;
  const size_t path = std::min(url.find_first_of("/?", begin), url.size());
  const size_t query = std::min(url.find('?', path), url.size());
  parts.host = url.substr(begin, path - begin);
  const std::string_view usual = tls ? ":443" : ":80";
  if (parts.host.size() > usual.size() &&
      std::string_view(parts.host).substr(parts.host.size() - usual.size()) == usual) {
    parts.host.resize(parts.host.size() - usual.size());
  }
  parts.path = url.substr(path, query - path);
  parts.query = url.substr(std::min(query + 1, url.size()));
  return parts;
}

bool IsSigned(std::string_view name) {
  return EqualsIgnoreCase(name, "host") || EqualsIgnoreCase(name, "content-type") ||
         StartsWithIgnoreCase(name, "x-amz-");
}

// The signature's headers for a request with `headers` of which those that IsSigned are signed.
HttpHeaders SignatureFor(const AwsKey& key, base::Millis now, core::HttpMethod method,
                         std::string_view url, const HttpHeaders& headers, std::string_view body) {
  const UrlParts parts = PartsOf(url);
  AwsRequest request{core::HttpMethodName(method), parts.path, parts.query, {}, body};
  bool has_host = false;
  for (const auto& header : headers) {
    if (!IsSigned(header.first)) continue;
    has_host = has_host || EqualsIgnoreCase(header.first, "host");
    request.headers.push_back(header);
  }
  if (!has_host) request.headers.emplace_back("Host", parts.host);
  return SignatureOf(key, request, now);
}

}  // namespace

HttpHeaders SignatureOf(const AwsKey& key, const AwsRequest& request, base::Millis now) {
  const bool s3 = key.service == kS3;
  const std::string body_hash = Hex(Sha256(request.body));
  const std::string date_time = DateTimeOf(now);
  HttpHeaders added = {{"X-Amz-Date", date_time}};
  if (!key.session_token.empty()) {
    added.emplace_back("X-Amz-Security-Token", key.session_token.view());
  }
  if (s3) added.emplace_back("X-Amz-Content-Sha256", body_hash);
  const CanonicalHeaders headers = Canonical(request.headers, added);
  const std::string canonical = StrCat(request.method, "\n", CanonicalPath(request.path, s3), "\n",
                                       CanonicalQuery(request.query), "\n", headers.lines, "\n",
                                       headers.names, "\n", body_hash);
  const std::string date = date_time.substr(0, 8);
  const std::string scope = StrCat(date, "/", key.region, "/", key.service, "/aws4_request");
  const std::string to_sign =
      StrCat(kAlgorithm, "\n", date_time, "\n", scope, "\n", Hex(Sha256(canonical)));
  const std::string signature = Hex(Hmac(SigningKey(key, date), to_sign));
  added.emplace_back("Authorization",
                     StrCat(kAlgorithm, " Credential=", key.access_key_id, "/", scope,
                            ", SignedHeaders=", headers.names, ", Signature=", signature));
  return added;
}

void Sign(const AwsKey& key, base::Millis now, HttpRequest* request) {
  HttpHeaders headers;
  for (const std::string& line : request->headers) {
    const size_t end = std::min(line.find_first_of(":;"), line.size());
    headers.emplace_back(line.substr(0, end), line.substr(std::min(end + 1, line.size())));
  }
  const std::string_view body = request->has_body ? request->body : std::string_view();
  for (const auto& [name, value] :
       SignatureFor(key, now, request->method, request->url, headers, body)) {
    request->headers.push_back(HeaderLine(name, value));
  }
}

void Sign(const AwsKey& key, base::Millis now, HttpCall* call) {
  HttpHeaders added = SignatureFor(key, now, call->method, call->url, call->headers, call->body);
  for (auto& header : added) call->headers.push_back(std::move(header));
}

}  // namespace scheduler::dispatch
