#include "tests/support/counting_receiver.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <string_view>

namespace support {
namespace {

constexpr int kTickMillis = 5;

int64_t Now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int Listen(int* port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0) abort();
  if (listen(fd, 1024) != 0) abort();
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  *port = ntohs(address.sin_port);
  return fd;
}

// Waits until `fd` is readable, `stop_fd` is, or the time is over. Whether `fd` is.
bool Readable(int fd, int stop_fd, int millis) {
  std::array<pollfd, 2> fds = {{{fd, POLLIN, 0}, {stop_fd, POLLIN, 0}}};
  poll(fds.data(), fds.size(), millis);
  return fds[0].revents != 0 && fds[1].revents == 0;
}

// The value of a header of a request's head; empty if there is none.
std::string HeaderOf(const std::string& head, const std::string& lower_case_name) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  const size_t at = lower.find("\r\n" + lower_case_name + ": ");
  if (at == std::string::npos) return "";
  const size_t begin = at + lower_case_name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

}  // namespace

CountingReceiver::CountingReceiver(int work_millis) : work_millis_(work_millis) {
  listen_fd_ = Listen(&port_);
  stop_fd_ = eventfd(0, EFD_CLOEXEC);
  acceptor_ = std::thread([this] { Accept(); });
  ticker_ = std::thread([this] { Tick(); });
}

CountingReceiver::~CountingReceiver() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_fd_, &one, sizeof(one));
  acceptor_.join();
  ticker_.join();
  for (std::thread& connection : connections_) connection.join();
  close(listen_fd_);
  close(stop_fd_);
}

void CountingReceiver::Accept() {
  while (Readable(listen_fd_, stop_fd_, -1)) {
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    connections_.emplace_back([this, fd] { Serve(fd); });
  }
}

void CountingReceiver::Serve(int fd) {
  std::string in;
  while (ServeRequest(fd, &in)) {
  }
  close(fd);
}

bool CountingReceiver::ServeRequest(int fd, std::string* in) {
  std::array<char, 16 * 1024> buffer;
  size_t head_end = std::string::npos;
  while ((head_end = in->find("\r\n\r\n")) == std::string::npos) {
    if (!Readable(fd, stop_fd_, -1)) return false;
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got <= 0) return false;
    in->append(buffer.data(), static_cast<size_t>(got));
  }
  const std::string head = in->substr(0, head_end + 2);
  {
    scheduler::base::MutexLock lock(&mu_);
    arrivals_.push_back(Now());
    most_in_progress_ = std::max(most_in_progress_, ++in_progress_);
  }
  const std::string length = HeaderOf(head, "content-length");
  const size_t size = head_end + 4 + (length.empty() ? 0 : std::stoul(length));
  ssize_t got = 1;
  while (got > 0 && in->size() < size && Readable(fd, stop_fd_, -1)) {
    got = read(fd, buffer.data(), buffer.size());
    if (got > 0) in->append(buffer.data(), static_cast<size_t>(got));
  }
  // Its client says nothing until it has the answer: what can be read now is its end.
  const bool whole = in->size() >= size && !Readable(fd, stop_fd_, work_millis_);
  {
    scheduler::base::MutexLock lock(&mu_);
    --in_progress_;
    if (whole) ++answered_[HeaderOf(head, "idempotency-key")];
  }
  if (!whole) return false;
  in->erase(0, size);
  constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  return send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(kAnswer.size());
}

void CountingReceiver::Tick() {
  int64_t before = Now();
  pollfd stop = {stop_fd_, POLLIN, 0};
  while (poll(&stop, 1, kTickMillis) == 0) {
    const int64_t now = Now();
    scheduler::base::MutexLock lock(&mu_);
    longest_stall_ = std::max(longest_stall_, now - before - kTickMillis * int64_t{1'000'000});
    before = now;
  }
}

std::map<std::string, int> CountingReceiver::answered() const {
  scheduler::base::MutexLock lock(&mu_);
  return answered_;
}

int CountingReceiver::most_in_progress() const {
  scheduler::base::MutexLock lock(&mu_);
  return most_in_progress_;
}

std::vector<int64_t> CountingReceiver::arrivals() const {
  scheduler::base::MutexLock lock(&mu_);
  return arrivals_;
}

int CountingReceiver::most_in_a_second() const {
  const std::vector<int64_t> times = arrivals();
  size_t first = 0;
  size_t most = 0;
  for (size_t i = 0; i < times.size(); ++i) {
    while (times[i] - times[first] > 1'000'000'000) ++first;
    most = std::max(most, i - first + 1);
  }
  return static_cast<int>(most);
}

int64_t CountingReceiver::longest_stall_nanos() const {
  scheduler::base::MutexLock lock(&mu_);
  return longest_stall_;
}

}  // namespace support
