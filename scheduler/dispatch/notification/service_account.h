#ifndef SCHEDULER_DISPATCH_NOTIFICATION_SERVICE_ACCOUNT_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_SERVICE_ACCOUNT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/base/millis.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/notification/channel_result.h"

namespace scheduler::dispatch {

// A service account of Google Cloud, by its JSON key file.
struct ServiceAccount {
  std::string project_id;
  std::string client_email;
  std::string private_key_id;
  std::string token_uri;
  base::SecretText private_key;  // PEM, PKCS #8
};

// UNAVAILABLE, for the run's error, if it is none; the message holds nothing of it.
absl::StatusOr<ServiceAccount> ParseServiceAccount(std::string_view json_text);

// The call that gets an access token for `scope`: a JWT of the account, signed by RS256, as
// https://developers.google.com/identity/protocols/oauth2/service-account#httprest says. `now` is wall time. UNAVAILABLE
// if the key cannot sign.
absl::StatusOr<HttpCall> BuildTokenCall(const ServiceAccount& account, std::string_view scope,
                                        base::Millis now);

struct AccessToken {
  std::string token;          // empty: it was refused
  base::Millis lifetime = 0;  // from the call on
  Delivery refusal;           // why: a key that is not taken is UNAUTHENTICATED, else by the status
};

// What the token endpoint answered, or that it did not.
AccessToken ReadTokenAnswer(const HttpAnswer& answer, base::Millis now);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_SERVICE_ACCOUNT_H_
