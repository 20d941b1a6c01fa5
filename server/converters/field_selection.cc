#include "server/converters/field_selection.h"

#include <algorithm>

#include "google/api/field_behavior.pb.h"

namespace server {
namespace {

bool IsOutputOnly(const google::protobuf::FieldDescriptor& field) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == google::api::OUTPUT_ONLY) {
      return true;
    }
  }
  return false;
}

}  // namespace

absl::Status CheckUnsettablePath(const google::protobuf::Descriptor* resource,
                                 absl::Span<const std::string_view> fixed,
                                 const std::string& path) {
  if (std::find(fixed.begin(), fixed.end(), path) != fixed.end()) {
    return scheduler::base::errors::FieldNotUpdatable(path);
  }
  const google::protobuf::FieldDescriptor* field = resource->FindFieldByName(path);
  if (field != nullptr && IsOutputOnly(*field)) return absl::OkStatus();
  return scheduler::base::errors::FieldUnknownInMask(path);
}

}  // namespace server
