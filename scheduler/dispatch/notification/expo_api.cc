#include "scheduler/dispatch/notification/expo_api.h"

#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using base::StrCat;
using nlohmann::json;

std::string_view Or(std::string_view code, std::string_view otherwise) {
  return code.empty() ? otherwise : code;
}

Delivery ReadTicket(const std::string& device, const json& ticket, const HttpAnswer& answer,
                    base::Millis now) {
  if (TextOf(ticket, "status") == "ok") {
    Delivery delivery;
    delivery.to = device;
    delivery.id = ToMessage(TextOf(ticket, "id"), 64);
    return delivery;
  }
  const auto details = ticket.is_object() ? ticket.find("details") : ticket.end();
  const std::string error = details == ticket.end() ? "" : TextOf(*details, "error");
  return RefusedDelivery(device, answer, Or(ClassOfExpoError(error), failure::kValidation),
                         StrCat(error, error.empty() ? "" : ": ", TextOf(ticket, "message")), now);
}

// What is refused as a whole: {"errors":[{"code":…,"message":…}]}.
Delivery ReadErrors(const std::string& device, const json& body, const HttpAnswer& answer,
                    base::Millis now) {
  const auto errors = body.is_object() ? body.find("errors") : body.end();
  if (errors == body.end() || !errors->is_array() || errors->empty()) {
    return RefusedByStatus(device, answer, now);
  }
  const std::string code = TextOf(errors->front(), "code");
  return RefusedDelivery(device, answer,
                         Or(ClassOfExpoError(code), failure::ClassOfHttpStatus(answer.status)),
                         StrCat(code, ": ", TextOf(errors->front(), "message")), now);
}

// A POST of JSON to `path`.
HttpCall CallTo(const core::PushSettings& settings, std::string_view path,
                std::string_view access_token) {
  HttpCall call;
  call.url = ApiUrl(settings.endpoint, "https://exp.host", path);
  call.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  if (!access_token.empty()) {
    call.headers.emplace_back("Authorization", StrCat("Bearer ", access_token));
  }
  return call;
}

}  // namespace

HttpCall BuildExpoCall(const core::PushSettings& settings, std::string_view access_token,
                       const core::PushMessage& push, absl::Span<const std::string> devices) {
  HttpCall call = CallTo(settings, "/--/api/v2/push/send", access_token);
  json message = {{"to", std::vector<std::string>(devices.begin(), devices.end())}};
  if (!push.title.empty()) message["title"] = push.title;
  if (!push.body.empty()) message["body"] = push.body;
  if (!push.data.empty()) message["data"] = push.data;
  call.body =
      json::array({std::move(message)}).dump(-1, ' ', false, json::error_handler_t::replace);
  return call;
}

std::vector<Delivery> ReadExpoAnswer(absl::Span<const std::string> devices,
                                     const HttpAnswer& answer, base::Millis now) {
  const json body = JsonOf(answer);
  const auto data = body.is_object() ? body.find("data") : body.end();
  const bool tickets = answer.status / 100 == 2 && data != body.end();
  std::vector<Delivery> deliveries;
  for (size_t i = 0; i < devices.size(); ++i) {
    if (tickets && data->is_array() && i < data->size()) {
      deliveries.push_back(ReadTicket(devices[i], (*data)[i], answer, now));
    } else if (tickets && data->is_object() && devices.size() == 1) {
      deliveries.push_back(ReadTicket(devices[i], *data, answer, now));
    } else {
      deliveries.push_back(ReadErrors(devices[i], body, answer, now));
    }
  }
  return deliveries;
}

HttpCall BuildExpoProbe(const core::PushSettings& settings, std::string_view access_token) {
  HttpCall call = CallTo(settings, "/--/api/v2/push/getReceipts", access_token);
  call.body = R"({"ids":[]})";
  return call;
}

Delivery ReadExpoProbe(const HttpAnswer& answer, base::Millis now) {
  const json body = JsonOf(answer);
  if (answer.status / 100 != 2 || !body.is_object() || !body.contains("data")) {
    return ReadErrors("", body, answer, now);
  }
  Delivery delivery;
  delivery.id = "Expo takes the connection's requests";
  return delivery;
}

std::string_view ClassOfExpoError(std::string_view error) {
  if (error == "DeviceNotRegistered") return failure::kNotFound;
  if (error == "MessageTooBig" || error == "PAYLOAD_TOO_LARGE" || error == "VALIDATION_ERROR" ||
      error == "PUSH_TOO_MANY_EXPERIENCE_IDS" || error == "PUSH_TOO_MANY_NOTIFICATIONS") {
    return failure::kValidation;
  }
  if (error == "MessageRateExceeded" || error == "TOO_MANY_REQUESTS") return failure::kRateLimited;
  // Of the credentials that Expo has for FCM and APNs.
  if (error == "InvalidCredentials" || error == "UNAUTHORIZED") return failure::kUnauthenticated;
  if (error == "MismatchSenderId") return failure::kForbidden;
  if (error == "ExpoError" || error == "ProviderError") return failure::kUnavailable;
  return {};
}

}  // namespace scheduler::dispatch
