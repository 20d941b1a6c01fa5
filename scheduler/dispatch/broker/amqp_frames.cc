#include "scheduler/dispatch/broker/amqp_frames.h"

#include <algorithm>
#include <array>
#include <vector>

namespace scheduler::dispatch {
namespace {

constexpr size_t kHeadBytes = 7;  // type, channel, size
constexpr char kEnd = static_cast<char>(AMQP_FRAME_END);
constexpr size_t kMethodBytes = 16 * 1024;  // ours are small
constexpr size_t kUsualBytes = 2048;
constexpr size_t kContentHeadBytes = 12;  // class, weight, body size

uint64_t ReadNumber(std::string_view bytes, size_t at, size_t count) {
  uint64_t number = 0;
  for (size_t i = 0; i < count; ++i) {
    number = (number << 8) | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

void AppendNumber(uint64_t number, size_t count, std::string* out) {
  for (size_t i = count; i > 0; --i) {
    out->push_back(static_cast<char>((number >> ((i - 1) * 8)) & 0xff));
  }
}

void AppendFrame(uint8_t type, uint16_t channel, std::string_view payload, std::string* out) {
  AppendNumber(type, 1, out);
  AppendNumber(channel, 2, out);
  AppendNumber(payload.size(), 4, out);
  out->append(payload);
  out->push_back(kEnd);
}

}  // namespace

size_t ParseAmqpFrame(std::string_view input, size_t max_bytes, AmqpFrame* frame, bool* bad) {
  *bad = false;
  if (input.size() < kHeadBytes) return 0;
  frame->type = static_cast<uint8_t>(input[0]);
  frame->channel = static_cast<uint16_t>(ReadNumber(input, 1, 2));
  const size_t size = ReadNumber(input, 3, 4);
  *bad = size > max_bytes || input[0] == 'A';  // 'A': "AMQP", the version that it would speak
  if (*bad || input.size() < kHeadBytes + size + 1) return 0;
  *bad = input[kHeadBytes + size] != kEnd;
  frame->payload = input.substr(kHeadBytes, size);
  return *bad ? 0 : kHeadBytes + size + 1;
}

amqp_method_number_t AmqpMethodOf(const AmqpFrame& frame) {
  if (frame.payload.size() < 4) return 0;
  return static_cast<amqp_method_number_t>(ReadNumber(frame.payload, 0, 4));
}

const amqp_basic_properties_t* DecodeAmqpHeader(const AmqpFrame& frame, AmqpPool* pool,
                                                uint64_t* body_size) {
  if (frame.payload.size() < kContentHeadBytes) return nullptr;
  const auto class_id = static_cast<uint16_t>(ReadNumber(frame.payload, 0, 2));
  *body_size = ReadNumber(frame.payload, 4, 8);
  if (class_id != AMQP_BASIC_CLASS) return nullptr;
  void* decoded = nullptr;
  const int result = amqp_decode_properties(
      class_id, pool->get(), AmqpBytes(frame.payload.substr(kContentHeadBytes)), &decoded);
  return result < 0 ? nullptr : static_cast<const amqp_basic_properties_t*>(decoded);
}

bool AppendAmqpMethod(uint16_t channel, amqp_method_number_t method, void* decoded,
                      std::string* out) {
  std::array<char, kMethodBytes> buffer;
  const int size = amqp_encode_method(method, decoded, {buffer.size(), buffer.data()});
  if (size < 0) return false;
  std::string payload;
  AppendNumber(method, 4, &payload);
  payload.append(buffer.data(), static_cast<size_t>(size));
  AppendFrame(AMQP_FRAME_METHOD, channel, payload, out);
  return true;
}

bool AppendAmqpContent(uint16_t channel, amqp_basic_properties_t* properties, std::string_view body,
                       size_t frame_max, std::string* out) {
  const size_t max_payload = frame_max - kHeadBytes - 1;
  // Nearly all fit into little; a buffer of a whole frame for each would take longer than the rest.
  std::array<char, kUsualBytes> usual;
  std::vector<char> large;
  amqp_bytes_t buffer = {std::min(usual.size(), max_payload - kContentHeadBytes), usual.data()};
  int size = amqp_encode_properties(AMQP_BASIC_CLASS, properties, buffer);
  if (size < 0) {
    large.resize(max_payload - kContentHeadBytes);
    buffer = {large.size(), large.data()};
    size = amqp_encode_properties(AMQP_BASIC_CLASS, properties, buffer);
  }
  if (size < 0) return false;
  std::string payload;
  AppendNumber(AMQP_BASIC_CLASS, 2, &payload);
  AppendNumber(0, 2, &payload);
  AppendNumber(body.size(), 8, &payload);
  payload.append(static_cast<const char*>(buffer.bytes), static_cast<size_t>(size));
  AppendFrame(AMQP_FRAME_HEADER, channel, payload, out);
  while (!body.empty()) {
    const size_t part = std::min(body.size(), max_payload);
    AppendFrame(AMQP_FRAME_BODY, channel, body.substr(0, part), out);
    body.remove_prefix(part);
  }
  return true;
}

amqp_bytes_t AmqpBytes(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};
}

std::string_view AmqpText(const amqp_bytes_t& bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

amqp_table_entry_t AmqpEntry(std::string_view key, std::string_view value) {
  amqp_table_entry_t entry = {};
  entry.key = AmqpBytes(key);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = AmqpBytes(value);
  return entry;
}

}  // namespace scheduler::dispatch
