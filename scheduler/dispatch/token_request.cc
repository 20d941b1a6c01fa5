#include "scheduler/dispatch/token_request.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/retry_after.h"
#include "scheduler/dispatch/text.h"
#include "scheduler/secrets/secret_rules.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;

constexpr size_t kExcerptBytes = 256;

void AddParameter(std::string_view name, std::string_view value, std::string* form) {
  if (!form->empty()) form->push_back('&');
  form->append(PercentEncode(name)).append("=").append(PercentEncode(value));
}

std::optional<json::json_pointer> PointerOf(const std::string& text) {
  try {
    return json::json_pointer(text);
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

const json* Find(const json& document, const std::string& pointer) {
  const std::optional<json::json_pointer> where = PointerOf(pointer);
  if (!where || !document.contains(*where)) return nullptr;
  return &document.at(*where);
}

// Puts a member to where its name says. False if that is within something that is no object.
bool Put(const std::string& name, std::string_view value, json* document) {
  if (name.empty() || name[0] != '/') {
    (*document)[name] = value;
    return true;
  }
  const std::optional<json::json_pointer> where = PointerOf(name);
  if (!where) return false;
  try {
    (*document)[*where] = value;
  } catch (const json::exception&) {
    return false;
  }
  return true;
}

std::map<std::string, std::string> FieldsOf(const core::LoginAuth& auth, std::string_view secret) {
  std::map<std::string, std::string> fields = auth.fields;
  if (!auth.secret_field.empty()) fields[auth.secret_field] = std::string(secret);
  return fields;
}

std::string FormOf(const std::map<std::string, std::string>& fields) {
  std::string form;
  for (const auto& [name, value] : fields) AddParameter(name, value, &form);
  return form;
}

void AddQuery(const std::string& query, std::string* url) {
  if (query.empty()) return;
  url->append(url->find('?') == std::string::npos ? "?" : "&").append(query);
}

absl::Status SetLoginBody(const core::LoginAuth& auth, std::string_view secret, HttpCall* call) {
  const std::map<std::string, std::string> fields = FieldsOf(auth, secret);
  if (auth.method == core::HttpMethod::kGet) {
    AddQuery(FormOf(fields), &call->url);
    return absl::OkStatus();
  }
  if (auth.form) {
    call->headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    call->body = FormOf(fields);
    return absl::OkStatus();
  }
  json body = json::object();
  for (const auto& [name, value] : fields) {
    if (!Put(name, value, &body)) {
      return absl::InvalidArgumentError(
          StrCat("the login's field ", ToMessage(name, 64), " cannot be put into its body"));
    }
  }
  call->headers.emplace_back("Content-Type", "application/json");
  call->body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return absl::OkStatus();
}

TokenAnswer NoToken(std::string_view failure_class, std::string_view why) {
  return {nullptr, 0, FailedAttempt(failure_class, StrCat("no token: ", why))};
}

TokenAnswer Refused(const HttpAnswer& answer, base::Millis now) {
  const bool credentials = answer.status == 400 || answer.status == 401 || answer.status == 403;
  std::string why = StrCat("HTTP ", answer.status);
  if (!answer.body.empty()) why += ": " + ToMessage(answer.body, kExcerptBytes);
  TokenAnswer result = NoToken(credentials ? core::failure::kUnauthenticated
                                           : core::failure::ClassOfHttpStatus(answer.status),
                               why);
  result.failure.retry_after = ParseRetryAfter(answer.Header("Retry-After"), now);
  return result;
}

// Seconds as a number or a text of one; nothing else says anything.
std::optional<double> SecondsOf(const json* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  double seconds = 0;
  if (value->is_string() && absl::SimpleAtod(value->get_ref<const std::string&>(), &seconds)) {
    return seconds;
  }
  return std::nullopt;
}

base::Millis LifetimeOf(const TokenRequest& request, const json& document) {
  std::optional<double> seconds;
  if (!request.lifetime_pointer.empty())
    seconds = SecondsOf(Find(document, request.lifetime_pointer));
  if (!seconds || std::isnan(*seconds)) return request.ttl;
  constexpr double kMax = static_cast<double>(base::limits::kMaxTokenTtl);
  return static_cast<base::Millis>(std::clamp(*seconds * 1000.0, 0.0, kMax));
}

}  // namespace

std::string TokenHeader::ValueOf(std::string_view token) const {
  return scheme.empty() ? std::string(token) : StrCat(scheme, " ", token);
}

TokenRequest RequestFor(const core::Oauth2Auth& auth, std::string_view secret,
                        SecretRedactor* redactor) {
  TokenRequest request;
  request.token_pointer = "/access_token";
  request.lifetime_pointer = "/expires_in";
  request.ttl = base::limits::kDefaultTokenTtl;
  HttpCall& call = request.call;
  call.url = auth.token_url;
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                  {"Accept", "application/json"}};
  AddParameter("grant_type", "client_credentials", &call.body);
  if (!auth.scopes.empty()) {
    std::string scopes;
    for (const std::string& scope : auth.scopes) {
      scopes.append(scopes.empty() ? "" : " ").append(scope);
    }
    AddParameter("scope", scopes, &call.body);
  }
  if (!auth.audience.empty()) AddParameter("audience", auth.audience, &call.body);
  if (auth.in_body) {
    AddParameter("client_id", auth.client_id, &call.body);
    AddParameter("client_secret", secret, &call.body);
  } else {
    // RFC 6749, 2.3.1: each is encoded before they are joined.
    const std::string encoded =
        absl::Base64Escape(StrCat(PercentEncode(auth.client_id), ":", PercentEncode(secret)));
    redactor->Add(encoded);
    call.headers.emplace_back("Authorization", StrCat("Basic ", encoded));
  }
  return request;
}

