#ifndef SCHEDULER_DISPATCH_HTTP_TEMPLATES_H_
#define SCHEDULER_DISPATCH_HTTP_TEMPLATES_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {

// Whether a value of `target` is a template: its URL, path parameters, query, headers or body.
bool HasTemplates(const core::HttpTarget& target);

// `target` filled in for `run`, before a connection adds to it, whose texts are no templates. In
// the URL values are percent-encoded, cannot become an empty or dot segment of its path, and stand
// behind its host and port (HasTagBeforePath); path parameters and query are encoded when the URL
// is built. The body is escaped by its Content-Type (BodyLanding): the target's, else
// `content_type`, which its connection adds. Secrets are read as `options` says.
//
// INVALID_ARGUMENT, for the run's error, which names the field: as Renderer, or the body is empty,
// which would stand for the run's input.
absl::StatusOr<core::HttpTarget> RenderHttpTarget(const core::HttpTarget& target,
                                                  const core::ClaimedRun& run,
                                                  std::string_view content_type = {},
                                                  RenderOptions options = {});

// The value of the header Content-Type; empty if there is none.
std::string_view ContentTypeOf(const std::map<std::string, std::string>& headers);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_HTTP_TEMPLATES_H_
