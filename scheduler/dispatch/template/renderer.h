#ifndef SCHEDULER_DISPATCH_TEMPLATE_RENDERER_H_
#define SCHEDULER_DISPATCH_TEMPLATE_RENDERER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/template/scope.h"

namespace scheduler::dispatch {

// Where a text lands, and so how values in it are escaped.
enum class Landing : uint8_t {
  kText,    // as they are
  kJson,    // within a string of JSON text: as its content; elsewhere in it: as JSON
  kUrl,     // percent-encoded
  kHeader,  // as they are; control characters are an error
  kHtml,    // as character references
};

// Fills in the templates of a target for one run.
class Renderer {
 public:
  // `run` outlives the renderer.
  explicit Renderer(const core::ClaimedRun& run) : scope_(run) {}

  const Scope& scope() const { return scope_; }

  // INVALID_ARGUMENT, for the run's error, with `field` where a value is not defined or cannot stand there.
  absl::StatusOr<std::string> Render(std::string_view field, const std::string& text,
                                     Landing landing) const;

 private:
  Scope scope_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEMPLATE_RENDERER_H_
