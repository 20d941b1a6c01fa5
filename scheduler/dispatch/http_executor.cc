#include "scheduler/dispatch/http_executor.h"

#include <string>
#include <utility>
#include <variant>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/http_request.h"
#include "scheduler/dispatch/text.h"
#include <curl/curl.h>

namespace scheduler::dispatch {
namespace {

AttemptResult Invalid(std::string_view message) {
  core::RunError error;
  error.code = core::failure::kValidation;
  error.message = ToMessage(message, base::limits::kMaxErrorMessageBytes);
  AttemptResult result;
  result.error = std::make_shared<const core::RunError>(std::move(error));
  return result;
}

}  // namespace

HttpExecutor::HttpExecutor(const HttpOptions& options, const EgressPolicy* egress,
                           const base::Clock* clock)
    : options_(options), egress_(egress) {
  // Counted and thread-safe in libcurl; never undone, since other parts of a process may use it.
  curl_global_init(CURL_GLOBAL_DEFAULT);
  for (int i = 0; i < options.threads; ++i) {
    loops_.push_back(std::make_unique<HttpLoop>(options, clock));
  }
}

HttpExecutor::~HttpExecutor() { Shutdown(); }

void HttpExecutor::Execute(core::ClaimedRun run, Done done) {
  std::shared_ptr<const core::Event> event = run.event;
  const auto* target = event == nullptr ? nullptr : std::get_if<core::HttpTarget>(&event->target);
  if (target == nullptr) return done(Invalid("the event has no HTTP target"));
  auto transfer = std::make_unique<HttpTransfer>();
  transfer->run = {run.key, run.token};
  transfer->egress = egress_;
  transfer->event = std::move(event);
  absl::StatusOr<HttpRequest> request = BuildHttpRequest(*target, std::move(run));
  if (!request.ok()) return done(Invalid(std::string(request.status().message())));
  transfer->request = *std::move(request);
  transfer->done = std::move(done);
  // In turn: a target's connections are then kept in every loop, and a busy target uses all.
  const size_t loop = next_loop_.fetch_add(1, std::memory_order_relaxed) % loops_.size();
  loops_[loop]->Submit(std::move(transfer));
}

void HttpExecutor::Cancel(const core::RunRef& run) {
  for (const auto& loop : loops_) loop->Cancel(run);
}

void HttpExecutor::Shutdown() {
  for (const auto& loop : loops_) loop->Stop();
}

}  // namespace scheduler::dispatch
