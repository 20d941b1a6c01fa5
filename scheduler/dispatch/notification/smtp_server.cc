#include "scheduler/dispatch/notification/smtp_server.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "scheduler/base/strings.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using Security = core::SmtpSettings::Security;

// RFC 6409, RFC 8314, RFC 5321.
uint16_t DefaultPort(Security security) {
  if (security == Security::kTls) return 465;
  return security == Security::kNone ? 25 : 587;
}

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_' || c == ':';
}

bool ParsePort(std::string_view text, uint16_t* port) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *port);
  return error == std::errc() && stop == end && *port > 0;
}

// PLAIN sends both in one text, LOGIN each by itself (RFC 4616; draft-murchison-sasl-login).
void RedactLogin(const std::string& username, std::string_view password, SecretRedactor* redactor) {
  if (password.empty()) return;
  const std::string plain =
      StrCat(std::string_view("\0", 1), username, std::string_view("\0", 1), password);
  redactor->Add(absl::Base64Escape(plain));
  redactor->Add(absl::Base64Escape(base::ToAbsl(password)));
}

}  // namespace

absl::StatusOr<SmtpAddress> ParseSmtpAddress(const std::string& text, Security security) {
  const absl::Status wrong = absl::InvalidArgumentError(
      "the connection's address is not a mail server's: it has to be HOST or HOST:PORT");
  SmtpAddress address;
  address.port = DefaultPort(security);
  std::string_view rest = text;
  std::string_view port;
  if (!rest.empty() && rest.front() == '[') {
    const size_t end = rest.find(']');
    if (end == std::string_view::npos) return wrong;
    address.host = std::string(rest.substr(1, end - 1));
    port = rest.substr(end + 1);
  } else {
    const size_t colon = rest.find(':');
    address.host = std::string(rest.substr(0, colon));
    if (colon != std::string_view::npos) port = rest.substr(colon);
  }
  if (!port.empty() && (port.front() != ':' || !ParsePort(port.substr(1), &address.port)))
    return wrong;
  const bool named = std::all_of(address.host.begin(), address.host.end(), IsHostCharacter);
  if (address.host.empty() || !named) return wrong;
  return address;
}

absl::StatusOr<SmtpServer> ReadSmtpServer(AttemptConnection* connection) {
  const absl::StatusOr<const core::SmtpSettings*> found = connection->As<core::SmtpSettings>();
  if (!found.ok()) return found.status();
  const core::SmtpSettings& settings = **found;
  absl::StatusOr<SmtpAddress> address = ParseSmtpAddress(settings.address, settings.security);
  if (!address.ok()) return address.status();
  SmtpServer server;
  server.address = *std::move(address);
  server.security = settings.security;
  server.username = settings.username;
  server.server_name = settings.tls.server_name;
  server.insecure_skip_verify = settings.tls.insecure_skip_verify;
  const struct {
    std::string_view path;
    const core::Secret& secret;
    base::SecretText* out;
  } secrets[] = {
      {"password", settings.password, &server.password},
      {"tls.ca_certificates", settings.tls.ca_certificates, &server.ca_certificates},
      {"tls.client_certificate", settings.tls.client_certificate, &server.client_certificate},
      {"tls.client_key", settings.tls.client_key, &server.client_key},
  };
  for (const auto& [path, secret, out] : secrets) {
    absl::StatusOr<base::SecretText> text = connection->Read(path, secret);
    if (!text.ok()) return text.status();
    *out = *std::move(text);
  }
  RedactLogin(server.username, server.password.view(), &connection->redactor());
  return server;
}

}  // namespace scheduler::dispatch
