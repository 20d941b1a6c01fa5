#include "scheduler/dispatch/connection_tls.h"

#include <utility>

#include "scheduler/secrets/secret_rules.h"

namespace scheduler::dispatch {

absl::StatusOr<std::shared_ptr<HttpTransport>> ReadTls(const core::TlsSettings& tls,
                                                       AttemptConnection* connection) {
  constexpr auto kDocument = secrets::SecretForm::kDocument;
  auto transport = std::make_shared<HttpTransport>();
  absl::StatusOr<base::SecretText> text =
      connection->Read("tls.ca_certificates", tls.ca_certificates, kDocument);
  if (!text.ok()) return text.status();
  transport->ca_certificates = text->view();
  text = connection->Read("tls.client_certificate", tls.client_certificate, kDocument);
  if (!text.ok()) return text.status();
  transport->client_certificate = text->view();
  text = connection->Read("tls.client_key", tls.client_key, kDocument);
  if (!text.ok()) return text.status();
  transport->client_key = *std::move(text);
  transport->server_name = tls.server_name;
  transport->insecure_skip_verify = tls.insecure_skip_verify;
  return transport;
}

std::shared_ptr<const HttpTransport> TokenTransport(std::shared_ptr<const HttpTransport> of_target,
                                                    bool same_host) {
  if (of_target == nullptr || of_target->server_name.empty() || same_host) return of_target;
  auto transport = std::make_shared<HttpTransport>();
  transport->ca_certificates = of_target->ca_certificates;
  transport->client_certificate = of_target->client_certificate;
  transport->client_key = base::SecretText(of_target->client_key.view());
  transport->insecure_skip_verify = of_target->insecure_skip_verify;
  transport->proxy = of_target->proxy;
  return transport;
}

}  // namespace scheduler::dispatch
