#include "client/jobctl/apply/field_diff.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "client/jobctl/print/json.h"
#include "google/api/field_behavior.pb.h"
#include "nlohmann/json.hpp"

namespace jobctl {
namespace {

using Json = nlohmann::ordered_json;

bool IsDefinition(const google::protobuf::FieldDescriptor& field) {
  if (field.name() == "etag") return false;
  const google::protobuf::FieldOptions& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == google::api::OUTPUT_ONLY) {
      return false;
    }
  }
  return true;
}

Json DefinitionOf(const google::protobuf::Message& message) {
  const std::unique_ptr<google::protobuf::Message> copy(message.New());
  copy->CopyFrom(message);
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsDefinition(*type.field(i)))
      message.GetReflection()->ClearField(copy.get(), type.field(i));
  }
  return Json::parse(ToJson(*copy), nullptr, /*allow_exceptions=*/false);
}

std::string TextOf(const Json* value) {
  return value == nullptr ? "" : value->dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The value at `name`; null: there is none.
const Json* Find(const Json* object, const std::string& name) {
  if (object == nullptr) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

// Whether it is an object with something in it that can be compared with what is in another.
bool HasParts(const Json* value) {
  return value != nullptr && value->is_object() && !value->empty();
}

// Adds what differs below `path` between two objects, of which one may be null.
void Compare(const std::string& path, const Json* from, const Json* to,
             std::vector<FieldChange>* changes) {
  Json names = from == nullptr ? Json::object() : *from;
  if (to != nullptr) names.update(*to);
  for (const auto& item : names.items()) {
    const std::string below = absl::StrCat(path, path.empty() ? "" : ".", item.key());
    const Json* old_value = Find(from, item.key());
    const Json* new_value = Find(to, item.key());
    if (old_value != nullptr && new_value != nullptr && *old_value == *new_value) continue;
    const bool comparable = (old_value == nullptr || old_value->is_object()) &&
                            (new_value == nullptr || new_value->is_object());
    if (comparable && (HasParts(old_value) || HasParts(new_value))) {
      Compare(below, old_value, new_value, changes);
    } else {
      changes->push_back({below, TextOf(old_value), TextOf(new_value)});
    }
  }
}

}  // namespace

std::vector<FieldChange> DiffFields(const google::protobuf::Message& from,
                                    const google::protobuf::Message& to) {
  std::vector<FieldChange> changes;
  const Json old_definition = DefinitionOf(from);
  const Json new_definition = DefinitionOf(to);
  Compare("", &old_definition, &new_definition, &changes);
  return changes;
}

}  // namespace jobctl
