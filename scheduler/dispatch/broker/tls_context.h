#ifndef SCHEDULER_DISPATCH_BROKER_TLS_CONTEXT_H_
#define SCHEDULER_DISPATCH_BROKER_TLS_CONTEXT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "scheduler/core/connection/tls_settings.h"
#include "scheduler/dispatch/broker/broker_message.h"
#include <openssl/ssl.h>

namespace scheduler::dispatch {

// How connections of one account are encrypted: TLS 1.2 or later, by OpenSSL. Immutable, so thread-safe.
class TlsContext {
 public:
  // Of `settings`, whose secrets are those of `account` at "tls.…". INVALID_ARGUMENT if a certificate or the
  // key cannot be read, or they do not belong together.
  static absl::StatusOr<std::shared_ptr<const TlsContext>> Create(const core::TlsSettings& settings,
                                                                  const BrokerAccount& account);

  // A client's side on a connected socket, which expects a certificate for settings.server_name, else
  // `host`: a name, which is also sent (SNI), or an address. Null if OpenSSL has no memory.
  SSL* NewSession(int fd, const std::string& host) const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  TlsContext() = default;

  std::unique_ptr<SSL_CTX, Free> context_;
  std::string server_name_;
  bool verify_ = true;
};

// What OpenSSL last complained of on this thread, and forgets it.
std::string TakeTlsError();

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_TLS_CONTEXT_H_
