#ifndef SCHEDULER_DISPATCH_TEMPLATE_RENDERER_H_
#define SCHEDULER_DISPATCH_TEMPLATE_RENDERER_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/template/landing.h"
#include "scheduler/dispatch/template/scope.h"
#include "scheduler/dispatch/template/template.h"

namespace scheduler::dispatch {

struct RenderOptions {
  // Gives what {{secrets.NAME}} names; its errors are handed on with their code. Who gives this
  // keeps what was read out of the attempt's result (SecretRedactor). Null: templates may name no
  // secret.
  std::function<absl::StatusOr<base::SecretText>(std::string_view name)> read_secret;
};

// Fills in the templates of a target for one run. What values are there, Scope says; in a section
// over a list or object, names are first looked for in the element, then further outwards, reserved
// ones excepted.
//
// A name that is not defined is an error and never an empty text. The one place where it may be
// undefined is a section's tag: {{#name}}…{{/name}} is then left out, {{^name}}…{{/name}} is taken.
// Undefined, null, false, "" and [] make a section's name false; 0 and {} do not. A null that is
// written lands as `null`.
//
// Bounded: all renderings of one renderer, which are those of one target, have at most
// limits::kMaxTemplateSteps tags and passes through sections and limits::kMaxRenderedBytes.
//
// Used by one thread at a time.
class Renderer {
 public:
  // `run` outlives the renderer.
  explicit Renderer(const core::ClaimedRun& run, RenderOptions options = {})
      : scope_(run), options_(std::move(options)) {}

  const Scope& scope() const { return scope_; }

  // `text` filled in; as it is, if it has no "{{".
  //
  // INVALID_ARGUMENT, for the run's error, with `field` and the character of the template: it is
  // malformed, a value is not defined or cannot stand there, a bound is passed. And the codes of
  // read_secret.
  absl::StatusOr<std::string> Render(std::string_view field, std::string_view text,
                                     Landing landing) const;
  absl::StatusOr<std::string> Render(std::string_view field, const Template& text,
                                     Landing landing) const;

  // The same where no secret may land, whatever the options say: in addresses, in names of places.
  absl::StatusOr<std::string> RenderWithoutSecrets(std::string_view field, std::string_view text,
                                                   Landing landing) const;

 private:
  absl::StatusOr<std::string> Render(std::string_view field, const Template& text, Landing landing,
                                     const RenderOptions& options) const;

  Scope scope_;
  RenderOptions options_;
  // What is used up of the bounds.
  mutable size_t steps_ = 0;
  mutable size_t bytes_ = 0;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_TEMPLATE_RENDERER_H_
