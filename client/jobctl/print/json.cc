#include "client/jobctl/print/json.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace jobctl {
namespace {

using Json = nlohmann::ordered_json;

Json TreeOf(const google::protobuf::Message& message) {
  return Json::parse(ToJson(message), nullptr, /*allow_exceptions=*/false);
}

// Whether `text` can stand in YAML without quotes and is still read as a string: letters, digits
// and a few marks, beginning with a letter, and none of YAML's words for booleans and null.
bool IsPlain(const std::string& text) {
  static const auto* const kWords = new std::set<std::string>{
      "true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan"};
  if (text.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(text[0]))) return false;
  for (const char c : text) {
    const bool fits = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' ||
                      c == '.' || c == '/';
    if (!fits) return false;
  }
  return !kWords->contains(absl::AsciiStrToLower(text));
}

// JSON's string syntax is YAML's double-quoted one; it is kept to ASCII, since YAML forbids some
// characters that JSON lets stand.
std::string Scalar(const Json& value) {
  if (value.is_string() && IsPlain(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
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
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  // Fails only for values that no message of this API can hold once it was received.
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return "{}";
  return text;
}

std::string ToIndentedJson(const google::protobuf::Message& message) {
  return TreeOf(message).dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string ToYaml(const google::protobuf::Message& message, bool item) {
  const Json tree = TreeOf(message);
  const std::string lead = item ? "- " : "";
  if (!IsBlock(tree)) return absl::StrCat(lead, "{}\n");
  std::string text;
  WriteBlock(tree, item ? "  " : "", lead, &text);
  return text;
}

}  // namespace jobctl
