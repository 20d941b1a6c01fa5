#include "server/system/http_port.h"

#include <civetweb.h>

#include <atomic>
#include <thread>
#include <utility>

#include "server/strings.h"
#include "server/system/accept_probe.h"

namespace server {
namespace {

// Nothing of civetweb's own logging: what went wrong is told by the return value.
int Silence(const mg_connection* /*connection*/, const char* /*message*/) { return 1; }

}  // namespace

absl::StatusOr<std::unique_ptr<HttpPort>> HttpPort::Start(const ListenAddress& address,
                                                          std::map<std::string, Handler> handlers) {
  std::unique_ptr<HttpPort> port(new HttpPort(address, std::move(handlers)));
  const std::string where =
      address.host == "localhost" ? StrCat("127.0.0.1:", address.port) : address.ToString();
  const char* options[] = {"listening_ports",
                           where.c_str(),
                           "num_threads",
                           "2",
                           "request_timeout_ms",
                           "5000",
                           "keep_alive_timeout_ms",
                           "500",
                           "max_request_size",
                           "8192",
                           "enable_directory_listing",
                           "no",
                           nullptr};
  mg_callbacks callbacks{};
  callbacks.log_message = Silence;
  port->context_ = mg_start(&callbacks, port.get(), options);
  if (port->context_ == nullptr) {
    return absl::UnavailableError(StrCat("cannot listen on http ", address.ToString(),
                                         ": in use, or not an address of this machine"));
  }
  mg_server_port bound{};
  if (mg_get_server_ports(port->context_, 1, &bound) == 1) {
    port->port_ = static_cast<uint16_t>(bound.port);
  }
  mg_set_request_handler(port->context_, "/", Serve, port.get());
  return port;
}

HttpPort::~HttpPort() {
  if (context_ == nullptr) return;
  std::atomic<bool> ended{false};
  std::thread stopper([this, &ended] {
    mg_stop(context_);
    ended = true;
  });
  // civetweb notices that it is to end when a connection comes, or after two seconds.
  constexpr scheduler::base::Millis kKnock = 10;
  ListenAddress bound = address_;
  bound.port = port_;
  while (!ended) {
    if (ProbeListener(bound, /*tls=*/false, kKnock) == ProbeResult::kDead) {
      std::this_thread::yield();
    }
  }
  stopper.join();
}

std::string HttpPort::address() const { return address_.ToString(port_); }

HttpReply HttpPort::Answer(const std::string& method, const std::string& path) const {
  if (method != "GET" && method != "HEAD") return {.status = 405, .body = "GET or HEAD\n"};
  const auto found = handlers_.find(path);
  if (found == handlers_.end()) return {.status = 404, .body = "not found\n"};
  return found->second();
}

int HttpPort::Serve(mg_connection* connection, void* self) {
  const mg_request_info* request = mg_get_request_info(connection);
  const std::string method = request->request_method;
  const HttpReply reply = static_cast<HttpPort*>(self)->Answer(method, request->local_uri);
  mg_printf(connection,
            "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
            reply.status, mg_get_response_code_text(connection, reply.status),
            reply.content_type.c_str(), reply.body.size());
  if (method != "HEAD") mg_write(connection, reply.body.data(), reply.body.size());
  return reply.status;
}

}  // namespace server
