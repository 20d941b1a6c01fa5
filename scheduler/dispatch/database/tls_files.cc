#include "scheduler/dispatch/database/tls_files.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

namespace scheduler::dispatch {
namespace {

// Where systems keep the authorities that they trust, in one PEM file.
std::string SystemCaFile() {
  const char* const named = getenv("SSL_CERT_FILE");
  if (named != nullptr && *named != '\0') return named;
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/cert.pem"}) {
    if (access(path, R_OK) == 0) return path;
  }
  return "";
}

}  // namespace

absl::StatusOr<TlsFiles> TlsFiles::Make(const core::TlsSettings& tls, const std::string& ca_file,
                                        AttemptConnection* connection) {
  TlsFiles files;
  absl::StatusOr<base::SecretText> ca =
      connection->Read("tls.ca_certificates", tls.ca_certificates);
  if (!ca.ok()) return ca.status();
  absl::StatusOr<base::SecretText> certificate =
      connection->Read("tls.client_certificate", tls.client_certificate);
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<base::SecretText> key = connection->Read("tls.client_key", tls.client_key);
  if (!key.ok()) return key.status();
  bool made = true;
  const auto make = [&made](std::string_view content, MemoryFile* file) {
    if (content.empty()) return;
    *file = MemoryFile(content);
    made = made && file->ok();
  };
  make(ca->view(), &files.ca);
  make(certificate->view(), &files.certificate);
  make(key->view(), &files.key);
  if (!certificate->empty()) {
    base::SecretText both(certificate->size() + key->size() + 1);
    char* const end =
        std::copy(certificate->view().begin(), certificate->view().end(), both.data());
    *end = '\n';
    std::copy(key->view().begin(), key->view().end(), end + 1);
    make(both.view(), &files.both);
  }
  if (!made) return absl::UnavailableError("no memory for the certificates of the connection");
  files.ca_path = files.ca.path();
  if (files.ca_path.empty()) files.ca_path = ca_file.empty() ? SystemCaFile() : ca_file;
  return files;
}

}  // namespace scheduler::dispatch
