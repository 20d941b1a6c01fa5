#include "scheduler/dispatch/template/landing.h"

#include <algorithm>

#include "scheduler/dispatch/template/template.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;

constexpr std::string_view kBlank = " \t\r\n";

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// "Application/JSON; charset=utf-8" as "application/json".
std::string MediaTypeOf(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  const size_t first = std::min(type.find_first_not_of(kBlank), type.size());
  type.remove_prefix(first);
  type = type.substr(0, type.find_last_not_of(kBlank) + 1);
  std::string lower(type);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool LooksLikeJson(const Template& body) {
  for (const Template::Node& node : body.nodes()) {
    if (node.kind != Template::Kind::kText) continue;
    const size_t first = node.text.find_first_not_of(kBlank);
    if (first == std::string::npos) continue;
    return std::string_view("{[\"").find(node.text[first]) != std::string_view::npos;
  }
  return true;
}

}  // namespace

Landing BodyLanding(std::string_view content_type, const Template& body) {
  const std::string type = MediaTypeOf(content_type);
  const auto ends_with = [&type](std::string_view end) {
    return type.size() >= end.size() &&
           type.compare(type.size() - end.size(), end.size(), end) == 0;
  };
  if (type.empty()) return LooksLikeJson(body) ? Landing::kJson : Landing::kText;
  if (type == "application/x-www-form-urlencoded") return Landing::kUrl;
  if (type == "text/html" || ends_with("/xml") || ends_with("+xml")) return Landing::kHtml;
  // With x-ndjson, json-seq and their like.
  const bool text = type.rfind("application/", 0) == 0 || type.rfind("text/", 0) == 0;
  if (ends_with("+json") || (text && type.find("json") != type.npos)) {
    return Landing::kJson;
  }
  return Landing::kText;
}

Landing BodyLanding(std::string_view content_type, std::string_view body) {
  const absl::StatusOr<Template> parsed = Template::Parse(body);
  return parsed.ok() ? BodyLanding(content_type, *parsed) : Landing::kText;
}

void JsonPlace::Read(std::string_view text) {
  for (const char c : text) {
    if (in_string_) {
      ReadInString(c);
    } else {
      in_string_ = c == '"';
    }
  }
}

void JsonPlace::ReadInString(char c) {
  if (after_backslash_) {
    after_backslash_ = false;
    if (c == 'u') digits_left_ = 4;
    return;
  }
  if (digits_left_ > 0 && IsHexDigit(c)) {
    --digits_left_;
    return;
  }
  digits_left_ = 0;
  if (c == '\\') after_backslash_ = true;
  if (c == '"') in_string_ = false;
}

std::string JsonOf(const json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
}

std::string TextOf(const json& value) {
  return value.is_string() ? value.get_ref<const std::string&>() : JsonOf(value);
}

std::string JsonContentOf(std::string_view text) {
  const std::string quoted = JsonOf(json(std::string(text)));
  return quoted.substr(1, quoted.size() - 2);
}

std::string HtmlOf(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\'':
        out.append("&#39;");
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

}  // namespace scheduler::dispatch
