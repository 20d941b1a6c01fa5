#include "server/system/tls_files.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "server/status_macros.h"
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
                                                                 const std::string& path,
                                                                 const std::string& text) {
  std::unique_ptr<X509, X509Free> certificate(
      PEM_read_bio_X509(BioOf(text).get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    return absl::InvalidArgumentError(StrCat(flag, ": ", path, " holds no PEM certificate"));
  }
  return certificate;
}

}  // namespace

absl::StatusOr<TlsFiles> ReadTlsFiles(const TlsConfig& config) {
  TlsFiles files;
  DUCTAPE_ASSIGN_OR_RETURN(files.cert, ReadPem("--tls-cert", config.cert_file));
  DUCTAPE_ASSIGN_OR_RETURN(files.key, ReadPem("--tls-key", config.key_file));
  if (config.client_ca_file.empty()) return files;
  DUCTAPE_ASSIGN_OR_RETURN(files.client_ca, ReadPem("--tls-client-ca", config.client_ca_file));
  return files;
}

absl::Status CheckTlsFiles(const TlsConfig& config, const TlsFiles& files) {
  auto certificate = FirstCertificate("--tls-cert", config.cert_file, files.cert);
  if (!certificate.ok()) return certificate.status();
  // An empty passphrase, so that an encrypted key is an error and no prompt.
  char no_passphrase[] = "";
  const std::unique_ptr<EVP_PKEY, KeyFree> key(
      PEM_read_bio_PrivateKey(BioOf(files.key).get(), nullptr, nullptr, no_passphrase));
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        StrCat("--tls-key: ", config.key_file, " holds no PEM key without a passphrase"));
  }
  if (X509_check_private_key(certificate->get(), key.get()) != 1) {
    return absl::InvalidArgumentError(
        StrCat("--tls-key: ", config.key_file, " is not the key of --tls-cert ", config.cert_file));
  }
  if (config.client_ca_file.empty()) return absl::OkStatus();
  return FirstCertificate("--tls-client-ca", config.client_ca_file, files.client_ca).status();
}

}  // namespace server
