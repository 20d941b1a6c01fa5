#include "scheduler/dispatch/grpc_templates.h"

#include <algorithm>
#include <string>
#include <utility>

#include "scheduler/base/strings.h"

namespace scheduler::dispatch {

bool HasTemplates(const core::GrpcTarget& target) {
  return HasTemplate(target.message_json) ||
         std::any_of(target.metadata.begin(), target.metadata.end(),
                     [](const auto& entry) { return HasTemplate(entry.second); });
}

absl::StatusOr<core::GrpcTarget> RenderGrpcTarget(const core::GrpcTarget& target,
                                                  const core::ClaimedRun& run,
                                                  RenderOptions options) {
  const Renderer renderer(run, std::move(options));
  core::GrpcTarget result = target;
  absl::StatusOr<std::string> message =
      renderer.Render("message", target.message_json, Landing::kJson);
  if (!message.ok()) return message.status();
  result.message_json = *std::move(message);
  for (auto& [key, value] : result.metadata) {
    absl::StatusOr<std::string> text =
        renderer.Render(base::StrCat("metadata[", key, "]"), value, Landing::kHeader);
    if (!text.ok()) return text.status();
    value = *std::move(text);
  }
  return result;
}

}  // namespace scheduler::dispatch
