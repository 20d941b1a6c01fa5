#ifndef SCHEDULER_DISPATCH_BROKER_RABBITMQ_CHANNEL_H_
#define SCHEDULER_DISPATCH_BROKER_RABBITMQ_CHANNEL_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "scheduler/dispatch/broker/amqp_frames.h"
#include "scheduler/dispatch/broker/link_protocol.h"

namespace scheduler::dispatch {

// A channel in confirm mode that publishes to one exchange.
class RabbitmqChannel {
 public:
  // Opens it. `host` outlives it. `broker` is what the broker says of itself.
  RabbitmqChannel(uint16_t number, std::string exchange, size_t frame_max, LinkHost* host,
                  std::string broker = "");

  // A probe completes with `broker` as soon as the channel is open.
  void Send(BrokerFlightPtr flight);

  // Closes it, after which Take is false when the broker has done so; its number is in use until then.
  // REQUIRES: IsIdle().
  void BeginClose();

  // Open, with nothing in flight.
  bool IsIdle() const { return open_ && !closing_ && in_flight() == 0; }

  // A frame of this channel. False once it is closed, and all of its flights have ended.
  bool Take(const AmqpFrame& frame);

  size_t in_flight() const { return waiting_.size() + unconfirmed_.size(); }

  // Ends all flights with the failure.
  void Lost(std::string_view code, std::string_view message, int32_t status = 0);

 private:
  bool TakeMethod(const AmqpFrame& frame);
  void TakeReturnedHeader(const AmqpFrame& frame);
  // Which message came back is not known: its acknowledgement, which follows, must not complete it.
  void FailReturn();
  void Close(const AmqpFrame& frame);
  void Confirm(uint64_t tag, bool multiple, bool accepted);
  void Publish(const BrokerFlightPtr& flight);
  void WriteMethod(amqp_method_number_t method, void* decoded);

  const uint16_t number_;
  const std::string exchange_;
  const size_t frame_max_;
  LinkHost* const host_;
  const std::string broker_;
  bool open_ = false;  // in confirm mode
  bool closing_ = false;
  bool failed_ = false;                              // and the link with it: nothing more is read
  std::deque<BrokerFlightPtr> waiting_;              // for that
  std::map<uint64_t, BrokerFlightPtr> unconfirmed_;  // by delivery tag
  uint64_t last_tag_ = 0;
  // Of the message that is being returned.
  uint16_t return_code_ = 0;
  std::string return_text_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_RABBITMQ_CHANNEL_H_
