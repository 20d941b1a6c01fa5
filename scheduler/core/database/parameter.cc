#include "scheduler/core/database/parameter.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/database/parameter_forms.h"
#include "scheduler/core/database/sql_statement.h"

namespace scheduler::core {
namespace {

using base::StrCat;

constexpr std::array<std::string_view, 12> kTypeNames = {"any",   "text",    "int",  "bigint",
                                                         "float", "decimal", "bool", "timestamp",
                                                         "date",  "uuid",    "json", "bytes"};

constexpr char kForm[] = "write \"name\", \"name type\" or \"name type low..high\"";

std::optional<ParameterType> TypeNamed(std::string_view name) {
  const auto* const found = std::find(kTypeNames.begin() + 1, kTypeNames.end(), name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<ParameterType>(found - kTypeNames.begin());
}

// What bounds are: values of the type, or lengths.
ParameterType BoundTypeOf(ParameterType type) {
  return IsBoundedByLength(type) ? ParameterType::kBigint : type;
}

absl::Status SetBounds(std::string_view text, Parameter* parameter) {
  if (!IsOrdered(parameter->type)) {
    return absl::InvalidArgumentError(
        StrCat("a ", ParameterTypeName(parameter->type), " has no bounds"));
  }
  const size_t dots = text.find("..");
  if (dots == std::string_view::npos) return absl::InvalidArgumentError(kForm);
  const ParameterType type = BoundTypeOf(parameter->type);
  for (const auto& [bound, member] : {std::pair(text.substr(0, dots), &Parameter::low),
                                      std::pair(text.substr(dots + 2), &Parameter::high)}) {
    if (bound.empty()) continue;
    const std::optional<std::string> form = CanonicalForm(type, bound);
    if (!form.has_value()) {
      return absl::InvalidArgumentError(StrCat(
          "\"", bound, "\" is no ",
          IsBoundedByLength(parameter->type) ? "length" : ParameterTypeName(parameter->type)));
    }
    parameter->*member = *form;
  }
  if (parameter->low.empty() && parameter->high.empty()) return absl::InvalidArgumentError(kForm);
  if (!parameter->low.empty() && !parameter->high.empty() &&
      CompareForms(type, parameter->low, parameter->high) > 0) {
    return absl::InvalidArgumentError("the lower bound is above the upper one");
  }
  return absl::OkStatus();
}

// "an int from 1 to 10".
std::string Expected(const Parameter& parameter) {
  const bool vowel = parameter.type == ParameterType::kInt;
  std::string text = StrCat(vowel ? "an " : "a ", ParameterTypeName(parameter.type));
  if (parameter.type == ParameterType::kAny) text = "text, a number, true, false or null";
  if (parameter.type == ParameterType::kTimestamp) text += " as \"2025-01-02T03:04:05Z\"";
  if (parameter.type == ParameterType::kDate) text += " as \"2025-01-02\"";
  if (parameter.type == ParameterType::kBytes) text += " in base64";
  if (IsBoundedByLength(parameter.type) && !(parameter.low.empty() && parameter.high.empty())) {
    text += " with a length";
  }
  if (!parameter.low.empty()) text += " from " + parameter.low;
  if (!parameter.high.empty()) text += " up to " + parameter.high;
  return text;
}

absl::Status Wrong(const Parameter& parameter) {
  return absl::InvalidArgumentError(
      StrCat("parameter \"", parameter.name, "\" must be ", Expected(parameter)));
}

bool IsInBounds(const Parameter& parameter, const std::string& form) {
  const ParameterType type = BoundTypeOf(parameter.type);
  std::string compared = form;
  if (parameter.type == ParameterType::kText) compared = std::to_string(CharactersIn(form));
  if (parameter.type == ParameterType::kBytes) compared = std::to_string(form.size());
  return (parameter.low.empty() || CompareForms(type, parameter.low, compared) <= 0) &&
         (parameter.high.empty() || CompareForms(type, compared, parameter.high) <= 0);
}

ParameterType TypeOf(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::kBool:
      return ParameterType::kBool;
    case JsonValue::Kind::kInteger:
      return ParameterType::kBigint;
    case JsonValue::Kind::kReal:
      return ParameterType::kFloat;
    case JsonValue::Kind::kNull:
    case JsonValue::Kind::kText:
    case JsonValue::Kind::kStructure:
      break;
  }
  return ParameterType::kText;
}

// Whether a value of the input of such a kind can become one of `type`.
bool Fits(ParameterType type, JsonValue::Kind kind) {
  using Kind = JsonValue::Kind;
  switch (type) {
    case ParameterType::kAny:
      return kind != Kind::kStructure;
    case ParameterType::kInt:
    case ParameterType::kBigint:
      return kind == Kind::kInteger || kind == Kind::kText;
    case ParameterType::kFloat:
    case ParameterType::kDecimal:
      return kind == Kind::kInteger || kind == Kind::kReal || kind == Kind::kText;
    case ParameterType::kBool:
      return kind == Kind::kBool;
    case ParameterType::kJson:
      return true;
    default:
      return kind == Kind::kText;
  }
}

}  // namespace

std::string_view ParameterTypeName(ParameterType type) {
  return kTypeNames[static_cast<size_t>(type)];
}

absl::StatusOr<Parameter> ParseParameter(std::string_view declaration) {
  const std::vector<std::string> words =
      absl::StrSplit(base::ToAbsl(declaration), ' ', absl::SkipEmpty());
  if (words.empty() || words.size() > 3) return absl::InvalidArgumentError(kForm);
  Parameter parameter;
  parameter.name = words[0];
  if (!IsParameterName(parameter.name)) {
    return absl::InvalidArgumentError(StrCat("\"", parameter.name, "\" is not a name: ", kForm));
  }
  if (words.size() == 1) return parameter;
  const std::optional<ParameterType> type = TypeNamed(words[1]);
  if (!type.has_value()) {
    return absl::InvalidArgumentError(
        "the type is one of text, int, bigint, float, decimal, bool, timestamp, date, uuid, json "
        "and "
        "bytes");
  }
  parameter.type = *type;
  if (words.size() == 3) {
    if (absl::Status status = SetBounds(words[2], &parameter); !status.ok()) return status;
  }
  return parameter;
}

absl::StatusOr<BoundValue> BindValue(const Parameter& parameter, const JsonValue& value) {
  BoundValue bound;
  bound.declared = parameter.type != ParameterType::kAny;
  bound.type = bound.declared ? parameter.type : TypeOf(value.kind);
  if (value.kind == JsonValue::Kind::kNull) {
    bound.null = true;
    return bound;
  }
  if (!Fits(parameter.type, value.kind)) return Wrong(parameter);
  // Text as JSON is a JSON string, which the caller has made.
  std::optional<std::string> form = CanonicalForm(bound.type, value.text);
  if (!form.has_value()) return Wrong(parameter);
  bound.text = *std::move(form);
  if (!IsInBounds(parameter, bound.text)) return Wrong(parameter);
  return bound;
}

}  // namespace scheduler::core
