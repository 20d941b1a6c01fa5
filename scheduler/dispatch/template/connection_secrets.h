#ifndef SCHEDULER_DISPATCH_TEMPLATE_CONNECTION_SECRETS_H_
#define SCHEDULER_DISPATCH_TEMPLATE_CONNECTION_SECRETS_H_

#include <string_view>

#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {

// {{secrets.NAME}} is the secret NAME of `connection` (AttemptConnection::ReadNamed), read when a template names it
// and to be redacted from then on. The connection outlives what is returned.
inline RenderOptions SecretsOf(AttemptConnection* connection) {
  RenderOptions options;
  options.read_secret = [connection](std::string_view name) { return connection->ReadNamed(name); };
  return options;
}

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEMPLATE_CONNECTION_SECRETS_H_
