#ifndef SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_CALL_H_
#define SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_CALL_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/dispatch/broker/broker_flight.h"
#include "scheduler/dispatch/grpc_connections.h"
#include "scheduler/dispatch/notification/access_tokens.h"
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>

namespace scheduler::dispatch {

// What calls share; it outlives them.
struct PubsubEnvironment {
  const base::Clock* clock = nullptr;
  GrpcConnections* connections = nullptr;
  AccessTokens* tokens = nullptr;
};

// One message on its way to Pub/Sub: finds the connection, the token, and calls.
//
//   connection ──▶ token ──▶ Publish ──▶ the flight's end
//                    ▲          │ UNAUTHENTICATED, once
//                    └──────────┘
//
// A probe calls ListTopics in the place of Publish.
//
// Thread-safe. Held by a shared_ptr: the callbacks under way keep it.
class PubsubCall final : public std::enable_shared_from_this<PubsubCall> {
 public:
  // `on_end` is called once, after the flight has ended and nothing is under way any more.
  PubsubCall(const PubsubEnvironment& environment, GrpcAddress address, BrokerFlightPtr flight,
             std::function<void()> on_end);

  void Start();

  // What is under way ends soon. The flight has ended.
  void Stop();

 private:
  // An attempt to publish; the second has another token.
  struct Try {
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer reply;
  };

  const BrokerMessage& message() const { return flight_->message(); }
  void OnConnection(const GrpcConnection::Found& found);
  // With a token that is not `refused`.
  void GetToken(const std::string& refused);
  void OnToken(const AccessToken& token);
  void Publish();
  // What is called, of which resource, and with what.
  struct Method {
    const char* name;
    std::string routing;
    std::string request;
  };
  Method MethodToCall() const;
  void OnReply(const grpc::Status& status);
  AttemptResult ResultOf(const grpc::Status& status);
  AttemptResult ResultOfProbe(const grpc::Status& status);
  void End(AttemptResult result);
  base::Millis TimeLeft() const;

  const PubsubEnvironment environment_;
  const GrpcAddress address_;
  const BrokerFlightPtr flight_;
  const int64_t since_nanos_;
  std::function<void()> on_end_;
  std::shared_ptr<GrpcConnection> connection_;
  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;  // empty: none is needed
  bool again_ = false;

  base::Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  // The last one is under way; who ends one is still in its callback.
  std::vector<std::shared_ptr<Try>> tries_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_PUBSUB_PUBSUB_CALL_H_
