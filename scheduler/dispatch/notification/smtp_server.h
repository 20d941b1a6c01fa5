#ifndef SCHEDULER_DISPATCH_NOTIFICATION_SMTP_SERVER_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_SMTP_SERVER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/core/connection/message_settings.h"
#include "scheduler/dispatch/attempt_connection.h"

namespace scheduler::dispatch {

// Where a mail server is.
struct SmtpAddress {
  std::string host;  // a name, or an address without brackets
  uint16_t port = 0;
};

// Reads "host", "host:port", "[::1]" or "[::1]:port"; the port is 587 unless it is given, 465 with kTls and 25
// with kNone. INVALID_ARGUMENT for the run's error.
absl::StatusOr<SmtpAddress> ParseSmtpAddress(const std::string& text,
                                             core::SmtpSettings::Security security);

// A mail server with what is shown to it, secrets in the clear.
struct SmtpServer {
  SmtpAddress address;
  core::SmtpSettings::Security security = core::SmtpSettings::Security::kStarttls;
  std::string username;
  base::SecretText password;
  base::SecretText ca_certificates;  // PEM; empty: the system's
  base::SecretText client_certificate;
  base::SecretText client_key;
  std::string server_name;  // empty: the host
  bool insecure_skip_verify = false;
};

// The server of `connection`, which then redacts the password in the forms in which it is sent, too. May block on
// files. INVALID_ARGUMENT, UNAVAILABLE: see attempt_results.h, UnsentAttempt.
absl::StatusOr<SmtpServer> ReadSmtpServer(AttemptConnection* connection);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_SMTP_SERVER_H_
