#include "server/system/tls.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "server/strings.h"
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace server {
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

// PEM files are small; what is larger is something else.
constexpr uintmax_t kMaxFile = 1024 * 1024;

absl::StatusOr<std::string> ReadPem(std::string_view flag, const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return absl::InvalidArgumentError(StrCat(flag, ": ", path, " is no file"));
  }
  if (std::filesystem::file_size(path, error) > kMaxFile || error) {
    return absl::InvalidArgumentError(StrCat(flag, ": ", path, " is no PEM file"));
  }
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return absl::InvalidArgumentError(StrCat(flag, ": ", path, " cannot be read"));
  return text.str();
}

std::unique_ptr<BIO, BioFree> BioOf(const std::string& text) {
  return std::unique_ptr<BIO, BioFree>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

absl::StatusOr<std::unique_ptr<X509, X509Free>> FirstCertificate(std::string_view flag,
                                                                 const std::string& path) {
  auto text = ReadPem(flag, path);
  if (!text.ok()) return text.status();
  std::unique_ptr<X509, X509Free> certificate(
      PEM_read_bio_X509(BioOf(*text).get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    return absl::InvalidArgumentError(StrCat(flag, ": ", path, " holds no PEM certificate"));
  }
  return certificate;
}

}  // namespace

absl::Status CheckTlsFiles(const TlsConfig& config) {
  auto certificate = FirstCertificate("--tls-cert", config.cert_file);
  if (!certificate.ok()) return certificate.status();
  auto text = ReadPem("--tls-key", config.key_file);
  if (!text.ok()) return text.status();
  // An empty passphrase, so that an encrypted key is an error and no prompt.
  char no_passphrase[] = "";
  const std::unique_ptr<EVP_PKEY, KeyFree> key(
      PEM_read_bio_PrivateKey(BioOf(*text).get(), nullptr, nullptr, no_passphrase));
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        StrCat("--tls-key: ", config.key_file, " holds no PEM key without a passphrase"));
  }
  if (X509_check_private_key(certificate->get(), key.get()) != 1) {
    return absl::InvalidArgumentError(
        StrCat("--tls-key: ", config.key_file, " is not the key of --tls-cert ", config.cert_file));
  }
  if (config.client_ca_file.empty()) return absl::OkStatus();
  return FirstCertificate("--tls-client-ca", config.client_ca_file).status();
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(const TlsConfig& config) {
  if (!config.enabled()) return grpc::InsecureServerCredentials();
  if (absl::Status status = CheckTlsFiles(config); !status.ok()) return status;
  const bool mutual = !config.client_ca_file.empty();
  auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      config.key_file, config.cert_file, config.client_ca_file, kTlsReloadSeconds);
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_identity_key_cert_pairs();
  if (mutual) options.watch_root_certs();
  options.set_cert_request_type(mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                       : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace server
