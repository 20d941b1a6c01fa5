#ifndef TESTS_SUPPORT_HTTP_SERVER_H_
#define TESTS_SUPPORT_HTTP_SERVER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"

// An HTTP/1.1 server for tests and benchmarks: one thread, raw sockets, keep-alive. It answers by
// the book, or misbehaves the way a test asks.
namespace support {

struct HttpServerRequest {
  std::string method;
  std::string target;                          // "/path?query"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int64_t connection = 0;  // counts from 1 in the order of arrival

  // The value of a header; empty if there is none.
  std::string Header(const std::string& lower_case_name) const;
};

struct HttpServerAnswer {
  enum class Kind {
    kReply,        // status, headers and body
    kHang,         // nothing, the connection stays
    kHangInBody,   // headers and body, but a length that promises one byte more
    kDrip,         // headers, then a byte of the body every `drip_millis`
    kEndless,      // headers and a body that never ends
    kReset,        // a TCP reset instead of an answer
    kClose,        // the connection is closed without an answer
    kCloseInBody,  // headers, half of the body, then a close
    kRaw,          // `body` as it is, nothing around it
  };
  Kind kind = Kind::kReply;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int drip_millis = 1000;
};

class HttpServer {
 public:
  using Handler = std::function<HttpServerAnswer(const HttpServerRequest&)>;

  // Listens on a free port of 127.0.0.1. `handler` is called on the server's thread.
  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }
  std::string url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port_) + target;
  }

  // Requests that came whole, in order.
  std::vector<HttpServerRequest> requests() const;
  size_t request_count() const { return request_count_.load(); }
  // Connections accepted, and those of them that are open now.
  int64_t accepted() const { return accepted_.load(); }
  int64_t open() const { return open_.load(); }

  // For benchmarks: requests are counted and not kept.
  void ForgetRequests() { keep_requests_ = false; }

 private:
  struct Connection;

  void Run();
  void Accept();
  void Serve(int fd, Connection* connection, uint32_t events);
  bool Read(int fd, Connection* connection);
  bool Parse(int fd, Connection* connection);
  bool Answer(int fd, Connection* connection, const HttpServerRequest& request);
  bool Write(int fd, Connection* connection);
  void Watch(int fd, Connection* connection, bool out) const;
  void DripAll();
  void Close(int fd);

  const Handler handler_;
  int listen_fd_ = -1;
  int epoll_fd_ = -1;
  int stop_fd_ = -1;
  int port_ = 0;
  std::atomic<bool> keep_requests_{true};
  std::atomic<size_t> request_count_{0};
  std::atomic<int64_t> accepted_{0};
  std::atomic<int64_t> open_{0};
  std::map<int, std::unique_ptr<Connection>> connections_;  // of the thread
  mutable scheduler::base::Mutex mu_;
  std::vector<HttpServerRequest> requests_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;
};

// A port of 127.0.0.1 on which nothing listens: one that the kernel gives to nobody who asks for any
// port, so that it stays free until the test uses it.
int UnusedPort();

}  // namespace support

#endif  // TESTS_SUPPORT_HTTP_SERVER_H_
