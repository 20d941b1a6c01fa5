#ifndef CLIENT_CPP_CHANNEL_H_
#define CLIENT_CPP_CHANNEL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cpp/options.h"
#include "grpcpp/channel.h"

namespace ductape::jobs {

// A channel to options.address. It connects at the first call, and again whenever the connection
// was lost; it answers only for options that cannot be used:
// - INVALID_ARGUMENT: the address is empty, only one of certificate and key is set, a TLS file
//   holds no certificate or no key, the key is not the certificate's, or a token would be sent in
//   plaintext beyond this machine.
// - NOT_FOUND: a TLS file cannot be read.
//
// gRPC's own retries are off: Call (call.h) repeats a call where that is safe.
absl::StatusOr<std::shared_ptr<grpc::Channel>> CreateChannel(const ClientOptions& options);

// Whether `address` names this machine: a unix socket, `localhost`, 127.0.0.0/8 or [::1].
bool IsLocalAddress(absl::string_view address);

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_CHANNEL_H_
