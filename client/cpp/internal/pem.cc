#include "client/cpp/internal/pem.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace ductape::jobs::internal {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

std::unique_ptr<BIO, Free> BioOf(const std::string& text) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::unique_ptr<X509, Free> FirstCertificate(const std::string& text) {
  return std::unique_ptr<X509, Free>(
      PEM_read_bio_X509(BioOf(text).get(), nullptr, nullptr, nullptr));
}

// OpenSSL's errors stay in the thread, where gRPC would take them for its own.
class ClearErrors {
 public:
  ~ClearErrors() { ERR_clear_error(); }
};

}  // namespace

absl::Status CheckCertificate(const std::string& text, absl::string_view what,
                              const std::string& path) {
  const ClearErrors clear_errors;
  if (FirstCertificate(text) != nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(what, ": ", path, " holds no PEM certificate"));
}

absl::Status CheckKey(const std::string& text, const std::string& certificate,
                      const std::string& path) {
  const ClearErrors clear_errors;
  // An empty passphrase, so that an encrypted key is an error and no prompt.
  char no_passphrase[] = "";
  const std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(BioOf(text).get(), nullptr, nullptr, no_passphrase));
  if (key == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("client key: ", path, " holds no PEM key without a passphrase"));
  }
  if (X509_check_private_key(FirstCertificate(certificate).get(), key.get()) == 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("client key: ", path, " is not the key of the client certificate"));
}

}  // namespace ductape::jobs::internal
