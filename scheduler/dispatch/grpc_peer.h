#ifndef SCHEDULER_DISPATCH_GRPC_PEER_H_
#define SCHEDULER_DISPATCH_GRPC_PEER_H_

#include <map>
#include <memory>
#include <string>

#include "scheduler/dispatch/http_transport.h"

namespace scheduler::dispatch {

// Keys and values, as they are sent.
using GrpcMetadata = std::map<std::string, std::string>;

// As whom an address is called. Calls that differ in it never share a channel, so that nobody's certificate
// vouches for another.
struct GrpcPeer {
  std::string identity;  // equal where a channel may be shared; empty: nobody in particular
  std::shared_ptr<const HttpTransport> tls;  // certificates; null: as usual. It has no proxy
  GrpcMetadata metadata;                     // that questions to the target's reflection carry
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_PEER_H_
