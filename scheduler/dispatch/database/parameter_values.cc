#include "scheduler/dispatch/database/parameter_values.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/strings.h"

namespace scheduler::dispatch {
namespace {

using core::JsonValue;
using nlohmann::json;

JsonValue ToValue(const json& value, core::ParameterType type) {
  using Kind = JsonValue::Kind;
  if (value.is_null()) return {Kind::kNull, ""};
  if (value.is_string() && type != core::ParameterType::kJson) {
    return {Kind::kText, value.get<std::string>()};
  }
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (value.is_boolean()) return {Kind::kBool, std::move(text)};
  if (value.is_number_integer()) return {Kind::kInteger, std::move(text)};
  if (value.is_number()) return {Kind::kReal, std::move(text)};
  return {Kind::kStructure, std::move(text)};
}

}  // namespace

absl::StatusOr<std::vector<core::Parameter>> ParameterValues::Declared(
    const std::vector<std::string>& declarations, size_t* index) {
  std::vector<core::Parameter> declared;
  for (*index = 0; *index < declarations.size(); ++*index) {
    absl::StatusOr<core::Parameter> parameter = core::ParseParameter(declarations[*index]);
    if (!parameter.ok()) return parameter.status();
    const auto same = [&](const core::Parameter& other) { return other.name == parameter->name; };
    if (std::any_of(declared.begin(), declared.end(), same)) {
      return absl::InvalidArgumentError(
          base::StrCat("\"", parameter->name, "\" is declared already"));
    }
    declared.push_back(*std::move(parameter));
  }
  return declared;
}

absl::StatusOr<core::BoundValue> ParameterValues::Find(std::string_view name) const {
  const auto found = std::find_if(declared_->begin(), declared_->end(),
                                  [name](const auto& known) { return known.name == name; });
  core::Parameter undeclared;
  undeclared.name = name;
  const core::Parameter& parameter = found == declared_->end() ? undeclared : *found;
  const absl::StatusOr<json> value = scope_->Find(name);
  if (!value.ok()) {
    return absl::InvalidArgumentError(
        base::StrCat("parameter ", base::FromAbsl(value.status().message())));
  }
  return core::BindValue(parameter, ToValue(*value, parameter.type));
}

}  // namespace scheduler::dispatch
