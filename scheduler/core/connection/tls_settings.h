#ifndef SCHEDULER_CORE_CONNECTION_TLS_SETTINGS_H_
#define SCHEDULER_CORE_CONNECTION_TLS_SETTINGS_H_

#include <string>

#include "scheduler/core/connection/secret.h"

namespace scheduler::core {

// How a connection is encrypted, and who shows what certificate. All of it is PEM. Where the kind of
// settings says by its address whether there is TLS (https), `mode` is kDefault.
struct TlsSettings {
  enum class Mode : uint8_t {
    kDefault = 0,   // the kind's own
    kDisabled = 1,  // in the clear
    kRequired = 2,  // encrypted, the target's certificate verified
  };
  Mode mode = Mode::kDefault;
  Secret ca_certificates;     // kNone: the system's
  Secret client_certificate;  // kNone: none is shown; a chain, the client's own first
  Secret client_key;
  std::string server_name;  // that the certificate must have; empty: the host
  bool insecure_skip_verify = false;

  friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_CONNECTION_TLS_SETTINGS_H_
