// Many creates in one call: one post a loop, one answer when the last commit is durable.

#include <atomic>
#include <memory>
#include <utility>

#include "scheduler/query/scheduler_service.h"

namespace scheduler::query {

using engine::JobView;

namespace {

// The call under way. Each loop writes the results of its own items.
struct BatchState {
  std::vector<engine::CreateJob> commands;
  std::vector<absl::StatusOr<JobView>> results;
  std::atomic<int> open{1};  // parts that are not done, and the one that hands them out
  engine::Reply<std::vector<absl::StatusOr<JobView>>> reply;

  void Finish() {
    if (open.fetch_sub(1) == 1) reply(std::move(results));
  }
};

}  // namespace

void SchedulerService::CreateBatch(std::vector<engine::CreateJob> commands,
                                   engine::Reply<std::vector<absl::StatusOr<JobView>>> reply) {
  auto state = std::make_shared<BatchState>();
  state->commands = std::move(commands);
  state->results.resize(state->commands.size(), absl::UnknownError("not carried out"));
  state->reply = std::move(reply);
  std::vector<std::vector<size_t>> parts(engine_.loops());
  for (size_t i = 0; i < state->commands.size(); ++i) {
    engine::CreateJob& command = state->commands[i];
    const int loop = LoopOfTag(command.spec.product, command.spec.tag);
    if (absl::Status status = engine_.AdmitMutation(loop, engine::Engine::Mutation::kAddsWork);
        !status.ok()) {
      state->results[i] = std::move(status);
      continue;
    }
    auto timing = Prepare(&command.spec);
    if (!timing.ok()) {
      state->results[i] = timing.status();
      continue;
    }
    command.timing = *std::move(timing);
    const std::string& product = command.spec.product;
    auto before = requests_.Begin(product, command.request, engine_.Now());
    if (!before.ok()) {
      state->results[i] = before.status();
    } else if (before->has_value()) {
      state->open.fetch_add(1);
      ReplayJob(product, (*before)->uid, [state, i](absl::StatusOr<JobView> view) {
        state->results[i] = std::move(view);
        state->Finish();
      });
    } else {
      parts[loop].push_back(i);
    }
  }
  for (size_t loop = 0; loop < parts.size(); ++loop) {
    if (parts[loop].empty()) continue;
    state->open.fetch_add(1);
    engine_.loop(static_cast<int>(loop))
        .Post([this, state, part = std::move(parts[loop])](engine::Loop& l) {
          std::vector<std::pair<std::string, engine::RequestId>> requests;
          for (const size_t i : part) {
            engine::CreateJob& command = state->commands[i];
            if (!command.request.id.empty()) {
              requests.emplace_back(command.spec.product, command.request);
            }
            state->results[i] = l.jobs().Create(std::move(command));
          }
          l.core().Reply([this, state, requests = std::move(requests)](store::Position) {
            for (const auto& [product, request] : requests) requests_.End(product, request);
            state->Finish();
          });
        });
  }
  state->Finish();
}

}  // namespace scheduler::query
