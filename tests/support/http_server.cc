#include "tests/support/http_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string_view>

namespace support {
namespace {

using Kind = HttpServerAnswer::Kind;
using SteadyClock = std::chrono::steady_clock;

constexpr size_t kChunk = 64 * 1024;

std::string_view TrimSpace(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The request line and headers before the empty line.
HttpServerRequest ParseHead(std::string_view head) {
  HttpServerRequest request;
  size_t line_end = std::min(head.find("\r\n"), head.size());
  const std::string_view first = head.substr(0, line_end);
  const size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  while (line_end < head.size()) {
    const size_t start = line_end + 2;
    line_end = std::min(head.find("\r\n", start), head.size());
    const std::string_view line = head.substr(start, line_end - start);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    request.headers[name] = TrimSpace(line.substr(colon + 1));
  }
  return request;
}

std::string HeadOf(const HttpServerAnswer& answer, size_t length, bool has_length) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Answer\r\n";
  for (const auto& [name, value] : answer.headers)
    head.append(name).append(": ").append(value).append("\r\n");
  if (has_length) head += "Content-Length: " + std::to_string(length) + "\r\n";
  return head + "\r\n";
}

void ResetOnClose(int fd) {
  const linger hard = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

// `*port` 0: any; it is set to the port that was bound. -1 if the port is taken.
int BoundSocket(int* port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(*port));
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close(fd);
    return -1;
  }
  socklen_t size = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  *port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

struct HttpServer::Connection {
  int64_t id = 0;
  std::string in;
  std::string out;
  bool watches_out = false;
  bool endless = false;
  bool close_when_written = false;
  bool silent = false;  // nothing more is answered
  std::string drip;     // bytes still to be dripped
  SteadyClock::duration drip_every{};
  SteadyClock::time_point drip_next{};
};

std::string HttpServerRequest::Header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? "" : found->second;
}

int UnusedPort() {
  // Below Linux' ephemeral ports, which begin at 32768 (ip_local_port_range in ip(7)).
  std::uniform_int_distribution<int> below_ephemeral(10'000, 32'767);
  std::random_device random;
  while (true) {
    int port = below_ephemeral(random);
    const int fd = BoundSocket(&port);
    if (fd < 0) continue;
    close(fd);
    return port;
  }
}

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listen_fd_ = BoundSocket(&port_);
  if (listen_fd_ < 0) abort();
  if (listen(listen_fd_, 4096) != 0) abort();
  epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
  stop_fd_ = eventfd(0, EFD_CLOEXEC);
  for (const int fd : {listen_fd_, stop_fd_}) {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event);
  }
  thread_ = std::thread([this] { Run(); });
}

HttpServer::~HttpServer() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_fd_, &one, sizeof(one));
  thread_.join();
  while (!connections_.empty()) Close(connections_.begin()->first);
  for (const int fd : {listen_fd_, epoll_fd_, stop_fd_}) close(fd);
}

std::vector<HttpServerRequest> HttpServer::requests() const {
  scheduler::base::MutexLock lock(&mu_);
  return requests_;
}

void HttpServer::Run() {
  pthread_setname_np(pthread_self(), "http-server");
  while (true) {
    std::array<epoll_event, 256> events;
    const bool drips = std::any_of(connections_.begin(), connections_.end(),
                                   [](const auto& item) { return !item.second->drip.empty(); });
    const int count = epoll_wait(epoll_fd_, events.data(), 256, drips ? 5 : -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<size_t>(i)].data.fd;
      if (fd == stop_fd_) return;
      if (fd == listen_fd_) {
        Accept();
        continue;
      }
      const auto found = connections_.find(fd);
      if (found == connections_.end()) continue;
      Serve(fd, found->second.get(), events[static_cast<size_t>(i)].events);
    }
    if (drips) DripAll();
  }
}

void HttpServer::Accept() {
  while (true) {
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    auto connection = std::make_unique<Connection>();
    connection->id = ++accepted_;
    ++open_;
    connections_[fd] = std::move(connection);
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event);
  }
}

void HttpServer::Serve(int fd, Connection* connection, uint32_t events) {
  bool alive = true;
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) alive = Read(fd, connection);
  if (alive && ((events & EPOLLOUT) != 0 || !connection->out.empty())) {
    alive = Write(fd, connection);
  }
  if (!alive) Close(fd);
}

