#include "scheduler/dispatch/grpc_text.h"

#include <string_view>

#include "scheduler/base/strings.h"
#include "scheduler/dispatch/delivery_fields.h"

namespace scheduler::dispatch {

std::string GrpcMessageOf(const core::GrpcTarget& target, const core::ClaimedRun& run) {
  const std::string& json = target.message_json.empty() ? run.input_json : target.message_json;
  return json.empty() ? "{}" : json;
}

std::string TextOfGrpcCall(const core::GrpcTarget& target, const core::ClaimedRun& run) {
  std::string text = base::StrCat(target.address, " ", target.method);
  for (const auto& [key, value] : target.metadata) {
    base::StrAppend(&text, "\n", key, ": ", value);
  }
  for (const DeliveryField& field : DeliveryFieldsOf(run)) {
    base::StrAppend(&text, "\n", field.metadata, ": ", field.value);
  }
  base::StrAppend(&text, "\n\n", GrpcMessageOf(target, run));
  return text;
}

void AppendGrpcMetadata(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata,
                        std::string* text) {
  for (const auto& [key, value] : metadata) {
    if (key.ends_with("-bin")) continue;
    base::StrAppend(text, "\n", std::string_view(key.data(), key.size()), ": ",
                    std::string_view(value.data(), value.size()));
  }
}

}  // namespace scheduler::dispatch
