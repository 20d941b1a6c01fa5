#include "scheduler/dispatch/curl_handles.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "scheduler/base/strings.h"
#include "scheduler/dispatch/ip_address.h"
#include "scheduler/dispatch/text.h"
#include <openssl/evp.h>

namespace scheduler::dispatch {
namespace {

// Handles kept for later; each holds some 10 KB.
constexpr size_t kMaxIdle = 512;

// Longer bodies go by HTTP/1.1: libcurl 7.88 waits for ever for the rest of an HTTP/2 upload whose
// target has answered already. Up to this size the first window (65,535 bytes, RFC 9113) holds all.
// Both limits of its HTTP/2 stand in docs/adr/0007-http2-one-request-at-a-time.md.
constexpr size_t kMaxHttp2Body = size_t{32} * 1024;

size_t OnHeader(char* data, size_t size, size_t count, void* transfer) {
  static_cast<CurlTransfer*>(transfer)->OnHeader({data, size * count});
  return size * count;
}

size_t OnBody(char* data, size_t size, size_t count, void* transfer) {
  const bool more = static_cast<CurlTransfer*>(transfer)->OnBody({data, size * count});
  return more ? size * count : 0;
}

bool IsDenied(CurlTransfer* transfer, const std::optional<Endpoint>& endpoint) {
  std::optional<std::string> denial =
      endpoint ? transfer->egress->Denial(*endpoint) : "the target has no IP address";
  if (!denial) return false;
  transfer->denial = *std::move(denial);
  return true;
}

curl_socket_t OpenSocket(void* data, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto* const transfer = static_cast<CurlTransfer*>(data);
  if (IsDenied(transfer, EndpointOf(&address->addr))) return CURL_SOCKET_BAD;
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  transfer->dialled = true;
  transfer->sockets->OnOpened(fd);
  return fd;
}

int CloseSocket(void* data, curl_socket_t socket) {
  static_cast<SocketOwner*>(data)->OnClose(socket);
  return 0;
}

// Just before a request is written, on new and on kept connections alike.
// NOLINTNEXTLINE(readability-non-const-parameter): libcurl's signature
int BeforeRequest(void* data, char* peer, char* /*own*/, int peer_port, int /*own_port*/) {
  auto* const transfer = static_cast<CurlTransfer*>(data);
  // libcurl sends again by itself when a kept connection ends before an answer. That would be a second
  // delivery with the token of the first.
  transfer->retried |= transfer->sent;
  if (transfer->sent && !transfer->request.repeatable) {
    transfer->dropped = true;
    return CURL_PREREQFUNC_ABORT;
  }
  std::optional<Endpoint> endpoint;
  if (const std::optional<IpAddress> address = ParseIpAddress(peer)) {
    endpoint = Endpoint{*address, static_cast<uint16_t>(peer_port)};
  }
  if (!IsDenied(transfer, endpoint)) {
    transfer->sent = true;
    return CURL_PREREQFUNC_OK;
  }
  transfer->dialled = false;
  return CURL_PREREQFUNC_ABORT;
}

// libcurl asks a target for the certificate of its URL's host. For another name that one stands in the
// URL, the connection is made to the true host, and the Host header tells of the true one, too.
void SetServerName(CURL* handle, CurlTransfer* transfer) {
  HttpRequest& request = transfer->request;
  CURLU* const url = curl_url();
  char* host = nullptr;
  char* port = nullptr;
  char* other = nullptr;
  if (curl_url_set(url, CURLUPART_URL, request.url.c_str(), CURLU_PATH_AS_IS) == CURLUE_OK &&
      curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
      curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
      curl_url_set(url, CURLUPART_HOST, request.transport->server_name.c_str(), 0) == CURLUE_OK &&
      curl_url_get(url, CURLUPART_URL, &other, 0) == CURLUE_OK) {
    const bool named = std::any_of(request.headers.begin(), request.headers.end(),
                                   [](const auto& h) { return StartsWithIgnoreCase(h, "host:"); });
    const bool usual = std::string_view(port) == "443";
    if (!named) {
      request.headers.push_back(HeaderLine("Host", usual ? host : base::StrCat(host, ":", port)));
    }
    transfer->connect_to = base::StrCat("::", host, ":", port);
    transfer->connect_node.data = transfer->connect_to.data();
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, &transfer->connect_node);
    curl_easy_setopt(handle, CURLOPT_URL, other);
  }
  curl_free(host);
  curl_free(port);
  curl_free(other);
  curl_url_cleanup(url);
}

// "HOST:PORT" that a request is sent to; empty if there is none.
std::string DialledBy(const HttpRequest& request) {
  const bool by_proxy = request.transport != nullptr && !request.transport->proxy.empty();
  const std::string& text = by_proxy ? request.transport->proxy : request.url;
  CURLU* const url = curl_url();
  char* host = nullptr;
  char* port = nullptr;
  std::string dialled;
  if (curl_url_set(url, CURLUPART_URL, text.c_str(), CURLU_PATH_AS_IS) == CURLUE_OK &&
      curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
      curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK) {
    dialled = base::StrCat(host, ":", port);
  }
  curl_free(host);
  curl_free(port);
  curl_url_cleanup(url);
  return dialled;
}

curl_blob BlobOf(std::string_view text) {
  // libcurl copies it, and asks for a pointer that it could write to.
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
}

void SetBlob(CURL* handle, CURLoption option, std::string_view pem) {
  if (pem.empty()) return;
  curl_blob blob = BlobOf(pem);
  curl_easy_setopt(handle, option, &blob);
}

// libcurl 7.88 compares certificates when it looks for a kept connection, and not their keys: who knows the
// certificate alone could use a connection that was made with the key. So the key's hash stands before the
// certificate, where PEM is not read.
std::string KeyedCertificate(const HttpTransport& transport) {
  if (transport.client_certificate.empty()) return "";
  const std::string_view key = transport.client_key.view();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_Digest(key.data(), key.size(), digest.data(), &size, EVP_sha256(), nullptr);
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), size);
  return base::StrCat("key ", absl::BytesToHexString(base::ToAbsl(bytes)), "\n",
                      transport.client_certificate);
}

