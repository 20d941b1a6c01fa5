#ifndef SCHEDULER_DISPATCH_BROKER_AMQP_FRAMES_H_
#define SCHEDULER_DISPATCH_BROKER_AMQP_FRAMES_H_

#include <amqp.h>
#include <amqp_framing.h>

#include <cstdint>
#include <string>
#include <string_view>

// Frames of AMQP 0-9-1 (section 2.3 of its specification). librabbitmq puts methods and properties into bytes
// and reads them; its connections block, so that these are ours.
namespace scheduler::dispatch {

struct AmqpFrame {
  uint8_t type = 0;  // AMQP_FRAME_METHOD …
  uint16_t channel = 0;
  std::string_view payload;
};

// The bytes of the frame that `input` begins with, which becomes `frame`; 0 if it is not whole. `bad` is set if
// it is none or has more than `max_bytes`.
size_t ParseAmqpFrame(std::string_view input, size_t max_bytes, AmqpFrame* frame, bool* bad);

// What methods are decoded into, for as long as it lives.
class AmqpPool {
 public:
  AmqpPool() { init_amqp_pool(&pool_, 4096); }
  ~AmqpPool() { empty_amqp_pool(&pool_); }
  AmqpPool(const AmqpPool&) = delete;
  AmqpPool& operator=(const AmqpPool&) = delete;
  amqp_pool_t* get() { return &pool_; }

 private:
  amqp_pool_t pool_;
};

// The number of a method frame's method; 0 if it has none.
amqp_method_number_t AmqpMethodOf(const AmqpFrame& frame);

// A method frame's method, T being AmqpMethodOf's; null if it cannot be read.
template <typename T>
const T* DecodeAmqpMethod(const AmqpFrame& frame, AmqpPool* pool) {
  void* decoded = nullptr;
  const amqp_bytes_t bytes = {frame.payload.size() - 4,
                              const_cast<char*>(frame.payload.data()) + 4};
  const int result = amqp_decode_method(AmqpMethodOf(frame), pool->get(), bytes, &decoded);
  return result < 0 ? nullptr : static_cast<const T*>(decoded);
}

// A header frame's properties and the size of the body that follows; null if they cannot be read.
const amqp_basic_properties_t* DecodeAmqpHeader(const AmqpFrame& frame, AmqpPool* pool,
                                                uint64_t* body_size);

// Appends a method frame. False if it is too large.
bool AppendAmqpMethod(uint16_t channel, amqp_method_number_t method, void* decoded,
                      std::string* out);

// Appends the header frame and the body frames of a message. False, with nothing appended, if the properties do
// not fit into a frame.
bool AppendAmqpContent(uint16_t channel, amqp_basic_properties_t* properties, std::string_view body,
                       size_t frame_max, std::string* out);

amqp_bytes_t AmqpBytes(std::string_view text);
std::string_view AmqpText(const amqp_bytes_t& bytes);

// An entry of a table: a string. Both texts outlive it.
amqp_table_entry_t AmqpEntry(std::string_view key, std::string_view value);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_AMQP_FRAMES_H_
