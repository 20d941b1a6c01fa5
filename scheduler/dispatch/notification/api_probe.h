#ifndef SCHEDULER_DISPATCH_NOTIFICATION_API_PROBE_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_API_PROBE_H_

#include <functional>
#include <memory>
#include <utility>

#include "scheduler/base/clock.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/notification/api_calls.h"
#include "scheduler/dispatch/notification/channel_start.h"
#include "scheduler/dispatch/notification/service_account.h"

namespace scheduler::dispatch {

// The account of one push or SMS service is tried, over a connection of its own; nobody gets a message.
//
//   Twilio, Vonage, Plivo   the account is read (sms_api.h)
//   Expo                    the receipts of no tickets are asked for (expo_api.h)
//   FCM                     an access token is had, none that is kept, and with it a message to a topic is checked and
//                           not sent (fcm_api.h)
//
// Own it by a shared_ptr. Thread-safe but for Begin, which is called once.
class ApiProbe : public std::enable_shared_from_this<ApiProbe> {
 public:
  // `client` and `clock` outlive it.
  ApiProbe(HttpClient* client, const base::Clock* clock, ChannelStart start,
           AttemptConnection connection, ChannelDone done)
      : client_(client),
        clock_(clock),
        start_(std::move(start)),
        connection_(std::move(connection)),
        done_(std::move(done)) {}

  // Reads the secrets, which may block on a file, and calls the service.
  void Begin();
  // Ends the calls, without a word.
  void Stop() { calls_.Stop(); }
  // Tells what came of it.
  void End(ChannelResult result);

 private:
  using OnAnswer = std::function<Delivery(const HttpAnswer& answer)>;

  absl::Status BeginSms(const core::SmsSettings& settings);
  absl::Status BeginExpo(const core::PushSettings& settings);
  absl::Status BeginFcm(const core::PushSettings& settings);
  void OnFcmToken(const ServiceAccount& account, const AccessToken& token);
  // Calls once; `then` gets the answer, which may be none.
  void Call(HttpCall call, std::function<void(const HttpAnswer&)> then);
  // Calls, and ends with what `read` makes of an answer.
  void CallAndEnd(HttpCall call, OnAnswer read);
  void EndWith(Delivery delivery);

  HttpClient* const client_;
  const base::Clock* const clock_;
  const ChannelStart start_;
  AttemptConnection connection_;
  const ChannelDone done_;
  ApiCallChain calls_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_API_PROBE_H_
