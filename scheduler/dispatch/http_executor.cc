#include "scheduler/dispatch/http_executor.h"

#include <string>
#include <utility>
#include <variant>

#include "scheduler/base/limits.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/http_connection.h"
#include "scheduler/dispatch/http_request.h"
#include "scheduler/dispatch/text.h"
#include <curl/curl.h>

namespace scheduler::dispatch {
namespace {

AttemptResult Failed(std::string_view code, std::string_view message) {
  core::RunError error;
  error.code = code;
  error.message = ToMessage(message, base::limits::kMaxErrorMessageBytes);
  AttemptResult result;
  result.error = std::make_shared<const core::RunError>(std::move(error));
  return result;
}

AttemptResult Invalid(std::string_view message) {
  return Failed(core::failure::kValidation, message);
}

// What Connect's error is to the run.
AttemptResult NotConnected(const absl::Status& status) {
  std::string_view code = core::failure::kValidation;
  if (absl::IsNotFound(status)) code = core::failure::kConnectionNotFound;
  if (absl::IsUnavailable(status)) code = core::failure::kSecretUnavailable;
  return Failed(code, std::string(status.message()));
}

Executor::Done Redacting(SecretRedactor redactor, Executor::Done done) {
  if (redactor.empty()) return done;
  // Shared, since what is called later is copied on its way.
  return
      [redactor = std::make_shared<const SecretRedactor>(std::move(redactor)),
       done = std::move(done)](AttemptResult result) { done(redactor->Redact(std::move(result))); };
}

}  // namespace

HttpExecutor::HttpExecutor(const HttpOptions& options, const EgressPolicy* egress,
                           const base::Clock* clock, secrets::SecretSource* secrets)
    : options_(options), egress_(egress), secrets_(secrets) {
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
  ConnectedTarget connected;
  if (!target->connection.empty()) {
    absl::StatusOr<ConnectedTarget> found = Connect(*target, run, secrets_);
    if (!found.ok()) return done(NotConnected(found.status()));
    connected = *std::move(found);
    target = &connected.target;
    done = Redacting(std::move(connected.redactor), std::move(done));
  }
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
