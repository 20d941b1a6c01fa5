#include "scheduler/dispatch/database/mongo_call.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/database/sql_statement.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::ordered_json;
using Operation = core::DatabaseTarget::Operation;

struct Shape {
  Operation operation;
  const char* name;
  std::vector<std::string> required;
  std::vector<std::string> optional;
};

const std::vector<Shape>& Shapes() {
  static const auto* const shapes = new std::vector<Shape>{
      {Operation::kRead, "READ", {}, {"filter", "projection", "sort", "limit", "skip"}},
      {Operation::kCount, "COUNT", {}, {"filter"}},
      {Operation::kCreate, "CREATE", {}, {"document", "documents"}},
      {Operation::kUpdate, "UPDATE", {"filter", "update"}, {"multi", "upsert"}},
      {Operation::kRemove, "REMOVE", {"filter"}, {"multi"}},
      {Operation::kAggregate, "AGGREGATE", {"pipeline"}, {}},
  };
  return *shapes;
}

// A parameter if `text` is one and nothing else.
std::optional<std::string_view> WholeParameter(const std::string& text) {
  size_t length = 0;
  const std::optional<std::string_view> name = core::PlaceholderAt(text, &length);
  return name.has_value() && length == text.size() ? name : std::nullopt;
}

bool IsOneOf(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::Status CheckMembers(const ordered_json& document, const Shape& shape) {
  for (const auto& [name, value] : document.items()) {
    if (IsOneOf(shape.required, name) || IsOneOf(shape.optional, name)) continue;
    return absl::InvalidArgumentError(
        base::StrCat("\"", name, "\" is no member of the document of ", shape.name, ", which has ",
                     absl::StrJoin(shape.required, ", "), shape.required.empty() ? "" : ", ",
                     absl::StrJoin(shape.optional, ", ")));
  }
  for (const std::string& name : shape.required) {
    if (!document.contains(name)) {
      return absl::InvalidArgumentError(
          base::StrCat("the document of ", shape.name, " needs \"", name, "\""));
    }
  }
  if (shape.operation == Operation::kCreate &&
      document.contains("document") == document.contains("documents")) {
    return absl::InvalidArgumentError("the document of CREATE needs document or documents");
  }
  return absl::OkStatus();
}

// A value of Extended JSON that is written as an object and is none, such as {"$numberLong":"1"}.
bool IsWrapped(const ordered_json& value) {
  static const auto* const names = new std::vector<std::string>{
      "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$date", "$binary", "$oid"};
  return value.is_object() && value.size() == 1 && IsOneOf(*names, value.begin().key());
}

bool IsObject(const ordered_json& value) { return value.is_object() && !IsWrapped(value); }

// A number of JSON, or a parameter's, which is wrapped.
bool IsNumberFromZero(const ordered_json& value) {
  if (!IsWrapped(value)) return value.is_number_unsigned();
  const std::string& name = value.begin().key();
  const ordered_json& digits = value.front();
  return (name == "$numberInt" || name == "$numberLong") && digits.is_string() &&
         digits.get<std::string>().rfind('-', 0) != 0;
}

bool IsParameter(const ordered_json& value) {
  return value.is_string() && WholeParameter(value.get<std::string>()).has_value();
}

// Whether the elements of a list are objects; until they are filled in, they may be parameters.
bool IsListOfObjects(const ordered_json& value, bool filled) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [filled](const auto& one) {
           return IsObject(one) || (!filled && IsParameter(one));
         });
}

// Once `filled`, what stands in the place of a parameter is checked too: commands are made of members that are
// what they have to be.
absl::Status CheckKinds(const ordered_json& document, bool filled) {
  for (const auto& [name, value] : document.items()) {
    const bool list = name == "pipeline" || name == "documents";
    const bool flag = name == "multi" || name == "upsert";
    const bool number = name == "limit" || name == "skip";
    if (!filled && IsParameter(value)) continue;
    const bool right = list               ? IsListOfObjects(value, filled)
                       : flag             ? value.is_boolean()
                       : number           ? IsNumberFromZero(value)
                       : name == "update" ? IsObject(value) || IsListOfObjects(value, filled)
                                          : IsObject(value);
    if (right) continue;
    return absl::InvalidArgumentError(base::StrCat("\"", name, "\" is ",
                                                   list     ? "a list of objects"
                                                   : flag   ? "true or false"
                                                   : number ? "a number from 0"
                                                            : "an object"));
  }
  return absl::OkStatus();
}

absl::StatusOr<ordered_json> ParseDocument(const core::DatabaseTarget& target) {
  ordered_json document = target.document_json.empty()
                              ? ordered_json::object()
                              : ordered_json::parse(target.document_json, nullptr, false);
  if (document.is_discarded() || !document.is_object()) {
    return absl::InvalidArgumentError("the document is an object of JSON");
  }
  for (const Shape& shape : Shapes()) {
    if (shape.operation != target.operation) continue;
    if (absl::Status s = CheckMembers(document, shape); !s.ok()) return s;
    if (absl::Status s = CheckKinds(document, /*filled=*/false); !s.ok()) return s;
    return document;
  }
  return absl::InvalidArgumentError("the operation is not known");
}

// A value of a run never brings operators into a query.
bool HasOperators(const ordered_json& value) {
  if (!value.is_structured()) return false;
  for (const auto& [name, member] : value.items()) {
    if ((value.is_object() && name.rfind('$', 0) == 0) || HasOperators(member)) return true;
  }
  return false;
}

