#ifndef CLIENT_CPP_OPTIONS_H_
#define CLIENT_CPP_OPTIONS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"

// What a client is told once: where the server is, how to trust it and how patient to be.
namespace ductape::jobs {

// TLS towards the server. All are paths of PEM files.
struct TlsOptions {
  // Whom to trust. Empty: the system's certificate authorities.
  std::string ca_file;
  // The client's own certificate and key, for servers that ask for one. Both or none.
  std::string cert_file;
  std::string key_file;
  // The name that the server's certificate must carry, where it differs from the host called.
  std::string server_name;
};

// How a call that may be repeated is repeated (see call.h for which ones may, and when). The wait
// before retry n is `initial_backoff` x 2^(n-1), at most `max_backoff`, of which half is drawn; a
// longer wait that the server asks for is honoured. No retry outlives the call's deadline.
struct RetryOptions {
  int max_attempts = 4;  // the first one included; 1 or less: no retries
  absl::Duration initial_backoff = absl::Milliseconds(100);
  absl::Duration max_backoff = absl::Seconds(5);
};

struct ClientOptions {
  // With what the environment says in the variables that jobctl has as well: DUCTAPE_JOBS_ADDRESS,
  // DUCTAPE_JOBS_PRODUCT, DUCTAPE_JOBS_TOKEN (the bearer token), and DUCTAPE_JOBS_CA_FILE,
  // DUCTAPE_JOBS_CERT_FILE, DUCTAPE_JOBS_KEY_FILE and DUCTAPE_JOBS_SERVER_NAME, each of which turns
  // TLS on. An empty variable is none. Not while another thread changes the environment.
  static ClientOptions FromEnvironment();

  // `host:port`, `unix:/path`, or any name that gRPC resolves.
  std::string address = "localhost:7420";
  // Unset: plaintext.
  std::optional<TlsOptions> tls;
  // Sent as `authorization: Bearer <token>` with every call. Only with TLS, or to an address on
  // this machine (unix socket, localhost, 127.0.0.0/8, [::1]). Empty: none.
  std::string bearer_token;
  // The product of requests that name none. Empty: the server's default product.
  std::string product;
  // How long one call may take, all attempts and waits together, where the call does not say.
  absl::Duration default_deadline = absl::Seconds(30);
  RetryOptions retry;
  // Put before the library's own name in the user agent, for example "billing/2.3". May be empty.
  std::string user_agent;
};

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_OPTIONS_H_
