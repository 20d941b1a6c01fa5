#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "tests/bench/limits/limits.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/report.h"
#include "tests/support/http_server.h"

namespace bench {
namespace {

// A request as the service sends it.
constexpr char kRequest[] =
    "POST /run HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept: */*\r\nContent-Type: application/json\r\n"
    "Idempotency-Key: 0000000g0m2q4-1234\r\nDuctape-Product: default\r\n"
    "Ductape-Job: bench-0000001234\r\nDuctape-Run-Number: 1234\r\nDuctape-Attempt: 1\r\n"
    "Ductape-Scheduled-Time: 2030-01-01T00:00:00.000Z\r\nDuctape-Fencing-Token: 4294967296\r\n"
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
    "Content-Length: 2\r\n\r\n{}";

bool Send(int fd) {
  return send(fd, kRequest, sizeof(kRequest) - 1, MSG_NOSIGNAL) == sizeof(kRequest) - 1;
}

// A connected socket; -1 if there is none to be had.
int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return -1;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

// Reads what is there. The answer is short and ends with the server's body.
bool ReadAnswer(int fd, std::string* answer) {
  char bytes[4096];
  const ssize_t size = recv(fd, bytes, sizeof(bytes), 0);
  if (size > 0) answer->append(bytes, static_cast<size_t>(size));
  return answer->size() > 6 && answer->compare(answer->size() - 6, 6, "\r\n\r\nok") == 0;
}

// Keeps a request under way on each connection; returns how many were answered.
int64_t Exchange(int epoll_fd, int64_t end_nanos) {
  std::vector<epoll_event> events(256);
  std::vector<std::string> answers(65'536);  // by descriptor
  int64_t answered = 0;
  while (MonoNanos() < end_nanos) {
    const int ready = epoll_wait(epoll_fd, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<size_t>(i)].data.fd;
      std::string& answer = answers[static_cast<size_t>(fd)];
      if (!ReadAnswer(fd, &answer)) continue;
      answer.clear();
      ++answered;
      if (!Send(fd)) return answered;
    }
  }
  return answered;
}

}  // namespace

int LimitHttp(Flags* flags) {
  const int64_t connections = flags->Int("connections", 64);
  const int64_t seconds = flags->Int("seconds", 5);
  flags->RefuseUnknown();

  support::HttpServer server([](const support::HttpServerRequest&) {
    support::HttpServerAnswer answer;
    answer.body = "ok";
    return answer;
  });
  server.ForgetRequests();
  const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  std::vector<int> sockets;
  for (int64_t i = 0; i < connections; ++i) {
    const int fd = Connect(server.port());
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0 || !Send(fd)) {
      std::perror("bench: connect");
      return 1;
    }
    sockets.push_back(fd);
  }
  const double cpu = OwnCpuSeconds();
  const int64_t begin = MonoNanos();
  const auto answered = static_cast<double>(Exchange(epoll_fd, begin + seconds * kNanosPerSecond));
  const double took = static_cast<double>(MonoNanos() - begin) * 1e-9;
  for (const int fd : sockets) close(fd);
  close(epoll_fd);
  Report()
      .Add("requests_per_second", answered / took)
      .Add("cpu_us_per_request", (OwnCpuSeconds() - cpu) * 1e6 / (answered > 0 ? answered : 1))
      .Print();
  return 0;
}

}  // namespace bench
