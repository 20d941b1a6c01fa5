#include "scheduler/dispatch/notification/sms_api.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using base::StrCat;
using nlohmann::json;
using Provider = core::SmsSettings::Provider;

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
}

std::string TwilioAccount(const core::SmsSettings& settings) {
  return ApiUrl(settings.endpoint, "https://api.twilio.com",
                StrCat("/2010-04-01/Accounts/", PercentEncode(settings.account)));
}

std::string PlivoAccount(const core::SmsSettings& settings) {
  return ApiUrl(settings.endpoint, "https://api.plivo.com",
                StrCat("/v1/Account/", PercentEncode(settings.account), "/"));
}

HttpCall TwilioCall(const core::SmsSettings& settings, std::string_view secret, const SmsText& sms,
                    SecretRedactor* redactor) {
  HttpCall call;
  call.url = StrCat(TwilioAccount(settings), "/Messages.json");
  call.headers = {BasicHeader(settings.account, secret, redactor),
                  {"Content-Type", "application/x-www-form-urlencoded"}};
  // Messaging services are told from numbers by the letters of their ids.
  const bool service = sms.from.size() == 34 && StartsWithIgnoreCase(sms.from, "MG");
  call.body = FormBody(
      {{"To", sms.to}, {service ? "MessagingServiceSid" : "From", sms.from}, {"Body", sms.text}});
  return call;
}

HttpCall VonageCall(const core::SmsSettings& settings, std::string_view secret,
                    const SmsText& sms) {
  HttpCall call;
  call.url = ApiUrl(settings.endpoint, "https://rest.nexmo.com", "/sms/json");
  call.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  call.body = FormBody({{"api_key", settings.account},
                        {"api_secret", std::string(secret)},
                        {"from", sms.from},
                        {"to", sms.to.substr(sms.to.rfind('+') + 1)},  // digits alone
                        {"text", sms.text},
                        {"type", IsAscii(sms.text) ? "text" : "unicode"},
                        {"client-ref", sms.reference}});
  return call;
}

HttpCall PlivoCall(const core::SmsSettings& settings, std::string_view secret, const SmsText& sms,
                   SecretRedactor* redactor) {
  HttpCall call;
  call.url = StrCat(PlivoAccount(settings), "Message/");
  call.headers = {BasicHeader(settings.account, secret, redactor),
                  {"Content-Type", "application/json"}};
  call.body = json::object({{"src", sms.from}, {"dst", sms.to}, {"text", sms.text}})
                  .dump(-1, ' ', false, json::error_handler_t::replace);
  return call;
}

int NumberOf(const std::string& text) {
  int number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Delivery Taken(const std::string& to, std::string id) {
  Delivery delivery;
  delivery.to = to;
  delivery.id = ToMessage(id, 64);
  return delivery;
}

// Why Twilio refused a call; `to` is whom it was for.
Delivery RefusedByTwilio(const std::string& to, const json& body, const HttpAnswer& answer,
                         base::Millis now) {
  const std::string code = TextOf(body, "code");
  const std::string message = TextOf(body, "message");
  if (code.empty() || message.empty()) return RefusedByStatus(to, answer, now);
  const std::string_view by_code = ClassOfTwilioCode(NumberOf(code));
  return RefusedDelivery(to, answer,
                         by_code.empty() ? failure::ClassOfHttpStatus(answer.status) : by_code,
                         StrCat(code, " ", message), now);
}

Delivery ReadTwilio(const std::string& to, const HttpAnswer& answer, base::Millis now) {
  const json body = JsonOf(answer);
  std::string id = TextOf(body, "sid");
  if (answer.status / 100 == 2 && !id.empty()) return Taken(to, std::move(id));
  return RefusedByTwilio(to, body, answer, now);
}

Delivery ReadVonage(const std::string& to, const HttpAnswer& answer, base::Millis now) {
  const json body = JsonOf(answer);
  const auto messages = body.is_object() ? body.find("messages") : body.end();
  if (answer.status / 100 != 2 || messages == body.end() || !messages->is_array() ||
      messages->empty()) {
    return RefusedByStatus(to, answer, now);
  }
  // A long text has several parts; the first that was refused stands for it.
  for (const json& part : *messages) {
    const std::string status = TextOf(part, "status");
    if (status == "0") continue;
    return RefusedDelivery(to, answer, ClassOfVonageStatus(NumberOf(status)),
                           StrCat("status ", status, ": ", TextOf(part, "error-text")), now);
  }
  return Taken(to, TextOf(messages->front(), "message-id"));
}

Delivery RefusedByPlivo(const std::string& to, const json& body, const HttpAnswer& answer,
                        base::Millis now) {
  const std::string error = TextOf(body, "error");
  if (error.empty() || answer.status / 100 == 2) return RefusedByStatus(to, answer, now);
  return RefusedDelivery(to, answer, failure::ClassOfHttpStatus(answer.status), error, now);
}

Delivery ReadPlivo(const std::string& to, const HttpAnswer& answer, base::Millis now) {
  const json body = JsonOf(answer);
  const auto ids = body.is_object() ? body.find("message_uuid") : body.end();
  if (answer.status / 100 == 2 && ids != body.end() && ids->is_array() && !ids->empty() &&
      ids->front().is_string()) {
    return Taken(to, ids->front().get<std::string>());
  }
  return RefusedByPlivo(to, body, answer, now);
}

// "Twilio account Acme: active", without what the service does not say.
Delivery Known(std::string_view service, const std::string& name, const std::string& state) {
  Delivery delivery;
  delivery.id = StrCat(service, " account");
  if (!name.empty()) base::StrAppend(&delivery.id, " ", ToMessage(name, 64));
  if (!state.empty()) base::StrAppend(&delivery.id, ": ", ToMessage(state, 64));
  return delivery;
}

}  // namespace

