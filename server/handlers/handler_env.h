#ifndef SERVER_HANDLERS_HANDLER_ENV_H_
#define SERVER_HANDLERS_HANDLER_ENV_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "scheduler/base/errors.h"
#include "scheduler/dispatch/event_tester.h"
#include "scheduler/dispatch/worker_hub.h"
#include "scheduler/engine/service.h"
#include "scheduler/secrets/secret_box.h"
#include "scheduler/secrets/secret_policy.h"
#include "server/call_gate.h"
#include "server/converters/page_token.h"
#include "server/unary_service.h"
#include "server/work_pool.h"

namespace scheduler::dispatch {
class WorkerHub;
}  // namespace scheduler::dispatch

namespace server {

// What every handler works with. Outlives the gRPC server.
struct HandlerEnv {
  CallGate* gate = nullptr;
  // Short work: calls that read a row or two, and the writing of answers. gRPC's threads and the
  // engine's do neither.
  WorkPool* replies = nullptr;
  // Lists and batches.
  WorkPool* bulk = nullptr;
  const PageTokens* tokens = nullptr;
  std::string default_product = "default";

  // Set before the gate's phase becomes kServing, and not before; calls that passed the gate see
  // them.
  std::atomic<scheduler::engine::Service*> service{nullptr};
  std::atomic<scheduler::dispatch::WorkerHub*> hub{nullptr};
  std::atomic<scheduler::dispatch::EventTester*> tester{nullptr};
  std::atomic<const scheduler::secrets::SecretBox*> secret_box{nullptr};
  std::atomic<const scheduler::secrets::SecretPolicy*> policy{nullptr};

  scheduler::engine::Service& engine() const { return *service.load(std::memory_order_acquire); }
  scheduler::dispatch::WorkerHub& worker_hub() const {
    return *hub.load(std::memory_order_acquire);
  }
  scheduler::dispatch::EventTester& event_tester() const {
    return *tester.load(std::memory_order_acquire);
  }
  const scheduler::secrets::SecretBox& box() const {
    return *secret_box.load(std::memory_order_acquire);
  }
  const scheduler::secrets::SecretPolicy& secret_policy() const {
    return *policy.load(std::memory_order_acquire);
  }
};

// A handler for UnaryService::Serve that runs `task`, a void(UnaryCall), on the pool for short work.
template <typename Task>
auto OnPool(const HandlerEnv* env, Task task) {
  return [env, task](auto call) {
    env->replies->Post([call = std::move(call), task]() mutable { task(std::move(call)); });
  };
}

// Runs `task`, a void(UnaryCall), with `call` on the pool for lists and batches, unless the caller
// has gone by then. A full pool refuses: RESOURCE_EXHAUSTED, OVERLOADED.
template <typename Request, typename Response, typename Task>
void RunInBulk(const HandlerEnv& env, UnaryCall<Request, Response> call, Task task) {
  constexpr scheduler::base::Millis kRetryAfter = 500;
  // Shared, so that it is still at hand where the pool does not take the task.
  auto shared = std::make_shared<UnaryCall<Request, Response>>(std::move(call));
  WorkPool::Task work = [shared, task = std::move(task)]() mutable {
    if (shared->abandoned()) {
      shared->Fail(absl::CancelledError("the caller has gone"));
    } else {
      task(std::move(*shared));
    }
  };
  if (!env.bulk->TryPost(work)) {
    shared->Fail(scheduler::base::errors::Overloaded("lists and batches", kRetryAfter));
  }
}

// An engine::Reply<T> that fills the call's response with `fill`, a void(T, Response*), on the pool
// for answers, and ends the call.
template <typename T, typename Request, typename Response, typename Fill>
scheduler::engine::Reply<T> AnswerWith(const HandlerEnv& env, UnaryCall<Request, Response> call,
                                       Fill fill) {
  return [replies = env.replies, call = std::move(call),
          fill = std::move(fill)](absl::StatusOr<T> result) mutable {
    replies->Post(
        [call = std::move(call), fill = std::move(fill), result = std::move(result)]() mutable {
          if (!result.ok()) {
            call.Fail(result.status());
            return;
          }
          fill(*std::move(result), call.response());
          call.Succeed();
        });
  };
}

}  // namespace server

#endif  // SERVER_HANDLERS_HANDLER_ENV_H_
