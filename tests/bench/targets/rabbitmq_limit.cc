#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "tests/bench/load/clock.h"
#include "tests/bench/load/report.h"
#include "tests/bench/targets/targets.h"

namespace bench {
namespace {

constexpr amqp_channel_t kChannel = 1;
constexpr int kMaxFrame = 131072;
constexpr size_t kMessageBytes = 200;
constexpr uint64_t kMaxWaiting = 1000;
constexpr uint8_t kPersistent = 2;

bool IsNormal(const amqp_rpc_reply_t& reply) { return reply.reply_type == AMQP_RESPONSE_NORMAL; }

// A channel with confirms on a connection of its own; null if there is none.
amqp_connection_state_t Open(int port) {
  amqp_connection_state_t connection = amqp_new_connection();
  amqp_socket_t* const socket = amqp_tcp_socket_new(connection);
  if (socket == nullptr || amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK ||
      !IsNormal(
          amqp_login(connection, "/", 0, kMaxFrame, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest")) ||
      amqp_channel_open(connection, kChannel) == nullptr ||
      amqp_confirm_select(connection, kChannel) == nullptr) {
    amqp_destroy_connection(connection);
    return nullptr;
  }
  return connection;
}

bool Send(amqp_connection_state_t connection, const std::string& body) {
  amqp_basic_properties_t properties = {};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.delivery_mode = kPersistent;
  amqp_bytes_t bytes;
  bytes.len = body.size();
  bytes.bytes = const_cast<char*>(body.data());
  return amqp_basic_publish(connection, kChannel, amqp_empty_bytes, amqp_cstring_bytes("bench"),
                            /*mandatory=*/1, /*immediate=*/0, &properties, bytes) == AMQP_STATUS_OK;
}

// Waits for a confirm; `confirmed` becomes the number of the last message that is. False if there is none.
bool Await(amqp_connection_state_t connection, uint64_t* confirmed) {
  timeval timeout = {10, 0};
  amqp_frame_t frame;
  amqp_maybe_release_buffers(connection);
  if (amqp_simple_wait_frame_noblock(connection, &frame, &timeout) != AMQP_STATUS_OK) return false;
  if (frame.frame_type != AMQP_FRAME_METHOD) return true;
  if (frame.payload.method.id != AMQP_BASIC_ACK_METHOD) return false;
  const auto* const ack = static_cast<amqp_basic_ack_t*>(frame.payload.method.decoded);
  // Those of one queue come in the order of the messages.
  *confirmed = std::max(*confirmed, ack->delivery_tag);
  return true;
}

}  // namespace

int LimitRabbitmq(Flags* flags) {
  const auto port = static_cast<int>(flags->Int("port", 5672));
  const int64_t seconds = flags->Int("seconds", 5);
  flags->RefuseUnknown();

  amqp_connection_state_t connection = Open(port);
  if (connection == nullptr) {
    std::fprintf(stderr, "bench: no RabbitMQ at port %d\n", port);
    return 1;
  }
  const std::string body(kMessageBytes, 'x');
  const int64_t begin = MonoNanos();
  const int64_t end = begin + seconds * kNanosPerSecond;
  uint64_t sent = 0;
  uint64_t confirmed = 0;
  bool good = true;
  while (good && MonoNanos() < end) {
    if (sent - confirmed < kMaxWaiting) {
      good = Send(connection, body);
      ++sent;
    } else {
      good = Await(connection, &confirmed);
    }
  }
  const double took = static_cast<double>(MonoNanos() - begin) * 1e-9;
  amqp_destroy_connection(connection);
  Report().Add("per_second", static_cast<double>(confirmed) / took).Print();
  return good ? 0 : 1;
}

}  // namespace bench
