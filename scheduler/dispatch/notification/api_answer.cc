#include "scheduler/dispatch/notification/api_answer.h"

#include "absl/strings/escaping.h"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/delivery_fields.h"
#include "scheduler/dispatch/retry_after.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;

constexpr size_t kExcerptBytes = 256;

}  // namespace

json JsonOf(const HttpAnswer& answer) {
  json parsed = json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  return parsed.is_discarded() ? json() : parsed;
}

std::string TextOf(const json& object, const char* name) {
  if (!object.is_object()) return "";
  const auto found = object.find(name);
  // Lists and objects may be nested as deep as their sender likes, and are written recursively.
  if (found == object.end() || found->is_null() || found->is_structured()) return "";
  if (found->is_string()) return found->get<std::string>();
  return found->dump(-1, ' ', false, json::error_handler_t::replace);
}

Delivery RefusedDelivery(const std::string& to, const HttpAnswer& answer, std::string_view code,
                         std::string_view message, base::Millis now) {
  Delivery delivery;
  delivery.to = to;
  delivery.code = code;
  delivery.status = answer.status;
  delivery.message = StrCat("HTTP ", answer.status);
  const std::string_view words = message.empty() ? std::string_view(answer.body) : message;
  const size_t most = message.empty() ? kExcerptBytes : base::limits::kMaxErrorMessageBytes;
  if (!words.empty()) base::StrAppend(&delivery.message, ": ", ToMessage(words, most));
  delivery.retry_after = ParseRetryAfter(answer.Header("Retry-After"), now);
  return delivery;
}

Delivery RefusedByStatus(const std::string& to, const HttpAnswer& answer, base::Millis now) {
  if (answer.status / 100 != 2) {
    return RefusedDelivery(to, answer, core::failure::ClassOfHttpStatus(answer.status), "", now);
  }
  const std::string_view begin = std::string_view(answer.body).substr(0, kExcerptBytes);
  return RefusedDelivery(to, answer, core::failure::kValidation,
                         StrCat("the answer could not be read", begin.empty() ? "" : ": ", begin),
                         now);
}

Delivery UnansweredDelivery(const std::string& to, const HttpAnswer& answer) {
  Delivery delivery = ChannelOf("", UnansweredAttempt(answer.transport)).deliveries.front();
  delivery.to = to;
  return delivery;
}

std::string ApiUrl(const std::string& endpoint, std::string_view usual, std::string_view path) {
  std::string_view base = endpoint.empty() ? usual : std::string_view(endpoint);
  while (!base.empty() && base.back() == '/') base.remove_suffix(1);
  return StrCat(base, path);
}

std::pair<std::string, std::string> BasicHeader(std::string_view user, std::string_view password,
                                                SecretRedactor* redactor) {
  const std::string encoded = absl::Base64Escape(StrCat(user, ":", password));
  redactor->Add(encoded);
  return {"Authorization", StrCat("Basic ", encoded)};
}

std::string FormBody(const std::vector<std::pair<std::string_view, std::string>>& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    base::StrAppend(&body, body.empty() ? "" : "&", name, "=", PercentEncode(value));
  }
  return body;
}

HttpHeaders DeliveryHeaders(const core::ClaimedRun& run, size_t recipient) {
  HttpHeaders headers;
  for (const DeliveryField& field : DeliveryFieldsOf(run)) {
    headers.emplace_back(field.header, field.value);
    if (recipient > 0 && field.header == "Idempotency-Key") {
      base::StrAppend(&headers.back().second, ".", recipient);
    }
  }
  return headers;
}

}  // namespace scheduler::dispatch
