#include "scheduler/dispatch/broker/net_stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <openssl/err.h>

namespace scheduler::dispatch {
namespace {

constexpr size_t kReadBytes = 64 * 1024;
constexpr size_t kMaxReadsAtOnce = 16;  // then others of the loop have their turn

socklen_t Fill(const Endpoint& endpoint, sockaddr_storage* storage) {
  *storage = {};
  if (endpoint.address.v4) {
    auto* const v4 = reinterpret_cast<sockaddr_in*>(storage);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(endpoint.port);
    memcpy(&v4->sin_addr, endpoint.address.bytes.data(), 4);
    return sizeof(sockaddr_in);
  }
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(storage);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(endpoint.port);
  memcpy(&v6->sin6_addr, endpoint.address.bytes.data(), 16);
  return sizeof(sockaddr_in6);
}

std::string ErrorText(int error) {
  std::array<char, 128> text = {};
  return strerror_r(error, text.data(), text.size());
}

bool WouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

std::string TlsFault(const SSL* session) {
  const long verified = SSL_get_verify_result(session);
  if (verified != X509_V_OK) {
    ERR_clear_error();
    return std::string("TLS: ") + X509_verify_cert_error_string(verified);
  }
  return "TLS: " + TakeTlsError();
}

}  // namespace

void NetStream::Connect(const Endpoint& endpoint) {
  state_ = State::kConnecting;
  const int family = endpoint.address.v4 ? AF_INET : AF_INET6;
  fd_ = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ >= 0) {
    const int one = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    setsockopt(fd_, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
    sockaddr_storage storage;
    const socklen_t size = Fill(endpoint, &storage);
    const int result = connect(fd_, reinterpret_cast<const sockaddr*>(&storage), size);
    if (result == 0 || errno == EINPROGRESS) {
      watches_out_ = true;
      loop_->Watch(fd_, EPOLLIN | EPOLLOUT, this);
      return;
    }
  }
  const std::string why = ErrorText(errno);
  // Called later, so that the owner's callback does not come within its own call.
  failure_ = loop_->After(0, [this, why] { Break(why); });
}

void NetStream::StartTls(std::shared_ptr<const TlsContext> context, const std::string& host) {
  if (state_ != State::kOpen) return;
  tls_ = std::move(context);
  session_ = tls_->NewSession(fd_, host);
  state_ = State::kHandshake;
  WatchFor(/*out=*/true);  // the handshake begins when the loop calls
}

void NetStream::Close() {
  loop_->Drop(failure_);
  if (session_ != nullptr) {
    if (state_ == State::kOpen) SSL_shutdown(session_);
    ERR_clear_error();
    SSL_free(std::exchange(session_, nullptr));
  }
  if (fd_ >= 0) {
    loop_->Unwatch(fd_);
    close(std::exchange(fd_, -1));
  }
  state_ = State::kClosed;
}

void NetStream::Break(const std::string& why) {
  if (state_ == State::kClosed) return;
  Close();
  owner_->OnBroken(why);
}

void NetStream::WatchFor(bool out) {
  if (fd_ < 0 || out == watches_out_) return;
  watches_out_ = out;
  loop_->Watch(fd_, out ? EPOLLIN | EPOLLOUT : EPOLLIN, this);
}

void NetStream::OnIo(uint32_t events) {
  if (state_ == State::kConnecting) return FinishConnect();
  if (state_ == State::kHandshake) return Handshake();
  if ((events & EPOLLOUT) != 0) Send();
  if (state_ == State::kOpen && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) Read();
}

void NetStream::FinishConnect() {
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return Break(ErrorText(error));
  state_ = State::kOpen;
  WatchFor(/*out=*/false);
  owner_->OnConnected();
}

void NetStream::Handshake() {
  if (session_ == nullptr) return Break("TLS: out of memory");
  ERR_clear_error();
  const int result = SSL_do_handshake(session_);
  if (result == 1) {
    state_ = State::kOpen;
    WatchFor(/*out=*/false);
    owner_->OnSecured();
    // OpenSSL may hold bytes that no event tells of.
    if (state_ == State::kOpen) Read();
    return;
  }
  const int error = SSL_get_error(session_, result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    return WatchFor(error == SSL_ERROR_WANT_WRITE);
  }
  if (error == SSL_ERROR_SSL) return Break(TlsFault(session_));
  Break("TLS: the connection was closed within the handshake");
}

bool NetStream::Receive(char* buffer, size_t size, size_t* received) {
  if (session_ != nullptr) {
    ERR_clear_error();
    const int result = SSL_read(session_, buffer, static_cast<int>(size));
    if (result > 0) {
      *received = static_cast<size_t>(result);
      return true;
    }
    const int error = SSL_get_error(session_, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return false;
    Break(error == SSL_ERROR_SSL ? TlsFault(session_) : "closed by the peer");
    return false;
  }
  const ssize_t result = recv(fd_, buffer, size, 0);
  if (result > 0) {
    *received = static_cast<size_t>(result);
    return true;
  }
  if (result < 0 && WouldBlock(errno)) return false;
  Break(result == 0 ? "closed by the peer" : ErrorText(errno));
  return false;
}

void NetStream::Read() {
  std::array<char, kReadBytes> buffer;
  bool got = false;
  for (size_t i = 0; i < kMaxReadsAtOnce && state_ == State::kOpen; ++i) {
    size_t received = 0;
    // What came before an end is read before the end is told.
    if (got) {
      owner_->OnData();
      got = false;
      if (state_ != State::kOpen) return;
    }
    if (!Receive(buffer.data(), buffer.size(), &received)) break;
    input_.append(buffer.data(), received);
    got = true;
    if (session_ == nullptr && received < buffer.size()) break;
  }
  if (got && state_ == State::kOpen) owner_->OnData();
}

void NetStream::Flush() {
  if (state_ == State::kOpen && !output_.empty() && !watches_out_) Send();
}

void NetStream::Send() {
  size_t sent = 0;
  while (state_ == State::kOpen && sent < output_.size()) {
    const char* const from = output_.data() + sent;
    const size_t left = std::min<size_t>(output_.size() - sent, 1 << 30);
    if (session_ != nullptr) {
      ERR_clear_error();
      const int result = SSL_write(session_, from, static_cast<int>(left));
      if (result > 0) {
        sent += static_cast<size_t>(result);
        continue;
      }
      const int error = SSL_get_error(session_, result);
      if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) break;
      return Break(error == SSL_ERROR_SSL ? TlsFault(session_) : "closed by the peer");
    }
    const ssize_t result = send(fd_, from, left, MSG_NOSIGNAL);
    if (result >= 0) {
      sent += static_cast<size_t>(result);
    } else if (WouldBlock(errno)) {
      break;
    } else {
      return Break(ErrorText(errno));
    }
  }
  output_.erase(0, sent);
  WatchFor(!output_.empty());
}

}  // namespace scheduler::dispatch
