#include "scheduler/dispatch/curl_handles.h"

#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "scheduler/dispatch/ip_address.h"

namespace scheduler::dispatch {
namespace {

// Handles kept for later; each holds some 10 KB.
constexpr size_t kMaxIdle = 512;

// Longer bodies go by HTTP/1.1: libcurl 7.88 waits for ever for the rest of an HTTP/2 upload whose
// target has answered already. Up to this size the first window (65,535 bytes, RFC 9113) holds all.
// Both limits of its HTTP/2 stand in docs/adr/0007-http2-one-request-at-a-time.md.
constexpr size_t kMaxHttp2Body = size_t{32} * 1024;

size_t OnHeader(char* data, size_t size, size_t count, void* transfer) {
  static_cast<HttpTransfer*>(transfer)->reply.OnHeader({data, size * count});
  return size * count;
}

size_t OnBody(char* data, size_t size, size_t count, void* transfer) {
  const bool more = static_cast<HttpTransfer*>(transfer)->reply.OnBody({data, size * count});
  return more ? size * count : 0;
}

bool IsDenied(HttpTransfer* transfer, const std::optional<Endpoint>& endpoint) {
  std::optional<std::string> denial =
      endpoint ? transfer->egress->Denial(*endpoint) : "the target has no IP address";
  if (!denial) return false;
  transfer->denial = *std::move(denial);
  return true;
}

curl_socket_t OpenSocket(void* data, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto* const transfer = static_cast<HttpTransfer*>(data);
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
  auto* const transfer = static_cast<HttpTransfer*>(data);
  // libcurl sends again by itself when a kept connection ends before an answer. That would be a second
  // delivery with the token of the first.
  if (transfer->sent) {
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

HttpTransfer* CurlHandles::TransferOf(CURL* handle) {
  void* transfer = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
  return static_cast<HttpTransfer*>(transfer);
}

CURL* CurlHandles::Make() {
  CURL* const handle = curl_easy_init();
  if (handle == nullptr) return nullptr;
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // http_proxy and its kin are not for targets
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

void CurlHandles::SetRequest(CURL* handle, HttpTransfer* transfer) const {
  const HttpRequest& request = transfer->request;
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
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

CURL* CurlHandles::Acquire(HttpTransfer* transfer) {
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
  SetRequest(handle, transfer);
  return handle;
}

void CurlHandles::Release(CURL* handle) {
  if (idle_.size() >= kMaxIdle) {
    curl_easy_cleanup(handle);
    return;
  }
  // The transfer and its buffers are about to go.
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
  idle_.push_back(handle);
}

}  // namespace scheduler::dispatch
