#ifndef SERVER_REQUEST_PARSER_H_
#define SERVER_REQUEST_PARSER_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace server {

// How deep messages may be nested to be parsed at all: enough for an input that is nested too deep
// to be told so by its converter, and far from the end of a thread's stack.
inline constexpr int kMaxMessageDepth = 1000;

// Parses a request. INVALID_ARGUMENT, FIELD_INVALID: a text in it is no UTF-8 (with the field's
// path), or the bytes are no message (field "request").
absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* request);

// The path of the first string field of a serialized message of this type whose value is no valid
// UTF-8; empty if there is none before the end of what can be read. Lists carry no index.
std::string FindInvalidText(const google::protobuf::Descriptor* type, std::string_view bytes);

}  // namespace server

#endif  // SERVER_REQUEST_PARSER_H_