void SetTransport(CURL* handle, CurlTransfer* transfer) {
  const HttpTransport& transport = *transfer->request.transport;
  SetBlob(handle, CURLOPT_CAINFO_BLOB, transport.ca_certificates);
  SetBlob(handle, CURLOPT_SSLCERT_BLOB, KeyedCertificate(transport));
  SetBlob(handle, CURLOPT_SSLKEY_BLOB, transport.client_key.view());
  if (!transport.ca_certificates.empty()) curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  if (transport.insecure_skip_verify) {
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!transport.proxy.empty()) curl_easy_setopt(handle, CURLOPT_PROXY, transport.proxy.c_str());
  if (!transport.server_name.empty() && transfer->request.tls) SetServerName(handle, transfer);
}

void SetMethod(CURL* handle, const HttpRequest& request) {
  const bool is_head = request.method == core::HttpMethod::kHead;
  curl_easy_setopt(handle, CURLOPT_NOBODY, is_head ? 1L : 0L);
  if (is_head) {
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, nullptr);
    return;
  }
  if (request.has_body) {
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  } else {
    curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
  }
  const bool by_itself =
      request.method == (request.has_body ? core::HttpMethod::kPost : core::HttpMethod::kGet);
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST,
                   by_itself ? nullptr : core::HttpMethodName(request.method));
}

}  // namespace

CurlHandles::CurlHandles(const HttpOptions& options, SocketOwner* sockets)
    : options_(options), sockets_(sockets) {}

CurlHandles::~CurlHandles() {
  for (CURL* handle : idle_) curl_easy_cleanup(handle);
}

CurlTransfer* CurlHandles::TransferOf(CURL* handle) {
  void* transfer = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
  return static_cast<CurlTransfer*>(transfer);
}

void CurlHandles::ForgetAddressesOf(const CurlTransfer& transfer) {
  const std::string dialled = DialledBy(transfer.request);
  // Those in brackets are addresses themselves.
  if (!dialled.empty() && dialled.front() != '[') forget_.push_back(base::StrCat("-", dialled));
}

CURL* CurlHandles::Make() {
  CURL* const handle = curl_easy_init();
  if (handle == nullptr) return nullptr;
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // A target that works for minutes is silent: what stands between forgets connections after 5 or 6 minutes.
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPIDLE, 60L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPINTVL, 30L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // http_proxy and its kin are not for targets
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "");
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // never join a name look-up that hangs
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &OnHeader);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, &CloseSocket);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, sockets_);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &BeforeRequest);
  return handle;
}

void CurlHandles::SetRequest(CURL* handle, CurlTransfer* transfer) const {
  const HttpRequest& request = transfer->request;
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  if (request.transport != nullptr) SetTransport(handle, transfer);
  SetMethod(handle, request);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, transfer->HeaderList());
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, request.fresh_connection ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(request.timeout, options_.connect_timeout)));
  // HTTP/2 is agreed on inside TLS.
  const bool may_be_http2 = request.tls && request.body.size() <= kMaxHttp2Body;
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION,
                   may_be_http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
}

CURL* CurlHandles::Acquire(CurlTransfer* transfer) {
  CURL* handle = nullptr;
  if (idle_.empty()) {
    handle = Make();
  } else {
    handle = idle_.back();
    idle_.pop_back();
  }
  if (handle == nullptr) return nullptr;
  transfer->sockets = sockets_;
  curl_easy_setopt(handle, CURLOPT_PRIVATE, transfer);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, transfer);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, transfer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->curl_message);
  transfer->forget.swap(forget_);
  curl_easy_setopt(handle, CURLOPT_RESOLVE, transfer->ForgetList());
  SetRequest(handle, transfer);
  return handle;
}

void CurlHandles::Release(CURL* handle) {
  const CurlTransfer& transfer = *TransferOf(handle);
  // One that was set up for a transport of its own is not worth setting back. libcurl 7.88 counts kept connections that
  // died over all requests of a handle, and no longer tells of the sixth as of the others.
  if (idle_.size() >= kMaxIdle || transfer.request.transport != nullptr || transfer.retried) {
    curl_easy_cleanup(handle);
    return;
  }
  // The transfer and its buffers are about to go.
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
  curl_easy_setopt(handle, CURLOPT_RESOLVE, nullptr);
  idle_.push_back(handle);
}

}  // namespace scheduler::dispatch
