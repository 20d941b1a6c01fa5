#ifndef SERVER_SYSTEM_HTTP_PORT_H_
#define SERVER_SYSTEM_HTTP_PORT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/listen_address.h"

struct mg_connection;
struct mg_context;

namespace server {

struct HttpReply {
  int status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
};

// The HTTP side port, for probes and Prometheus: answers GET and HEAD of a few exact paths. Two
// threads of its own, small requests, short time-outs; nothing of the API passes here.
class HttpPort {
 public:
  // Called on the port's threads; must not block.
  using Handler = std::function<HttpReply()>;

  // UNAVAILABLE if the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<HttpPort>> Start(const ListenAddress& address,
                                                         std::map<std::string, Handler> handlers);
  ~HttpPort();
  HttpPort(const HttpPort&) = delete;
  HttpPort& operator=(const HttpPort&) = delete;

  // host:port with the port in use.
  std::string address() const;

 private:
  HttpPort(const ListenAddress& address, std::map<std::string, Handler> handlers)
      : address_(address), handlers_(std::move(handlers)) {}

  static int Serve(mg_connection* connection, void* self);
  HttpReply Answer(const std::string& method, const std::string& path) const;

  const ListenAddress address_;
  const std::map<std::string, Handler> handlers_;
  mg_context* context_ = nullptr;
  uint16_t port_ = 0;
};

}  // namespace server

#endif  // SERVER_SYSTEM_HTTP_PORT_H_
