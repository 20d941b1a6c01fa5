#include "server/request_parser.h"

#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "scheduler/base/errors.h"
#include "server/converters/text.h"
#include "server/strings.h"

namespace server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::CodedInputStream;

// Looks no deeper than a message can be parsed by default.
constexpr int kMaxSearchDepth = 100;

// Wire types (https://protobuf.dev/programming-guides/encoding).
enum WireType { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

// Passes over a field that is no text and no message. False at the end, and for groups, which no
// message of ours has.
bool Skip(uint32_t wire_type, CodedInputStream* in) {
  uint64_t ignored = 0;
  switch (wire_type) {
    case kVarint:
      return in->ReadVarint64(&ignored);
    case kFixed64:
      return in->Skip(8);
    case kFixed32:
      return in->Skip(4);
    default:
      return false;
  }
}

std::string Search(const Descriptor* type, CodedInputStream* in, int depth);

// Reads one length-delimited field, whose length is read already and is all that `in` may read.
std::string SearchField(const FieldDescriptor& field, CodedInputStream* in, int length, int depth) {
  if (field.type() == FieldDescriptor::TYPE_MESSAGE && depth < kMaxSearchDepth) {
    const std::string inner = Search(field.message_type(), in, depth + 1);
    if (inner.empty()) return "";
    // A map's entries have no name of their own in paths.
    return field.is_map() ? field.name() : StrCat(field.name(), ".", inner);
  }
  std::string text;
  if (!in->ReadString(&text, length)) return "";
  if (field.type() != FieldDescriptor::TYPE_STRING) return "";
  return CountCharacters(text).has_value() ? "" : field.name();
}

std::string Search(const Descriptor* type, CodedInputStream* in, int depth) {
  while (const uint32_t tag = in->ReadTag()) {
    const uint32_t wire_type = tag & 7;
    if (wire_type != kLengthDelimited) {
      if (!Skip(wire_type, in)) return "";
      continue;
    }
    const FieldDescriptor* field = type->FindFieldByNumber(static_cast<int>(tag >> 3));
    int length = 0;
    if (!in->ReadVarintSizeAsInt(&length)) return "";
    const auto limit = in->PushLimit(length);
    std::string path = field == nullptr ? "" : SearchField(*field, in, length, depth);
    if (!path.empty()) return path;
    // What the search did not understand is passed over.
    const int left = in->BytesUntilLimit();
    if (left > 0 && !in->Skip(left)) return "";
    in->PopLimit(limit);
  }
  return "";
}

// Why the bytes could not be parsed.
absl::Status Explain(const grpc::ByteBuffer& bytes, const Descriptor* type) {
  std::vector<grpc::Slice> slices;
  std::string flat;
  if (bytes.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      flat.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  const std::string path = FindInvalidText(type, flat);
  if (!path.empty()) {
    return scheduler::base::errors::FieldInvalid(path, "must be valid UTF-8");
  }
  return scheduler::base::errors::FieldInvalid(
      "request", StrCat("must be a serialized ", type->full_name(), " nested at most ",
                        kMaxMessageDepth, " messages deep"));
}

}  // namespace

std::string FindInvalidText(const Descriptor* type, std::string_view bytes) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  return Search(type, &in, 0);
}

absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* request) {
  // An empty message may come as no slice at all.
  if (!bytes.Valid() || bytes.Length() == 0) return absl::OkStatus();
  bool parsed = false;
  {
    // The reader takes the buffer as mutable, and leaves it as it is.
    grpc::ByteBuffer copy(bytes);
    grpc::ProtoBufferReader reader(&copy);
    if (reader.status().ok()) {
      CodedInputStream in(&reader);
      in.SetRecursionLimit(kMaxMessageDepth);
      parsed = request->ParseFromCodedStream(&in) && in.ConsumedEntireMessage();
    }
  }
  return parsed ? absl::OkStatus() : Explain(bytes, request->GetDescriptor());
}

}  // namespace server
