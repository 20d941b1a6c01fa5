#include "tests/support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

namespace support {

ScriptedServer::ScriptedServer(Handler handler, std::string greeting)
    : handler_(std::move(handler)), greeting_(std::move(greeting)) {
  listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  wake_fd_ = eventfd(0, EFD_CLOEXEC);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listen_fd_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listen_fd_, 128) != 0 ||
      getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

ScriptedServer::~ScriptedServer() {
  stop_ = true;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof(one));
  thread_.join();
  for (const auto& [fd, input] : inputs_) close(fd);
  close(listen_fd_);
  close(wake_fd_);
}

void ScriptedServer::Run() {
  while (!stop_) {
    std::vector<pollfd> polled = {{listen_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}};
    for (const auto& [fd, input] : inputs_) polled.push_back({fd, POLLIN, 0});
    poll(polled.data(), polled.size(), -1);
    for (size_t i = 2; i < polled.size(); ++i) {
      if (polled[i].revents != 0 && !Serve(polled[i].fd)) Reset(polled[i].fd);
    }
    if (polled[0].revents != 0) Accept();
  }
}

void ScriptedServer::Accept() {
  const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  ++accepted_;
  inputs_[fd];
  send(fd, greeting_.data(), greeting_.size(), MSG_NOSIGNAL);
}

bool ScriptedServer::Serve(int fd) {
  std::array<char, 65536> buffer;
  const ssize_t got = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got <= 0) return false;
  std::string& input = inputs_[fd];
  input.append(buffer.data(), static_cast<size_t>(got));
  std::string output;
  const bool keep = handler_(&input, &output);
  send(fd, output.data(), output.size(), MSG_NOSIGNAL);
  return keep;
}

void ScriptedServer::Reset(int fd) {
  const linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close(fd);
  inputs_.erase(fd);
}

}  // namespace support
