#ifndef SERVER_CONVERTERS_HTTP_AUTH_H_
#define SERVER_CONVERTERS_HTTP_AUTH_H_

#include <string>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "scheduler/core/connection/http_settings.h"

// Ways to authenticate by tokens and signatures between wire and domain, with paths from `field`. Secrets are
// those of secret_converter.h.
namespace server {

absl::StatusOr<scheduler::core::HttpAuth> ToOauth2(const std::string& field,
                                                   const ductape::jobs::v1::Auth::Oauth2& oauth2);
absl::StatusOr<scheduler::core::HttpAuth> ToLogin(const std::string& field,
                                                  const ductape::jobs::v1::Auth::Login& login);
absl::StatusOr<scheduler::core::HttpAuth> ToSigV4(const std::string& field,
                                                  const ductape::jobs::v1::Auth::SigV4& sigv4);

void ToProto(const scheduler::core::Oauth2Auth& oauth2, ductape::jobs::v1::Auth* out);
void ToProto(const scheduler::core::LoginAuth& login, ductape::jobs::v1::Auth* out);
void ToProto(const scheduler::core::SigV4Auth& sigv4, ductape::jobs::v1::Auth* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_HTTP_AUTH_H_