bool HttpServer::Read(int fd, Connection* connection) {
  std::array<char, kChunk> buffer;
  const ssize_t got = read(fd, buffer.data(), buffer.size());
  if (got == 0) return false;
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  connection->in.append(buffer.data(), static_cast<size_t>(got));
  return Parse(fd, connection);
}

bool HttpServer::Parse(int fd, Connection* connection) {
  while (!connection->silent) {
    const std::string& in = connection->in;
    const size_t head_end = in.find("\r\n\r\n");
    if (head_end == std::string::npos) return true;
    HttpServerRequest request = ParseHead(std::string_view(in).substr(0, head_end));
    const std::string length_text = request.Header("content-length");
    const size_t length = length_text.empty() ? 0 : std::stoul(length_text);
    if (in.size() < head_end + 4 + length) return true;
    request.body = in.substr(head_end + 4, length);
    request.connection = connection->id;
    connection->in.erase(0, head_end + 4 + length);
    if (keep_requests_.load()) {
      scheduler::base::MutexLock lock(&mu_);
      requests_.push_back(request);
    }
    ++request_count_;
    if (!Answer(fd, connection, request)) return false;
  }
  return true;
}

bool HttpServer::Answer(int fd, Connection* connection, const HttpServerRequest& request) {
  const HttpServerAnswer answer = handler_(request);
  const bool bodiless = request.method == "HEAD" || answer.status == 204 || answer.status == 304;
  connection->silent = answer.kind != Kind::kReply;
  switch (answer.kind) {
    case Kind::kReply:
      connection->out += HeadOf(answer, answer.body.size(), !bodiless);
      if (!bodiless) connection->out += answer.body;
      break;
    case Kind::kHang:
      break;
    case Kind::kHangInBody:
      connection->out += HeadOf(answer, answer.body.size() + 1, true) + answer.body;
      break;
    case Kind::kDrip:
      connection->out += HeadOf(answer, answer.body.size(), true);
      connection->drip = answer.body;
      connection->drip_every = std::chrono::milliseconds(answer.drip_millis);
      connection->drip_next = SteadyClock::now() + connection->drip_every;
      break;
    case Kind::kEndless:
      connection->out += HeadOf(answer, 0, false);
      connection->endless = true;
      break;
    case Kind::kReset:
      ResetOnClose(fd);
      return false;
    case Kind::kClose:
      return false;
    case Kind::kCloseInBody:
      connection->out += HeadOf(answer, answer.body.size(), true);
      connection->out += answer.body.substr(0, answer.body.size() / 2);
      connection->close_when_written = true;
      break;
    case Kind::kRaw:
      connection->out += answer.body;
      connection->close_when_written = true;
      break;
  }
  return true;
}

bool HttpServer::Write(int fd, Connection* connection) {
  while (!connection->out.empty() || connection->endless) {
    if (connection->out.empty()) connection->out.assign(kChunk, 'x');
    const ssize_t sent =
        send(fd, connection->out.data(), connection->out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno != EAGAIN && errno != EINTR) return false;
      Watch(fd, connection, true);
      return true;
    }
    connection->out.erase(0, static_cast<size_t>(sent));
  }
  Watch(fd, connection, false);
  return !connection->close_when_written;
}

void HttpServer::Watch(int fd, Connection* connection, bool out) const {
  if (connection->watches_out == out) return;
  connection->watches_out = out;
  epoll_event event = {};
  event.events = out ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.fd = fd;
  epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event);
}

void HttpServer::DripAll() {
  const SteadyClock::time_point now = SteadyClock::now();
  std::vector<int> dead;
  for (const auto& [fd, connection] : connections_) {
    if (connection->drip.empty() || now < connection->drip_next) continue;
    connection->out.push_back(connection->drip.front());
    connection->drip.erase(0, 1);
    connection->drip_next += connection->drip_every;
    if (!Write(fd, connection.get())) dead.push_back(fd);
  }
  for (const int fd : dead) Close(fd);
}

void HttpServer::Close(int fd) {
  close(fd);
  connections_.erase(fd);
  --open_;
}

}  // namespace support