// `value` in Extended JSON (canonical where the type would be lost).
absl::StatusOr<ordered_json> ExtendedJson(std::string_view name, const core::BoundValue& value) {
  using Type = core::ParameterType;
  if (value.null) return ordered_json(nullptr);
  switch (value.type) {
    case Type::kInt:
      return ordered_json{{"$numberInt", value.text}};
    case Type::kBigint:
      return ordered_json{{"$numberLong", value.text}};
    case Type::kFloat:
      return ordered_json{{"$numberDouble", value.text}};
    case Type::kDecimal:
      return ordered_json{{"$numberDecimal", value.text}};
    case Type::kBool:
      return ordered_json(value.text == "true");
    case Type::kTimestamp:
      return ordered_json{{"$date", value.text}};
    case Type::kDate:
      return ordered_json{{"$date", value.text + "T00:00:00Z"}};
    case Type::kUuid: {
      std::string bytes = value.text;
      bytes.erase(std::remove(bytes.begin(), bytes.end(), '-'), bytes.end());
      return ordered_json{
          {"$binary",
           {{"base64", absl::Base64Escape(absl::HexStringToBytes(bytes))}, {"subType", "04"}}}};
    }
    case Type::kBytes:
      return ordered_json{
          {"$binary", {{"base64", absl::Base64Escape(value.text)}, {"subType", "00"}}}};
    case Type::kJson: {
      ordered_json parsed = ordered_json::parse(value.text, nullptr, false);
      if (parsed.is_discarded()) {
        return absl::InvalidArgumentError(base::StrCat("parameter \"", name, "\" is no JSON"));
      }
      if (!HasOperators(parsed)) return parsed;
      return absl::InvalidArgumentError(
          base::StrCat("parameter \"", name, "\" has a member that begins with \"$\""));
    }
    case Type::kAny:
    case Type::kText:
      break;
  }
  return ordered_json(value.text);
}

// Whether there is text in `value` that an expression takes for the path of a field, or for a variable.
bool HasPaths(const ordered_json& value) {
  if (value.is_string()) return value.get<std::string>().rfind('$', 0) == 0;
  return value.is_structured() && std::any_of(value.begin(), value.end(), HasPaths);
}

absl::Status FillOne(const ParameterValues& values, bool expression, std::string_view name,
                     ordered_json* node) {
  const absl::StatusOr<core::BoundValue> value = values.Find(name);
  if (!value.ok()) return value.status();
  absl::StatusOr<ordered_json> filled = ExtendedJson(name, *value);
  if (!filled.ok()) return filled.status();
  if (expression && HasPaths(*filled)) {
    return absl::InvalidArgumentError(
        base::StrCat("parameter \"", name,
                     "\" has text that begins with \"$\", which is the path of a field there"));
  }
  *node = *std::move(filled);
  return absl::OkStatus();
}

// `expression` says whether the server evaluates what stands at `node`: a run's text is no path there.
absl::Status Fill(const ParameterValues& values, bool expression, ordered_json* node) {
  if (node->is_string()) {
    const std::string text = node->get<std::string>();
    const std::optional<std::string_view> name = WholeParameter(text);
    return name.has_value() ? FillOne(values, expression, *name, node) : absl::OkStatus();
  }
  if (!node->is_structured()) return absl::OkStatus();
  for (const auto& [name, member] : node->items()) {
    // Nothing below $literal is evaluated.
    const bool below = name == "$expr" || (expression && name != "$literal");
    if (absl::Status status = Fill(values, below, &member); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Fills all of a document in. Pipelines, those of updates too, and projections are expressions.
absl::Status FillDocument(const ParameterValues& values, ordered_json* document) {
  for (const auto& [name, member] : document->items()) {
    const bool expression =
        name == "pipeline" || name == "projection" || (name == "update" && !member.is_object());
    if (absl::Status status = Fill(values, expression, &member); !status.ok()) return status;
  }
  return absl::OkStatus();
}

bool Writes(Operation operation, const ordered_json& document) {
  if (operation == Operation::kRead || operation == Operation::kCount) return false;
  if (operation != Operation::kAggregate) return true;
  for (const ordered_json& stage : document["pipeline"]) {
    if (stage.is_object() && (stage.contains("$out") || stage.contains("$merge"))) return true;
  }
  return false;
}

}  // namespace

absl::Status CheckMongoDocument(const core::DatabaseTarget& target) {
  return ParseDocument(target).status();
}

void ForEachMongoParameter(const ordered_json& document,
                           const std::function<void(std::string_view name)>& visit) {
  if (document.is_string()) {
    const std::string text = document.get<std::string>();
    if (const auto name = WholeParameter(text)) visit(*name);
  }
  if (!document.is_structured()) return;
  for (const auto& member : document) ForEachMongoParameter(member, visit);
}

absl::Status BindMongo(const core::DatabaseTarget& target, bool read_only,
                       const ParameterValues& values, DatabaseCall* call) {
  if (target.collection.empty()) return absl::InvalidArgumentError("the event has no collection");
  absl::StatusOr<ordered_json> document = ParseDocument(target);
  if (!document.ok()) return document.status();
  if (absl::Status status = FillDocument(values, &*document); !status.ok()) return status;
  if (absl::Status status = CheckKinds(*document, /*filled=*/true); !status.ok()) return status;
  if (read_only && Writes(target.operation, *document)) {
    return absl::PermissionDeniedError("the connection is read-only, and the operation writes");
  }
  call->collection = target.collection;
  call->document_json = document->dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return absl::OkStatus();
}

}  // namespace scheduler::dispatch
