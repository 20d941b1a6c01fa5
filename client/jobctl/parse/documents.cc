#include "client/jobctl/parse/documents.h"

#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include <yaml-cpp/yaml.h>

namespace jobctl {
namespace {

using Json = nlohmann::ordered_json;
using Values = std::vector<Json>;

constexpr int kMaxDepth = 100;
constexpr int kMaxValues = 1'000'000;

absl::StatusOr<Values> ParseJson(const std::string& text) {
  std::istringstream in(text);
  Values values;
  try {
    while (in >> std::ws && in.peek() != std::istringstream::traits_type::eof()) {
      Json value;
      in >> value;
      values.push_back(std::move(value));
    }
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("no valid JSON: ", error.what()));
  }
  return values;
}

// A plain scalar by YAML's core schema, as far as JSON has it too.
Json PlainScalar(const std::string& text) {
  if (text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  Json number = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return number.is_number() ? number : Json(text);
}

// Turns YAML into JSON. Throws YAML::Exception, and Json::exception for what JSON cannot hold.
class YamlReader {
 public:
  Json Read(const YAML::Node& node, int depth = 0) {
    if (depth > kMaxDepth || ++values_ > kMaxValues) {
      throw YAML::Exception(node.Mark(), depth > kMaxDepth ? "too deep" : "too many values");
    }
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        // "!" is the tag of what stood in quotes.
        return node.Tag() == "!" ? Json(node.Scalar()) : PlainScalar(node.Scalar());
      case YAML::NodeType::Sequence:
        return ReadSequence(node, depth);
      case YAML::NodeType::Map:
        return ReadMap(node, depth);
      default:
        return nullptr;
    }
  }

 private:
  Json ReadSequence(const YAML::Node& node, int depth) {
    Json list = Json::array();
    for (const auto& item : node) list.push_back(Read(item, depth + 1));
    return list;
  }

  Json ReadMap(const YAML::Node& node, int depth) {
    Json map = Json::object();
    for (const auto& item : node) {
      if (!item.first.IsScalar()) throw YAML::Exception(item.first.Mark(), "a key is no scalar");
      if (map.contains(item.first.Scalar())) {
        throw YAML::Exception(item.first.Mark(), "the key stands twice: " + item.first.Scalar());
      }
      map[item.first.Scalar()] = Read(item.second, depth + 1);
    }
    return map;
  }

  int values_ = 0;
};

absl::StatusOr<Values> ParseYaml(const std::string& text) {
  try {
    Values values;
    YamlReader reader;
    for (const YAML::Node& node : YAML::LoadAll(text)) {
      if (node.IsDefined() && !node.IsNull()) values.push_back(reader.Read(node));
    }
    return values;
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("no valid YAML: line ", error.mark.line + 1, ": ", error.msg));
  }
}

absl::StatusOr<Values> ParseEither(const std::string& text) {
  const absl::string_view body = absl::StripLeadingAsciiWhitespace(text);
  if (body.empty()) return Values();
  if (body[0] != '{' && body[0] != '[') return ParseYaml(text);
  absl::StatusOr<Values> values = ParseJson(text);
  if (values.ok()) return values;
  absl::StatusOr<Values> yaml = ParseYaml(text);
  return yaml.ok() ? yaml : values;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ParseDocuments(const std::string& text) {
  absl::StatusOr<Values> values = ParseEither(text);
  if (!values.ok()) return values.status();
  std::vector<std::string> documents;
  const auto add = [&documents](const Json& value) {
    documents.push_back(value.dump(-1, ' ', false, Json::error_handler_t::replace));
  };
  for (const Json& value : *values) {
    if (!value.is_array()) {
      add(value);
      continue;
    }
    for (const Json& element : value) add(element);
  }
  return documents;
}

}  // namespace jobctl
