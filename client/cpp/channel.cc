#include "client/cpp/channel.h"

#include <fstream>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/cpp/internal/pem.h"
#include "ductape/version.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace ductape::jobs {
namespace {

constexpr int kMaxMessageBytes = 16 << 20;  // a page ends at 3 MiB; room for what comes
constexpr int kFirstReconnectMs = 100;
constexpr int kMaxReconnectMs = 5'000;
constexpr int kConnectTimeoutMs = 5'000;
// A connection that is silent for so long is asked whether it is alive: a stream would not notice
// for a quarter of an hour. The server allows a question every 10 s.
constexpr int kKeepaliveMs = 30'000;
constexpr int kKeepaliveTimeoutMs = 10'000;

absl::StatusOr<std::string> ReadFile(const std::string& path, absl::string_view what) {
  if (path.empty()) return std::string();
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || text.str().empty()) {
    return absl::NotFoundError(absl::StrCat("cannot read the ", what, " from ", path));
  }
  return text.str();
}

absl::StatusOr<std::string> ReadCertificates(const std::string& path, absl::string_view what) {
  absl::StatusOr<std::string> text = ReadFile(path, what);
  if (!text.ok() || text->empty()) return text;
  absl::Status holds_one = internal::CheckCertificate(*text, what, path);
  if (!holds_one.ok()) return holds_one;
  return text;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(
    const std::optional<TlsOptions>& tls) {
  if (!tls.has_value()) return grpc::InsecureChannelCredentials();
  if (tls->cert_file.empty() != tls->key_file.empty()) {
    return absl::InvalidArgumentError("a client certificate and its key go together: set both");
  }
  absl::StatusOr<std::string> ca = ReadCertificates(tls->ca_file, "certificate authorities");
  if (!ca.ok()) return ca.status();
  absl::StatusOr<std::string> cert = ReadCertificates(tls->cert_file, "client certificate");
  if (!cert.ok()) return cert.status();
  absl::StatusOr<std::string> key = ReadFile(tls->key_file, "client key");
  if (!key.ok()) return key.status();
  if (!key->empty()) {
    absl::Status matches = internal::CheckKey(*key, *cert, tls->key_file);
    if (!matches.ok()) return matches;
  }
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = *ca;
  ssl.pem_cert_chain = *cert;
  ssl.pem_private_key = *key;
  return grpc::SslCredentials(ssl);
}

grpc::ChannelArguments Arguments(const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  const std::string own = absl::StrCat("ductape-jobs-cpp/", ductape::kVersion);
  arguments.SetUserAgentPrefix(
      options.user_agent.empty() ? own : absl::StrCat(options.user_agent, " ", own));
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  // Despite its name this is how long one attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxReconnectMs);
  if (options.tls.has_value() && !options.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls->server_name);
  }
  return arguments;
}

}  // namespace

bool IsLocalAddress(absl::string_view address) {
  for (absl::string_view scheme : {"dns:///", "dns:", "ipv4:", "ipv6:"}) {
    if (absl::ConsumePrefix(&address, scheme)) break;
  }
  if (absl::StartsWith(address, "unix:") || absl::StartsWith(address, "[::1]")) return true;
  const absl::string_view host = address.substr(0, address.rfind(':'));
  if (host == "localhost") return true;
  // Four numbers, so that no host name like 127.example.com passes.
  return absl::StartsWith(host, "127.") &&
         host.find_first_not_of("0123456789.") == absl::string_view::npos;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> CreateChannel(const ClientOptions& options) {
  if (options.address.empty()) {
    return absl::InvalidArgumentError(
        "the server's address is empty; it is host:port or unix:/path");
  }
  if (!options.bearer_token.empty() && !options.tls.has_value() &&
      !IsLocalAddress(options.address)) {
    return absl::InvalidArgumentError(
        "a token is not sent in plaintext beyond this machine: use TLS");
  }
  absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> credentials = Credentials(options.tls);
  if (!credentials.ok()) return credentials.status();
  return grpc::CreateCustomChannel(options.address, *credentials, Arguments(options));
}

}  // namespace ductape::jobs
