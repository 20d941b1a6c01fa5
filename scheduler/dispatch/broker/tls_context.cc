#include "scheduler/dispatch/broker/tls_context.h"

#include <array>
#include <string_view>

#include "scheduler/base/strings.h"
#include "scheduler/dispatch/ip_address.h"
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace scheduler::dispatch {
namespace {

using base::StrCat;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio ReaderOf(std::string_view pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

// Without one OpenSSL asks on the terminal, and waits, when a PEM text is encrypted.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

Certificate NextCertificate(BIO* bio) {
  return {PEM_read_bio_X509(bio, nullptr, &NoPassword, nullptr), &X509_free};
}

absl::Status Unreadable(std::string_view path) {
  return absl::InvalidArgumentError(
      StrCat("the secret at ", path, " is not usable: ", TakeTlsError()));
}

absl::Status AddAuthorities(std::string_view pem, SSL_CTX* context) {
  if (pem.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return absl::OkStatus();
  }
  const Bio bio = ReaderOf(pem);
  int count = 0;
  while (const Certificate certificate = NextCertificate(bio.get())) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get());
    ++count;
  }
  if (count == 0) return Unreadable("tls.ca_certificates");
  ERR_clear_error();  // the end of the text is one
  return absl::OkStatus();
}

absl::Status UseClientCertificate(std::string_view chain, std::string_view key_pem,
                                  SSL_CTX* context) {
  if (chain.empty()) return absl::OkStatus();
  const Bio bio = ReaderOf(chain);
  const Certificate own = NextCertificate(bio.get());
  if (own == nullptr || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return Unreadable("tls.client_certificate");
  }
  while (const Certificate next = NextCertificate(bio.get())) {
    SSL_CTX_add1_chain_cert(context, next.get());
  }
  ERR_clear_error();
  const Bio key_bio = ReaderOf(key_pem);
  const Key key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, &NoPassword, nullptr),
                &EVP_PKEY_free);
  if (key == nullptr || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return Unreadable("tls.client_key");
  }
  return absl::OkStatus();
}

}  // namespace

std::string TakeTlsError() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown";
  std::array<char, 256> text = {};
  ERR_error_string_n(code, text.data(), text.size());
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : text.data();
}

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::Create(
    const core::TlsSettings& settings, const BrokerAccount& account) {
  std::shared_ptr<TlsContext> made(new TlsContext);
  made->context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const context = made->context_.get();
  if (context == nullptr) return absl::InvalidArgumentError("no TLS: " + TakeTlsError());
  made->server_name_ = settings.server_name;
  made->verify_ = !settings.insecure_skip_verify;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, made->verify_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  absl::Status added = AddAuthorities(account.SecretAt("tls.ca_certificates"), context);
  if (!added.ok()) return added;
  absl::Status used = UseClientCertificate(account.SecretAt("tls.client_certificate"),
                                           account.SecretAt("tls.client_key"), context);
  if (!used.ok()) return used;
  return made;
}

SSL* TlsContext::NewSession(int fd, const std::string& host) const {
  SSL* const session = SSL_new(context_.get());
  if (session == nullptr) return nullptr;
  const std::string& name = server_name_.empty() ? host : server_name_;
  if (ParseIpAddress(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str());
  } else {
    SSL_set_tlsext_host_name(session, name.c_str());
    SSL_set1_host(session, name.c_str());
  }
  SSL_set_fd(session, fd);
  SSL_set_connect_state(session);
  return session;
}

}  // namespace scheduler::dispatch
