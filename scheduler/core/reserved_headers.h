#ifndef SCHEDULER_CORE_RESERVED_HEADERS_H_
#define SCHEDULER_CORE_RESERVED_HEADERS_H_

#include <string_view>

// The names that a target cannot set, since the service sets them. One list for both ends: it is
// asked where an event is created, so that nobody registers what can only fail, and again where
// the run is delivered.
namespace scheduler::core {

// Whether an HTTP target cannot set a header of this name, in any case of letters:
// - what a delivery says of its run: all that begins with "ductape-", idempotency-key and
//   traceparent;
// - what frames, routes or negotiates the message itself (RFC 9110, 7.2, 7.6.1, 8.6, 10.1.1;
//   RFC 9112, 6.1): connection, content-length, expect, host, transfer-encoding and the like.
bool IsReservedHeader(std::string_view name);

// Whether a gRPC target cannot send metadata of this name, in any case of letters: the same names,
// what begins with ":" or "grpc-", content-type and user-agent. gRPC itself says the latter, and
// replaces or refuses another's (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
bool IsReservedMetadata(std::string_view key);

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_RESERVED_HEADERS_H_
