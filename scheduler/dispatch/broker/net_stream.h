#ifndef SCHEDULER_DISPATCH_BROKER_NET_STREAM_H_
#define SCHEDULER_DISPATCH_BROKER_NET_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "scheduler/dispatch/broker/event_loop.h"
#include "scheduler/dispatch/broker/tls_context.h"
#include "scheduler/dispatch/ip_address.h"

namespace scheduler::dispatch {

// A TCP connection on an event loop, in the clear or, from StartTls on, by TLS. Writes never block: what the
// peer does not take yet is kept.
//
// Used on the loop's thread. The owner may close the stream within its callbacks, but not destroy it.
class NetStream final : private EventLoop::IoHandler {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void OnConnected() = 0;
    virtual void OnSecured() = 0;
    // Bytes were added to input().
    virtual void OnData() = 0;
    // The connection failed, could not be made or was ended by the peer; it is closed. A sentence's end:
    // "reset by peer".
    virtual void OnBroken(const std::string& why) = 0;
  };

  // Both outlive the stream.
  NetStream(EventLoop* loop, Owner* owner) : loop_(loop), owner_(owner) {}
  ~NetStream() override { Close(); }
  NetStream(const NetStream&) = delete;
  NetStream& operator=(const NetStream&) = delete;

  // OnConnected or OnBroken follows, never before this returns. Once.
  void Connect(const Endpoint& endpoint);

  // Shakes hands; OnSecured or OnBroken follows. `host` as TlsContext::NewSession. Nothing that was written
  // may still wait.
  void StartTls(std::shared_ptr<const TlsContext> context, const std::string& host);

  // What came and was not yet taken; the owner erases what it has read.
  std::string& input() { return input_; }

  // Sent by the next Flush.
  void Write(std::string_view bytes) { output_.append(bytes.data(), bytes.size()); }
  void Flush();
  size_t unsent() const { return output_.size(); }

  // No callback follows. Idempotent.
  void Close();

 private:
  enum class State : uint8_t { kNew, kConnecting, kOpen, kHandshake, kClosed };

  void OnIo(uint32_t events) override;
  void FinishConnect();
  void Handshake();
  void Read();
  bool Receive(char* buffer, size_t size, size_t* received);  // false: nothing more for now
  void Send();
  void WatchFor(bool out);
  void Break(const std::string& why);

  EventLoop* const loop_;
  Owner* const owner_;
  State state_ = State::kNew;
  int fd_ = -1;
  bool watches_out_ = false;
  EventLoop::Timer failure_;  // that tells of a connect which failed at once
  SSL* session_ = nullptr;
  std::shared_ptr<const TlsContext> tls_;
  std::string input_;
  std::string output_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_NET_STREAM_H_
