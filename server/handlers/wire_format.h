#ifndef SERVER_HANDLERS_WIRE_FORMAT_H_
#define SERVER_HANDLERS_WIRE_FORMAT_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Reading and writing protobuf's wire format by hand, for the few messages that are hot enough.
// Source: https://protobuf.dev/programming-guides/encoding.
namespace server::wire {

inline constexpr uint32_t kVarint = 0;
inline constexpr uint32_t kFixed64 = 1;
inline constexpr uint32_t kBytes = 2;

constexpr uint32_t Tag(uint32_t field_number, uint32_t wire_type) {
  return (field_number << 3) | wire_type;
}

constexpr size_t VarintSize(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

// The size of a length-delimited field whose tag takes one byte (fields 1 to 15).
constexpr size_t BytesFieldSize(size_t length) { return 1 + VarintSize(length) + length; }

// Writes where the caller has made room. Nothing is checked.
class Writer {
 public:
  explicit Writer(char* at) : at_(at) {}

  char* at() const { return at_; }

  void Varint(uint64_t value) {
    while (value >= 0x80) {
      *at_++ = static_cast<char>(value | 0x80);
      value >>= 7;
    }
    *at_++ = static_cast<char>(value);
  }
  void VarintField(uint32_t field_number, uint64_t value) {
    Varint(Tag(field_number, kVarint));
    Varint(value);
  }
  void Fixed64Field(uint32_t field_number, uint64_t value) {
    Varint(Tag(field_number, kFixed64));
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(at_, &value, sizeof(value));
    at_ += sizeof(value);
  }
  // The head of a length-delimited field; `length` bytes are to follow.
  void Head(uint32_t field_number, size_t length) {
    Varint(Tag(field_number, kBytes));
    Varint(length);
  }
  void BytesField(uint32_t field_number, std::string_view bytes) {
    Head(field_number, bytes.size());
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }

 private:
  char* at_;
};

// Reads a message's fields. Every method returns false at the end of the bytes, and for ever after
// once it met anything malformed.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool done() const { return at_ == end_; }
  // Whether what was read was well-formed so far.
  bool ok() const { return !failed_; }

  bool Varint(uint64_t* value) { return ReadVarint(10, value); }
  // Tags and lengths have at most five bytes.
  bool Tag(uint64_t* tag) { return ReadVarint(5, tag); }
  bool Fixed64(uint64_t* value) {
    if (end_ - at_ < static_cast<std::ptrdiff_t>(sizeof(*value))) return Fail();
    std::memcpy(value, at_, sizeof(*value));
    at_ += sizeof(*value);
    return true;
  }
  bool Bytes(std::string_view* bytes) {
    uint64_t length = 0;
    if (!ReadVarint(5, &length) || length > static_cast<uint64_t>(end_ - at_)) return Fail();
    *bytes = std::string_view(at_, length);
    at_ += length;
    return true;
  }

 private:
  bool ReadVarint(int max_bytes, uint64_t* value) {
    uint64_t result = 0;
    for (int i = 0; i < max_bytes && at_ != end_; ++i) {
      const auto byte = static_cast<unsigned char>(*at_++);
      result |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        *value = result;
        return true;
      }
    }
    return Fail();
  }
  bool Fail() {
    at_ = end_ = nullptr;
    failed_ = true;
    return false;
  }

  const char* at_;
  const char* end_;
  bool failed_ = false;
};

}  // namespace server::wire

#endif  // SERVER_HANDLERS_WIRE_FORMAT_H_
