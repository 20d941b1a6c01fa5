#ifndef SCHEDULER_DISPATCH_NOTIFICATION_API_ANSWER_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_API_ANSWER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"
#include "scheduler/base/millis.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/notification/channel_result.h"

// What the push and SMS services have in common.
namespace scheduler::dispatch {

// The body as JSON; null if it is none.
nlohmann::json JsonOf(const HttpAnswer& answer);
// The member `name` of an object as text: a string, a number, true or false. Else empty.
std::string TextOf(const nlohmann::json& object, const char* name);

// A delivery that an answer refuses, of class `code`, with its status and Retry-After. Empty `message`: the status
// and the beginning of the body. `now` is wall time.
Delivery RefusedDelivery(const std::string& to, const HttpAnswer& answer, std::string_view code,
                         std::string_view message, base::Millis now);
// Likewise by the class of the status alone. A 2xx that does not say what was expected is VALIDATION, which is not
// retried: the service may have taken the message, and would send it twice.
Delivery RefusedByStatus(const std::string& to, const HttpAnswer& answer, base::Millis now);
// One whose call got no answer. REQUIRES: !answer.transport.ok().
Delivery UnansweredDelivery(const std::string& to, const HttpAnswer& answer);

// "https://api.example.com" + "/path", with `endpoint` instead of the first if there is one.
std::string ApiUrl(const std::string& endpoint, std::string_view usual, std::string_view path);
// What authenticates a user by HTTP Basic (RFC 7617): the header, and what of it is secret.
std::pair<std::string, std::string> BasicHeader(std::string_view user, std::string_view password,
                                                SecretRedactor* redactor);
// application/x-www-form-urlencoded.
std::string FormBody(const std::vector<std::pair<std::string_view, std::string>>& fields);
// What a call says of its run (delivery_fields.h). The idempotency key of the recipients after the first ends in
// ".<number>", since each is a message of its own.
HttpHeaders DeliveryHeaders(const core::ClaimedRun& run, size_t recipient);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_API_ANSWER_H_
