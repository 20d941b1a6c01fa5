#ifndef SERVER_CONVERTERS_JSON_H_
#define SERVER_CONVERTERS_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/struct.pb.h"

// JSON objects between google.protobuf.Struct and text.
namespace server {

// How deep objects and lists may be nested, the outermost counted. What is nested deeper could be
// sent but not be read back: an object level is three messages to protobuf, whose parsers stop at
// 100 of them by default.
inline constexpr int kMaxJsonDepth = 32;

// The text of `object`, the same for equal objects: keys sorted by bytes, no spaces, numbers that
// are whole as integers, others as the shortest text that reads back the same.
// FIELD_INVALID (with the path of the value) for NaN, infinity, a value without kind, too deep
// nesting or invalid UTF-8; FIELD_TOO_LARGE (with `field`) for more than `max_bytes` of text.
absl::StatusOr<std::string> ToJson(std::string_view field, const google::protobuf::Struct& object,
                                   int64_t max_bytes);

// The object that `json`, made by ToJson, stands for. INTERNAL if it does not parse.
absl::Status FromJson(const std::string& json, google::protobuf::Struct* object);

}  // namespace server

#endif  // SERVER_CONVERTERS_JSON_H_
