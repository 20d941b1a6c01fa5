#ifndef SCHEDULER_DISPATCH_TOKEN_REQUEST_H_
#define SCHEDULER_DISPATCH_TOKEN_REQUEST_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/base/millis.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/core/connection/http_settings.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/secret_redactor.h"

namespace scheduler::dispatch {

// How the token of one connection is had.
struct TokenRequest {
  std::string identity;  // those who have the same share one token
  // For those alone who wait for it: had over a new connection, and not kept.
  bool once = false;
  HttpCall call;
  std::string token_pointer;     // a JSON pointer (RFC 6901)
  std::string lifetime_pointer;  // to seconds; empty: `ttl` holds
  base::Millis ttl = 0;          // of a token whose answer does not say
};

// The header, or the key of metadata, that a token is sent in.
struct TokenHeader {
  std::string name;
  std::string scheme;  // before the token and a space; empty: the token alone

  // What stands in it.
  std::string ValueOf(std::string_view token) const;
};

using Token = std::shared_ptr<const base::SecretText>;

// What a request for a token came to: a token or why there is none.
struct TokenAnswer {
  Token token;
  base::Millis lifetime = 0;  // 0: good for those who wait for it alone
  AttemptResult failure;
};

// The request of RFC 6749, 4.4, with the parameter `audience` where there is one. The redactor learns the
// forms in which the secret is sent.
TokenRequest RequestFor(const core::Oauth2Auth& auth, std::string_view secret,
                        SecretRedactor* redactor);

// A login. INVALID_ARGUMENT if a field's pointer leads nowhere.
absl::StatusOr<TokenRequest> RequestFor(const core::LoginAuth& auth, std::string_view secret);

// Reads the answer. Failures are for runs:
//   no answer                       as UnansweredAttempt
//   400, 401, 403                   UNAUTHENTICATED: the credentials are refused
//   another status outside 2xx      the class of the status, Retry-After
//   2xx without a token             UNAVAILABLE
// No message holds anything of an answer that may hold a token. `now` is wall time.
TokenAnswer ReadToken(const TokenRequest& request, const HttpAnswer& answer, base::Millis now);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TOKEN_REQUEST_H_
