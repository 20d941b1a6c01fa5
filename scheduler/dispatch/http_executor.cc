#include "scheduler/dispatch/http_executor.h"

#include <string>
#include <utility>
#include <variant>

#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/http_connection.h"
#include "scheduler/dispatch/http_request.h"
#include <curl/curl.h>

namespace scheduler::dispatch {
namespace {

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
  const auto* target =
      run.event == nullptr ? nullptr : std::get_if<core::HttpTarget>(&run.event->target);
  if (target == nullptr) {
    return done(FailedAttempt(core::failure::kValidation, "the event has no HTTP target"));
  }
  if (target->connection.empty()) return Send(*target, std::move(run), std::move(done));
  absl::StatusOr<AttemptConnection> found =
      AttemptConnection::Find(run, target->connection, secrets_);
  if (!found.ok()) return done(UnsentAttempt(found.status()));
  if (found->AllAtHand()) {
    return SendBy(*std::move(found), *target, std::move(run), std::move(done));
  }
  // Shared, since a task is copied on its way.
  struct Waiting {
    AttemptConnection connection;
    core::ClaimedRun run;
    Done done;
  };
  auto waiting =
      std::make_shared<Waiting>(Waiting{*std::move(found), std::move(run), std::move(done)});
  const bool posted = file_readers_.Post([this, target, waiting] {
    SendBy(std::move(waiting->connection), *target, std::move(waiting->run),
           std::move(waiting->done));
  });
  if (!posted) waiting->done(CancelledAttempt());
}

void HttpExecutor::SendBy(AttemptConnection connection, const core::HttpTarget& target,
                          core::ClaimedRun run, Done done) {
  const absl::StatusOr<core::HttpTarget> connected = Connect(target, &connection);
  if (!connected.ok()) return done(UnsentAttempt(connected.status()));
  Send(*connected, std::move(run), Redacting(std::move(connection.redactor()), std::move(done)));
}

void HttpExecutor::Send(const core::HttpTarget& target, core::ClaimedRun run, Done done) {
  auto transfer = std::make_unique<HttpTransfer>();
  transfer->run = {run.key, run.token};
  transfer->egress = egress_;
  transfer->event = run.event;
  absl::StatusOr<HttpRequest> request = BuildHttpRequest(target, std::move(run));
  if (!request.ok()) return done(UnsentAttempt(request.status()));
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
  file_readers_.Stop();
  for (const auto& loop : loops_) loop->Stop();
}

}  // namespace scheduler::dispatch
