#include "server/system/tls.h"

#include <utility>

#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "server/status_macros.h"

namespace server {
namespace {

// How often gRPC reads what TlsReload has for it. At least 1.
constexpr unsigned int kWatchSeconds = 1;

}  // namespace

absl::StatusOr<TlsCredentials> MakeCredentials(const TlsConfig& config,
                                               const scheduler::base::Clock* clock) {
  TlsCredentials result;
  if (!config.enabled()) {
    result.credentials = grpc::InsecureServerCredentials();
    return result;
  }
  DUCTAPE_ASSIGN_OR_RETURN(result.reload, TlsReload::Start(config, clock));
  const TlsConfig served = result.reload->paths();
  const bool mutual = !config.client_ca_file.empty();
  auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      served.key_file, served.cert_file, served.client_ca_file, kWatchSeconds);
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_identity_key_cert_pairs();
  if (mutual) options.watch_root_certs();
  options.set_cert_request_type(mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                       : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  result.credentials = grpc::experimental::TlsServerCredentials(options);
  return result;
}

}  // namespace server
