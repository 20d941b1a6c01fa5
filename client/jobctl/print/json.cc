#include "client/jobctl/print/json.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "nlohmann/json.hpp"

namespace jobctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kTypePrefix[] = "type.googleapis.com";

google::protobuf::util::TypeResolver* Resolver() {
  static google::protobuf::util::TypeResolver* const resolver =
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          kTypePrefix, google::protobuf::DescriptorPool::generated_pool());
  return resolver;
}

std::string SortedBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

Json TreeOf(const std::string& json) {
  return Json::parse(json, nullptr, /*allow_exceptions=*/false);
}

// Whether `text` can stand in YAML without quotes and is still read as a string: letters, digits
// and a few marks, beginning with a letter, and none of YAML's words for booleans and null.
bool IsPlain(const std::string& text) {
  static const auto* const words = new std::set<std::string>{
      "true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan"};
  if (text.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(text[0]))) return false;
  for (const char c : text) {
    const bool fits = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' ||
                      c == '.' || c == '/';
    if (!fits) return false;
  }
  return !words->contains(absl::AsciiStrToLower(text));
}

// JSON text with what nlohmann's writer lets stand, but YAML forbids and terminals act on, escaped:
// DEL, C1, the line separators, the byte order mark. In JSON these can only be within strings.
std::string Escaped(const std::string& json) {
  std::vector<std::pair<std::string, std::string>> escapes = {{"\x7F", "\\u007f"},
                                                              {"\xE2\x80\xA8", "\\u2028"},
                                                              {"\xE2\x80\xA9", "\\u2029"},
                                                              {"\xEF\xBB\xBF", "\\ufeff"}};
  for (int point = 0x80; point < 0xA0; ++point) {
    escapes.emplace_back(std::string{'\xC2', static_cast<char>(point)},
                         absl::StrCat("\\u", absl::Hex(point, absl::kZeroPad4)));
  }
  return absl::StrReplaceAll(json, escapes);
}

// JSON's string syntax is YAML's double-quoted one.
std::string Scalar(const Json& value) {
  if (value.is_string() && IsPlain(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return Escaped(value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace));
}

bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

// Writes `value`, a mapping or sequence with something in it, line by line. `indent` stands before
// every line but the first, which begins with `lead`.
void WriteBlock(const Json& value, const std::string& indent, std::string lead, std::string* out) {
  for (const auto& item : value.items()) {
    absl::StrAppend(out, lead);
    lead = indent;
    if (value.is_array()) {
      absl::StrAppend(out, "- ");
      if (IsBlock(item.value())) {
        WriteBlock(item.value(), indent + "  ", "", out);
      } else {
        absl::StrAppend(out, Scalar(item.value()), "\n");
      }
      continue;
    }
    absl::StrAppend(out, Scalar(Json(item.key())), ":");
    if (IsBlock(item.value())) {
      absl::StrAppend(out, "\n");
      WriteBlock(item.value(), indent + "  ", indent + "  ", out);
    } else {
      absl::StrAppend(out, " ", Scalar(item.value()), "\n");
    }
  }
}

}  // namespace

std::string ToJson(const google::protobuf::Message& message) {
  // Through the wire format, where maps can be had in the order of their keys: the same resource
  // prints the same way each time.
  const std::string type_url = absl::StrCat(kTypePrefix, "/", message.GetDescriptor()->full_name());
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  // Fails only for values that no message of this API can hold once it was received.
  const bool ok = google::protobuf::util::BinaryToJsonString(Resolver(), type_url,
                                                             SortedBytes(message), &text, options)
                      .ok();
  return ok ? text : "{}";
}

std::string ToIndentedJson(const google::protobuf::Message& message) {
  return IndentedJson(ToJson(message));
}

std::string ToYaml(const google::protobuf::Message& message, bool item) {
  return Yaml(ToJson(message), item);
}

std::string IndentedJson(const std::string& json) {
  return Escaped(TreeOf(json).dump(2, ' ', false, Json::error_handler_t::replace));
}

std::string Yaml(const std::string& json, bool item) {
  const Json tree = TreeOf(json);
  const std::string lead = item ? "- " : "";
  if (!IsBlock(tree)) return absl::StrCat(lead, "{}\n");
  std::string text;
  WriteBlock(tree, item ? "  " : "", lead, &text);
  return text;
}

std::string JsonString(const std::string& text) {
  return Escaped(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace jobctl
