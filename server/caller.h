#ifndef SERVER_CALLER_H_
#define SERVER_CALLER_H_

#include <string>

#include "grpcpp/server_context.h"

// Who a call comes from, as far as its connection and its metadata tell.
namespace server {

// Who the caller's certificate says it is, its first name; empty if it has none.
std::string PrincipalOf(const grpc::ServerContextBase& context);

// Whom the caller says it calls for: the URI of its own client's certificate, of SPIFFE say, that a
// proxy puts into x-forwarded-client-cert. Of several hops the last one, which the proxy added. It is
// true where the caller is a proxy that sets it, and whatever the caller likes otherwise. At most 2,048
// bytes.
std::string ForwardedOf(const grpc::ServerContextBase& context);

// Who asks, for records (Run.requested_by): the principal, or "FORWARDED by PRINCIPAL" where the caller
// calls for another, with its address where it has no principal. Empty where nothing is known. It is kept
// with each run, so of each name 256 bytes are.
std::string RequesterOf(const grpc::ServerContextBase& context);

}  // namespace server

#endif  // SERVER_CALLER_H_
