#ifndef SCHEDULER_QUERY_MUTATE_H_
#define SCHEDULER_QUERY_MUTATE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "scheduler/query/scheduler_service.h"

// The way every mutation takes, for the sources that implement SchedulerService.
namespace scheduler::query {

template <typename T, typename Work, typename Replay>
void SchedulerService::Mutate(const std::string& product, const engine::RequestId& request,
                              int loop, engine::Reply<T> reply, Work work, Replay replay,
                              engine::Engine::Mutation kind) {
  if (absl::Status status = engine_.AdmitMutation(loop, kind); !status.ok()) {
    reply(std::move(status));
    return;
  }
  absl::StatusOr<std::optional<store::RequestRecord>> before =
      requests_.Begin(product, request, engine_.Now());
  if (!before.ok()) {
    reply(before.status());
    return;
  }
  if (before->has_value()) {
    replay(**before, std::move(reply));
    return;
  }
  engine_.loop(loop).Post([this, product, request, reply = std::move(reply),
                           work = std::move(work)](engine::Loop& l) mutable {
    // An error waits for the commit too: what it rests on ("there is such a job") may not be durable.
    absl::StatusOr<T> result = work(l);
    l.core().Reply([this, product, request, reply = std::move(reply),
                    result = std::move(result)](store::Position) mutable {
      requests_.End(product, request);
      reply(std::move(result));
    });
  });
}

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_MUTATE_H_