absl::StatusOr<HttpCall> BuildSmsCall(const core::SmsSettings& settings, std::string_view secret,
                                      const SmsText& sms, SecretRedactor* redactor) {
  if (sms.from.empty()) {
    return absl::InvalidArgumentError(
        "neither the event nor its connection says whom messages are from");
  }
  switch (settings.provider) {
    case Provider::kTwilio:
      return TwilioCall(settings, secret, sms, redactor);
    case Provider::kVonage:
      return VonageCall(settings, secret, sms);
    case Provider::kPlivo:
      return PlivoCall(settings, secret, sms, redactor);
  }
  return absl::InvalidArgumentError("the connection's provider is not known");
}

Delivery ReadSmsAnswer(Provider provider, const std::string& to, const HttpAnswer& answer,
                       base::Millis now) {
  if (provider == Provider::kTwilio) return ReadTwilio(to, answer, now);
  if (provider == Provider::kVonage) return ReadVonage(to, answer, now);
  return ReadPlivo(to, answer, now);
}

absl::StatusOr<HttpCall> BuildSmsProbe(const core::SmsSettings& settings, std::string_view secret,
                                       SecretRedactor* redactor) {
  HttpCall call;
  call.method = core::HttpMethod::kGet;
  call.headers = {{"Accept", "application/json"}};
  switch (settings.provider) {
    case Provider::kTwilio:
      call.url = StrCat(TwilioAccount(settings), ".json");
      call.headers.push_back(BasicHeader(settings.account, secret, redactor));
      return call;
    case Provider::kVonage:
      call.url = ApiUrl(
          settings.endpoint, "https://rest.nexmo.com",
          StrCat("/account/get-balance?",
                 FormBody({{"api_key", settings.account}, {"api_secret", std::string(secret)}})));
      return call;
    case Provider::kPlivo:
      call.url = PlivoAccount(settings);
      call.headers.push_back(BasicHeader(settings.account, secret, redactor));
      return call;
  }
  return absl::InvalidArgumentError("the connection's provider is not known");
}

Delivery ReadSmsProbe(Provider provider, const HttpAnswer& answer, base::Millis now) {
  const json body = JsonOf(answer);
  const bool success = answer.status / 100 == 2;
  switch (provider) {
    case Provider::kTwilio:
      if (!success || TextOf(body, "sid").empty()) return RefusedByTwilio("", body, answer, now);
      return Known("Twilio", TextOf(body, "friendly_name"), TextOf(body, "status"));
    case Provider::kVonage: {
      const std::string balance = TextOf(body, "value");
      if (!success || balance.empty()) return RefusedByStatus("", answer, now);
      return Known("Vonage", "", StrCat("balance ", balance));
    }
    case Provider::kPlivo:
      break;
  }
  if (!success || TextOf(body, "auth_id").empty()) return RefusedByPlivo("", body, answer, now);
  return Known("Plivo", TextOf(body, "name"), TextOf(body, "state"));
}

std::string_view ClassOfTwilioCode(int code) {
  switch (code) {
    case 20003:  // authentication failed
    case 20008:  // test credentials
      return failure::kUnauthenticated;
    case 20429:  // too many requests
    case 14107:  // message rate exceeded
    case 30022:  // A2P rate limits
      return failure::kRateLimited;
    case 21408:  // the region is not enabled
    case 21610:  // the recipient unsubscribed
    case 63033:  // the recipient unsubscribed
      return failure::kForbidden;
    case 21211:  // no valid number
    case 21614:  // no mobile number
    case 21612:  // cannot be reached from this sender
      return failure::kNotFound;
    case 21611:  // the sender's queue is full
      return failure::kUnavailable;
    default:
      return {};
  }
}

std::string_view ClassOfVonageStatus(int status) {
  switch (status) {
    case 1:   // throttled
    case 10:  // too many existing binds
      return failure::kRateLimited;
    case 4:   // invalid credentials
    case 14:  // invalid signature
    case 32:  // signature and API secret
      return failure::kUnauthenticated;
    case 5:  // internal error
      return failure::kUnavailable;
    case 7:   // number barred
    case 8:   // account barred
    case 9:   // quota: the account has no credit
    case 11:  // account not enabled
    case 29:  // destination not permitted
      return failure::kForbidden;
    case 33:  // number deactivated
      return failure::kNotFound;
    default:  // 2, 3, 6, 12, 15, 22, 23: parameters
      return failure::kValidation;
  }
}

}  // namespace scheduler::dispatch
