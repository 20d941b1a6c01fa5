#ifndef SCHEDULER_DISPATCH_BROKER_LINK_PROTOCOL_H_
#define SCHEDULER_DISPATCH_BROKER_LINK_PROTOCOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "scheduler/core/connection/tls_settings.h"
#include "scheduler/dispatch/broker/broker_flight.h"

// What a broker's protocol is to the connection that carries it (BrokerLink). All of it is used on one loop's
// thread.
namespace scheduler::dispatch {

// What the conversation asks of its connection.
class LinkHost {
 public:
  virtual ~LinkHost() = default;

  // Sent when the protocol returns.
  virtual void Write(std::string_view bytes) = 0;
  // Bytes that were written and that the broker has not taken yet.
  virtual size_t unsent() const = 0;
  // OnSecured follows.
  virtual void StartTls() = 0;
  // The broker has greeted: messages may be sent.
  virtual void Ready() = 0;
  // The connection is of no use any more. Before Ready all messages that wait fail with this; after it
  // those that are in flight. Lost follows, later.
  virtual void Fail(std::string_view code, std::string_view message) = 0;
};

// One connection's conversation, from connect to its end; a new connection has a new one.
class LinkProtocol {
 public:
  virtual ~LinkProtocol() = default;

  // The connection is made; and encrypted, if LinkAddress::tls_first.
  virtual void OnConnected() = 0;
  virtual void OnSecured() {}
  // Takes what is whole from the front of `input`.
  virtual void OnData(std::string* input) = 0;
  // Sends one message. It is the protocol's to end it from now on; it may have ended already while it was
  // in flight. REQUIRES: after Ready.
  virtual void Send(BrokerFlightPtr flight) = 0;
  // After some Send.
  virtual void AfterSends() {}
  // Messages that the broker owes an answer for, ended ones too.
  virtual size_t in_flight() const = 0;
  // The connection is gone: ends what is in flight with the failure.
  virtual void Lost(std::string_view code, std::string_view message) = 0;
};

struct LinkServer {
  std::string host;  // a name or an address
  uint16_t port = 0;
};

// Where and how an account's connections are made.
struct LinkAddress {
  std::vector<LinkServer> servers;  // equals; at least one
  core::TlsSettings tls;
  bool encrypted = false;
  bool tls_first = false;  // before the first byte of the protocol
};

// A kind of broker. Thread-safe.
class LinkKind {
 public:
  virtual ~LinkKind() = default;

  // As BrokerDriver::Check.
  virtual absl::Status Check(const BrokerMessage& message) const = 0;
  // INVALID_ARGUMENT for settings that cannot be used.
  virtual absl::StatusOr<LinkAddress> AddressOf(const BrokerAccount& account) const = 0;
  // `host` outlives it.
  virtual std::unique_ptr<LinkProtocol> NewProtocol(std::shared_ptr<const BrokerAccount> account,
                                                    LinkHost* host) const = 0;
};

// "host:port", "[::1]:port" or "host" with `default_port`.
absl::StatusOr<LinkServer> ParseLinkServer(const std::string& text, uint16_t default_port);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_LINK_PROTOCOL_H_