absl::StatusOr<TokenRequest> RequestFor(const core::LoginAuth& auth, std::string_view secret) {
  TokenRequest request;
  request.token_pointer = auth.token_pointer;
  request.ttl = auth.ttl > 0 ? auth.ttl : base::limits::kDefaultTokenTtl;
  request.call.method = auth.method;
  request.call.url = auth.url;
  if (absl::Status s = SetLoginBody(auth, secret, &request.call); !s.ok()) return s;
  for (const auto& [name, value] : auth.headers) {
    HttpHeaders& headers = request.call.headers;
    headers.erase(std::remove_if(headers.begin(), headers.end(),
                                 [&name = name](const auto& header) {
                                   return EqualsIgnoreCase(header.first, name);
                                 }),
                  headers.end());
    headers.emplace_back(name, value);
  }
  return request;
}

TokenAnswer ReadToken(const TokenRequest& request, const HttpAnswer& answer, base::Millis now) {
  if (!answer.transport.ok()) {
    if (absl::IsCancelled(answer.transport)) return {nullptr, 0, CancelledAttempt()};
    return {nullptr, 0,
            UnansweredAttempt(
                absl::Status(answer.transport.code(),
                             StrCat("no token: ", base::FromAbsl(answer.transport.message()))))};
  }
  if (answer.status < 200 || answer.status > 299) return Refused(answer, now);
  const json document = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    return NoToken(core::failure::kUnavailable, "the answer is not JSON");
  }
  const json* const found = Find(document, request.token_pointer);
  if (found == nullptr || !found->is_string()) {
    return NoToken(core::failure::kUnavailable,
                   StrCat("the answer has no text at ", request.token_pointer));
  }
  const std::string& text = found->get_ref<const std::string&>();
  if (const auto fault = secrets::FaultOf(text, secrets::SecretForm::kLine)) {
    return NoToken(core::failure::kUnavailable, StrCat("the token ", *fault));
  }
  return {std::make_shared<const base::SecretText>(text), LifetimeOf(request, document), {}};
}

}  // namespace scheduler::dispatch
