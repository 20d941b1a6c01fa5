#include "scheduler/dispatch/database/mongo_dialer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

// What `internal` of the library's TLS options points to has no public name: two bools, by which revocation is not
// looked up (mongoc-ssl-private.h, 1.16 … 1.30). Without them a certificate could name an address, which the
// library would dial by itself. Larger than it is, so that more bools of the kind would be set too.
struct NoLookUps {
  bool disabled[64];
};

}  // namespace

int MongoDialer::Dial(const Endpoint& endpoint, const Deadline& deadline) {
  sockaddr_storage storage = {};
  socklen_t size = 0;
  if (endpoint.address.v4) {
    auto* const to = reinterpret_cast<sockaddr_in*>(&storage);
    to->sin_family = AF_INET;
    to->sin_port = htons(endpoint.port);
    memcpy(&to->sin_addr, endpoint.address.bytes.data(), 4);
    size = sizeof(*to);
  } else {
    auto* const to = reinterpret_cast<sockaddr_in6*>(&storage);
    to->sin6_family = AF_INET6;
    to->sin6_port = htons(endpoint.port);
    memcpy(&to->sin6_addr, endpoint.address.bytes.data(), 16);
    size = sizeof(*to);
  }
  const int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
  int error = connect(fd, reinterpret_cast<sockaddr*>(&storage), size) == 0 ? 0 : errno;
  if (error == EINPROGRESS &&
      waiter_.interrupt->Wait(fd, POLLOUT, deadline) == Interrupt::Woken::kReady) {
    socklen_t length = sizeof(error);
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  }
  if (error == 0) return fd;
  close(fd);
  return -1;
}

mongoc_stream_t* MongoDialer::Encrypt(mongoc_stream_t* plain, const std::string& host,
                                      bson_error_t* error) {
  mongoc_ssl_opt_t options = {};
  const std::string both = tls_.both.path();
  NoLookUps no_look_ups;
  std::fill(std::begin(no_look_ups.disabled), std::end(no_look_ups.disabled), true);
  options.internal = &no_look_ups;  // read until the handshake is done
  // A password that is wrong for an encrypted key; the terminal would be asked without one.
  options.pem_pwd = "";
  if (!both.empty()) options.pem_file = both.c_str();
  if (!tls_.ca_path.empty()) options.ca_file = tls_.ca_path.c_str();
  options.weak_cert_validation = settings_.insecure_skip_verify;
  options.allow_invalid_hostname = settings_.insecure_skip_verify;
  const std::string& name = settings_.server_name.empty() ? host : settings_.server_name;
  mongoc_stream_t* const stream =
      mongoc_stream_tls_new_with_hostname(plain, name.c_str(), &options, 1);
  if (stream == nullptr) {
    mongoc_stream_destroy(plain);
    bson_set_error(error, MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET,
                   "the certificates of the connection cannot be used");
    return nullptr;
  }
  const auto timeout = static_cast<int32_t>(basis_.connect_timeout);
  if (mongoc_stream_tls_handshake_block(stream, name.c_str(), timeout, error)) return stream;
  mongoc_stream_destroy(stream);
  return nullptr;
}

mongoc_stream_t* MongoDialer::Open(const mongoc_host_list_t& host, bson_error_t* error) {
  const auto fail = [error](const std::string& why) -> mongoc_stream_t* {
    bson_set_error(error, MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_CONNECT, "%s", why.c_str());
    return nullptr;
  };
  if (host.family == AF_UNIX) return fail("sockets of this machine are not dialled");
  const Deadline deadline{basis_.clock, basis_.clock->MonoNow() + basis_.connect_timeout};
  const HostPort name{host.host, host.port};
  Addresses addresses = FindAddresses(basis_, name, deadline, waiter_.interrupt);
  if (addresses.endpoints.empty()) {
    failure_ = std::move(addresses.failure);
    return fail("the host has no address that may be dialled");
  }
  for (const Endpoint& endpoint : addresses.endpoints) {
    const int fd = Dial(endpoint, deadline);
    if (fd < 0) continue;
    mongoc_stream_t* const plain = NewMongoStream(fd, &waiter_);
    mongoc_stream_t* const stream = use_tls_ ? Encrypt(plain, name.host, error) : plain;
    if (stream == nullptr) {
      failure_ = FailedAttempt(core::failure::kConnection, error->message);
      return nullptr;
    }
    return mongoc_stream_buffered_new(stream, 1024);
  }
  return fail(base::StrCat("no connection to ", host.host_and_port));
}

mongoc_stream_t* MongoDialer::Initiate(const mongoc_uri_t* /*uri*/, const mongoc_host_list_t* host,
                                       void* dialer, bson_error_t* error) {
  return static_cast<MongoDialer*>(dialer)->Open(*host, error);
}

bool MongoDialer::IsQuiet() const {
  return std::all_of(waiter_.sockets.begin(), waiter_.sockets.end(), [](int socket) {
    pollfd fd = {socket, POLLIN, 0};
    return poll(&fd, 1, 0) == 0;
  });
}

}  // namespace scheduler::dispatch
