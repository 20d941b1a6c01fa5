#ifndef CLIENT_JOBCTL_PRINT_JSON_H_
#define CLIENT_JOBCTL_PRINT_JSON_H_

#include <string>

#include "google/protobuf/message.h"

// Messages as text, in protobuf's JSON mapping with the field names of the protos: 64-bit integers
// are strings, durations `1.500s`, times RFC 3339. Fields without value are left out;
// maps are in the order of their keys.
namespace jobctl {

std::string ToJson(const google::protobuf::Message& message);          // on one line, no newline
std::string ToIndentedJson(const google::protobuf::Message& message);  // no newline at the end
std::string ToYaml(const google::protobuf::Message& message, bool item = false);

// JSON text set in by lines, without a newline at the end.
std::string IndentedJson(const std::string& json);
// The JSON text of an object as a YAML mapping, with a newline at the end. With `item` as an item of
// a sequence, `- ` before it.
std::string Yaml(const std::string& json, bool item = false);
// Text as a JSON string, in quotes.
std::string JsonString(const std::string& text);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_JSON_H_
