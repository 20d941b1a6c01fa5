#include "expectation.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace scenario {
namespace {

using Json = nlohmann::json;

bool IsSet(const Json& value) {
  if (value.is_structured()) return !value.empty();
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>() != 0;
  if (!value.is_string()) return false;
  const std::string text = value.get<std::string>();
  return !text.empty() && text != "0" && !absl::EndsWith(text, "_UNSPECIFIED");
}

// Whether it is written as an RFC 3339 time.
bool IsTime(const Json& value, absl::Time* time) {
  if (!value.is_string()) return false;
  const std::string text = value.get<std::string>();
  return !text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text[0])) &&
         absl::ParseTime(absl::RFC3339_full, text, time, nullptr);
}

bool IsSame(const Json& expected, const Json& got) {
  if (got.is_structured()) return false;
  absl::Time time;
  if (IsTime(expected, &time)) {
    absl::Time other;
    return IsTime(got, &other) && time == other;
  }
  if (TextOf(expected) == TextOf(got)) return true;
  double number = 0;
  double other = 0;
  return absl::SimpleAtod(TextOf(expected), &number) && absl::SimpleAtod(TextOf(got), &other) &&
         number == other;
}

std::string OfObject(const Json& expected, const Json& got, const std::string& path) {
  if (!got.is_object()) {
    if (expected.empty() && !IsSet(got)) return "";
    return absl::StrCat(path, " is ", got.dump(), " and no object");
  }
  for (const auto& [name, value] : expected.items()) {
    const auto member = got.find(name);
    std::string why =
        Difference(value, member == got.end() ? Json() : *member, absl::StrCat(path, ".", name));
    if (!why.empty()) return why;
  }
  return "";
}

std::string OfList(const Json& expected, const Json& got, const std::string& path) {
  const Json list = got.is_null() ? Json::array() : got;
  if (!list.is_array() || list.size() != expected.size()) {
    return absl::StrCat(path, " is ", got.dump(), ", not a list of ", expected.size());
  }
  for (size_t i = 0; i < expected.size(); ++i) {
    std::string why = Difference(expected[i], list[i], absl::StrCat(path, "[", i, "]"));
    if (!why.empty()) return why;
  }
  return "";
}

}  // namespace

std::string TextOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string Difference(const Json& expected, const Json& got, const std::string& path) {
  if (expected.is_object()) return OfObject(expected, got, path);
  if (expected.is_array()) return OfList(expected, got, path);
  const std::string text = TextOf(expected);
  bool holds = false;
  if (expected.is_null()) {
    holds = !IsSet(got);
  } else if (text == "*") {
    holds = IsSet(got);
  } else if (absl::StartsWith(text, "!")) {
    holds = IsSet(got) && TextOf(got) != text.substr(1);
  } else if (absl::StartsWith(text, "^")) {
    holds = got.is_string() && absl::StartsWith(TextOf(got), text.substr(1));
  } else {
    holds = IsSame(expected, got);
  }
  if (holds) return "";
  return absl::StrCat(path, " is ", got.dump(), " where ", expected.dump(), " is expected");
}

}  // namespace scenario
