#include "server/system/http_port.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "gtest/gtest.h"

namespace server {
namespace {

// What comes back for one request.
std::string Exchange(const std::string& address, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  target.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&target), sizeof(target)), 0);
  EXPECT_EQ(send(fd, request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string reply;
  char buffer[4096];
  for (ssize_t n = 0; (n = recv(fd, buffer, sizeof(buffer), 0)) > 0;) reply.append(buffer, n);
  close(fd);
  return reply;
}

std::string Request(const std::string& method, const std::string& path) {
  return method + " " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
}

TEST(HttpPortTest, AnswersItsPathsOnly) {
  const auto address = ParseListenAddress("127.0.0.1:0").value();
  auto port = HttpPort::Start(address, {{"/livez",
                                         [] {
                                           return HttpReply{200, "ok\n", "text/plain"};
                                         }},
                                        {"/readyz", [] {
                                           return HttpReply{503, "starting\n", "text/plain"};
                                         }}});
  ASSERT_TRUE(port.ok()) << port.status();
  const std::string where = (*port)->address();
  EXPECT_NE(where, "127.0.0.1:0");
  const std::string live = Exchange(where, Request("GET", "/livez"));
  EXPECT_EQ(live.find("HTTP/1.1 200 OK\r\n"), 0u) << live;
  EXPECT_EQ(live.substr(live.find("\r\n\r\n") + 4), "ok\n");
  EXPECT_EQ(Exchange(where, Request("GET", "/readyz")).find("HTTP/1.1 503"), 0u);
  EXPECT_EQ(Exchange(where, Request("GET", "/livez/x")).find("HTTP/1.1 404"), 0u);
  EXPECT_EQ(Exchange(where, Request("GET", "/../etc/passwd")).find("HTTP/1.1 404"), 0u);
  EXPECT_EQ(Exchange(where, Request("POST", "/livez")).find("HTTP/1.1 405"), 0u);
  const std::string head = Exchange(where, Request("HEAD", "/livez"));
  EXPECT_EQ(head.substr(head.find("\r\n\r\n") + 4), "");
}

TEST(HttpPortTest, TellsThatAnAddressIsTaken) {
  const auto address = ParseListenAddress("127.0.0.1:0").value();
  auto first = HttpPort::Start(address, {});
  ASSERT_TRUE(first.ok());
  auto second = HttpPort::Start(ParseListenAddress((*first)->address()).value(), {});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace server
