#ifndef SCHEDULER_DISPATCH_GRPC_TEMPLATES_H_
#define SCHEDULER_DISPATCH_GRPC_TEMPLATES_H_

#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/template/renderer.h"

namespace scheduler::dispatch {

// Whether the message or a value of the metadata of `target` is a template.
bool HasTemplates(const core::GrpcTarget& target);

// `target` filled in for `run`: the message as JSON, the metadata as headers. Secrets are read as `options`
// says. INVALID_ARGUMENT, for the run's error, which names the field: as Renderer.
absl::StatusOr<core::GrpcTarget> RenderGrpcTarget(const core::GrpcTarget& target,
                                                  const core::ClaimedRun& run,
                                                  RenderOptions options = {});

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_TEMPLATES_H_
