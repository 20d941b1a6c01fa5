#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_LINK_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_LINK_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/broker/link_protocol.h"
#include "scheduler/dispatch/broker/net_stream.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/host_resolver.h"

namespace scheduler::dispatch {

// What the links of one driver share; all of it outlives them.
struct LinkEnvironment {
  BrokerOptions options;
  const EgressPolicy* egress = nullptr;
  HostResolver* resolver = nullptr;
  EventLoop* loop = nullptr;
  const LinkKind* kind = nullptr;
};

// The connection of one account: dials when there is something to send, keeps what waits until the broker has
// greeted, and dials again, after a pause that doubles, when the connection is lost.
//
//   idle ──Add──▶ resolving ──▶ connecting ──▶ greeting ──Ready──▶ ready ──idle_timeout──▶ idle
//                     ▲             │ failed: next address, next server; then what waits fails
//                     └── pausing ◀─┴── failed, lost: what is in flight fails CONNECTION
//
// A link that was given a probe ends when that has: it is nobody else's.
//
// Each name is resolved once a dial; the addresses are checked with the egress policy and dialled as they are.
// On the loop's thread alone. Owned by std::shared_ptr.
class BrokerLink final : public std::enable_shared_from_this<BrokerLink>,
                         private LinkHost,
                         private NetStream::Owner {
 public:
  BrokerLink(const LinkEnvironment* environment, std::shared_ptr<const BrokerAccount> account);
  ~BrokerLink() override { Close(); }

  void Add(BrokerFlightPtr flight);
  // Sends what may be sent; after some Add.
  void Pump();

  // Of no use any more: nothing waits, nothing is open.
  bool IsIdle() const { return state_ == State::kIdle && waiting_.empty(); }
  // Nobody waits for it at this moment, whether it is open or on its way there.
  bool IsUnused();
  // When a message was last given to it, or sent; monotonic nanoseconds.
  int64_t last_use() const { return last_use_; }

  // Ends nobody's flight. No callback follows.
  void Close();

 private:
  enum class State : uint8_t { kIdle, kResolving, kConnecting, kGreeting, kReady, kPausing };

  // LinkHost:
  void Write(std::string_view bytes) override { stream_->Write(bytes); }
  size_t unsent() const override { return stream_->unsent(); }
  void StartTls() override;
  void Ready() override;
  void Fail(std::string_view code, std::string_view message) override;
  // NetStream::Owner:
  void OnConnected() override;
  void OnSecured() override;
  void OnData() override;
  void OnBroken(const std::string& why) override;

  bool HasRoomFor(size_t bytes) const;  // for one more message
  bool Prepare();  // address and TLS; false, and what waits has failed, if they cannot be used
  void Dial();
  void ResolveNext();
  void OnResolved(const absl::StatusOr<std::vector<IpAddress>>& addresses);
  void ConnectNext();
  void EndDial();  // by last_failure_
  void TearDown();
  void DropStream();
  void Pause();
  void FailWaiting(std::string_view code, std::string_view message);
  void ScheduleTick();
  void Tick();
  void DropEnded();
  int64_t Now() const { return environment_->loop->clock().MonoNanos(); }

  struct Failure {
    std::string code;
    std::string message;
  };

  const LinkEnvironment* const environment_;
  const std::shared_ptr<const BrokerAccount> account_;
  LinkAddress address_;
  std::shared_ptr<const TlsContext> tls_;
  bool prepared_ = false;

  State state_ = State::kIdle;
  uint64_t dial_ = 0;  // what belongs to an earlier one is dropped
  size_t next_server_ = 0;
  size_t servers_left_ = 0;  // to try in this dial
  LinkServer server_;
  std::deque<Endpoint> endpoints_;  // of `server_`, still to try
  std::unique_ptr<NetStream> stream_;
  std::unique_ptr<LinkProtocol> protocol_;
  Failure last_failure_;
  bool failing_ = false;  // TearDown is to come
  bool tls_started_ = false;
  base::Millis backoff_ = 0;
  EventLoop::Timer dial_timer_;
  EventLoop::Timer tick_timer_;
  bool ticking_ = false;
  bool of_probe_ = false;
  int64_t last_use_ = 0;    // monotonic nanoseconds; of a message
  int64_t last_heard_ = 0;  // likewise, of the broker

  std::deque<BrokerFlightPtr> waiting_;
  size_t waiting_bytes_ = 0;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_LINK_H_
