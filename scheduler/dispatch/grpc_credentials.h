#ifndef SCHEDULER_DISPATCH_GRPC_CREDENTIALS_H_
#define SCHEDULER_DISPATCH_GRPC_CREDENTIALS_H_

#include <memory>
#include <string>

#include "scheduler/dispatch/grpc_peer.h"
#include <grpcpp/security/credentials.h>

namespace scheduler::dispatch {

// How a TLS channel is made with the certificates of `tls`, which may be null. `root_certificates`: PEM of the
// authorities that hold where it has none of its own; empty: the system's. The server name is an argument of the
// channel (SetSslTargetNameOverride).
std::shared_ptr<grpc::ChannelCredentials> TlsCredentialsOf(const HttpTransport* tls,
                                                           const std::string& root_certificates);

// SHA-256, in hexadecimal digits, of the certificates, keys and metadata of `peer`: another one where any of them
// is another one.
std::string FingerprintOf(const GrpcPeer& peer);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_CREDENTIALS_H_
