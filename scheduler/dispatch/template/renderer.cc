#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {

absl::StatusOr<std::string> Renderer::Render(std::string_view /*field*/, const std::string& text,
                                             Landing /*landing*/) const {
  return text;
}

}  // namespace scheduler::dispatch
