#include "scheduler/dispatch/grpc_credentials.h"

#include <array>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/base/strings.h"
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/evp.h>

namespace scheduler::dispatch {
namespace {

namespace experimental = grpc::experimental;

// Whoever answers is believed.
std::shared_ptr<grpc::ChannelCredentials> Unverified(const HttpTransport& transport) {
  experimental::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(std::make_shared<experimental::NoOpCertificateVerifier>());
  if (!transport.client_certificate.empty()) {
    const experimental::IdentityKeyCertPair pair{std::string(transport.client_key.view()),
                                                 transport.client_certificate};
    options.set_certificate_provider(std::make_shared<experimental::StaticDataCertificateProvider>(
        std::vector<experimental::IdentityKeyCertPair>{pair}));
    options.watch_identity_key_cert_pairs();
  }
  return experimental::TlsCredentials(options);
}

// Each part behind its length, so that no two lists of parts are the same text.
void AddPart(std::string_view part, std::string* to) {
  base::StrAppend(to, part.size(), ":", part);
}

}  // namespace

std::shared_ptr<grpc::ChannelCredentials> TlsCredentialsOf(const HttpTransport* tls,
                                                           const std::string& root_certificates) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = root_certificates;
  if (tls != nullptr) {
    if (tls->insecure_skip_verify) return Unverified(*tls);
    if (!tls->ca_certificates.empty()) options.pem_root_certs = tls->ca_certificates;
    options.pem_cert_chain = tls->client_certificate;
    options.pem_private_key = std::string(tls->client_key.view());
  }
  return grpc::SslCredentials(options);
}

std::string FingerprintOf(const GrpcPeer& peer) {
  std::string parts;
  if (peer.tls != nullptr) {
    AddPart(peer.tls->ca_certificates, &parts);
    AddPart(peer.tls->client_certificate, &parts);
    AddPart(peer.tls->client_key.view(), &parts);
    AddPart(peer.tls->server_name, &parts);
    AddPart(peer.tls->insecure_skip_verify ? "skip" : "verify", &parts);
  }
  for (const auto& [key, value] : peer.metadata) {
    AddPart(key, &parts);
    AddPart(value, &parts);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(parts.data(), parts.size(), digest.data(), &size, EVP_sha256(), nullptr);
  explicit_bzero(parts.data(), parts.size());
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), size);
  return absl::BytesToHexString(base::ToAbsl(bytes));
}

}  // namespace scheduler::dispatch
