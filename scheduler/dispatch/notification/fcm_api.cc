#include "scheduler/dispatch/notification/fcm_api.h"

#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using base::StrCat;
using nlohmann::json;

const json* MemberOf(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

// The errorCode among the details of an error.
std::string ErrorCodeOf(const json& error) {
  const json* const details = MemberOf(error, "details");
  if (details == nullptr || !details->is_array()) return "";
  for (const json& detail : *details) {
    std::string code = TextOf(detail, "errorCode");
    if (!code.empty()) return code;
  }
  return "";
}

HttpCall CallOf(const core::PushSettings& settings, const std::string& project,
                std::string_view access_token, const json& body) {
  HttpCall call;
  call.url = ApiUrl(settings.endpoint, "https://fcm.googleapis.com",
                    StrCat("/v1/projects/", PercentEncode(project), "/messages:send"));
  call.headers = {{"Authorization", StrCat("Bearer ", access_token)},
                  {"Content-Type", "application/json"}};
  call.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return call;
}

}  // namespace

HttpCall BuildFcmCall(const core::PushSettings& settings, const std::string& project,
                      std::string_view access_token, const core::PushMessage& push,
                      const std::string& device) {
  json message = {{"token", device}};
  if (!push.title.empty()) message["notification"]["title"] = push.title;
  if (!push.body.empty()) message["notification"]["body"] = push.body;
  if (!push.data.empty()) message["data"] = push.data;
  return CallOf(settings, project, access_token, json::object({{"message", std::move(message)}}));
}

HttpCall BuildFcmProbe(const core::PushSettings& settings, const std::string& project,
                       std::string_view access_token) {
  return CallOf(settings, project, access_token,
                json::object({{"validate_only", true},
                              {"message", {{"topic", "ductape-jobs-connection-test"}}}}));
}

Delivery ReadFcmAnswer(const std::string& device, const HttpAnswer& answer, base::Millis now) {
  const json body = JsonOf(answer);
  const std::string name = TextOf(body, "name");
  if (answer.status / 100 == 2 && !name.empty()) {
    Delivery delivery;
    delivery.to = device;
    delivery.id = ToMessage(name, 128);
    return delivery;
  }
  const json* const error = MemberOf(body, "error");
  if (error == nullptr || answer.status / 100 == 2) return RefusedByStatus(device, answer, now);
  const std::string code = ErrorCodeOf(*error);
  const std::string_view by_code = ClassOfFcmError(code);
  return RefusedDelivery(
      device, answer, by_code.empty() ? failure::ClassOfHttpStatus(answer.status) : by_code,
      StrCat(code.empty() ? TextOf(*error, "status") : code, ": ", TextOf(*error, "message")), now);
}

Delivery ReadFcmProbe(const HttpAnswer& answer, base::Millis now) {
  Delivery delivery;
  if (answer.status / 100 == 2) {
    delivery = ReadFcmAnswer("", answer, now);
    if (delivery.code.empty()) delivery.id = "FCM takes the account's messages";
    return delivery;
  }
  const json body = JsonOf(answer);
  const json* const error = MemberOf(body, "error");
  const std::string status = error == nullptr ? "" : TextOf(*error, "status");
  if (answer.status != 400 || status != "INVALID_ARGUMENT") return ReadFcmAnswer("", answer, now);
  delivery.id = ToMessage(StrCat("FCM takes the account's messages, and says of an empty one: ",
                                 TextOf(*error, "message")),
                          512);
  return delivery;
}

bool RefusesAccessToken(const HttpAnswer& answer) {
  if (!answer.transport.ok() || answer.status != 401) return false;
  // This one is of the credentials that FCM has for APNs or the web.
  const json body = JsonOf(answer);
  const json* const error = MemberOf(body, "error");
  return error == nullptr || ErrorCodeOf(*error) != "THIRD_PARTY_AUTH_ERROR";
}

std::string_view ClassOfFcmError(std::string_view error_code) {
  if (error_code == "UNREGISTERED") return failure::kNotFound;
  if (error_code == "INVALID_ARGUMENT") return failure::kValidation;
  if (error_code == "SENDER_ID_MISMATCH") return failure::kForbidden;
  if (error_code == "QUOTA_EXCEEDED") return failure::kRateLimited;
  if (error_code == "THIRD_PARTY_AUTH_ERROR") return failure::kUnauthenticated;
  if (error_code == "UNAVAILABLE" || error_code == "INTERNAL" ||
      error_code == "UNSPECIFIED_ERROR") {
    return failure::kUnavailable;
  }
  return {};
}

}  // namespace scheduler::dispatch
