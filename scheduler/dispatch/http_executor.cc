#include "scheduler/dispatch/http_executor.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/http_connection.h"
#include "scheduler/dispatch/http_request.h"
#include "scheduler/dispatch/http_templates.h"
#include "scheduler/dispatch/http_transfer.h"
#include "scheduler/dispatch/send_by_connection.h"
#include "scheduler/dispatch/template/connection_secrets.h"
#include <curl/curl.h>

namespace scheduler::dispatch {
namespace {

constexpr int32_t kUnauthorized = 401;

// `target` filled in for `run`, with the secrets that its connection has for templates. INVALID_ARGUMENT, and
// UNAVAILABLE if a secret cannot be read, which may block on a file.
absl::StatusOr<core::HttpTarget> FillIn(const core::HttpTarget& target, const core::ClaimedRun& run,
                                        AttemptConnection* connection) {
  const auto settings = connection->As<core::HttpSettings>();
  if (!settings.ok()) return settings.status();
  return RenderHttpTarget(target, run, ContentTypeOf((*settings)->headers), SecretsOf(connection));
}

std::string_view BaseUrlOf(const AttemptConnection& connection) {
  const auto* const http = std::get_if<core::HttpSettings>(&connection.settings());
  return http == nullptr ? std::string_view() : http->base_url;
}

}  // namespace

HttpExecutor::HttpExecutor(const HttpOptions& options, const EgressPolicy* egress,
                           const base::Clock* clock, secrets::SecretSource* secrets)
    : options_(options),
      egress_(egress),
      clock_(clock),
      secrets_(secrets),
      tokens_(&client_, clock),
      token_attempts_(&tokens_, clock, kUnauthorized,
                      [this](const core::RunRef& run) { CancelSent(run); }),
      client_(options, egress, clock) {
  // Counted and thread-safe in libcurl; never undone, since other parts of a process may use it.
  curl_global_init(CURL_GLOBAL_DEFAULT);
  for (int i = 0; i < options.threads; ++i) {
    loops_.push_back(std::make_unique<CurlLoop>(options, clock));
  }
}

HttpExecutor::~HttpExecutor() { Shutdown(); }

void HttpExecutor::Execute(core::ClaimedRun run, Done done) {
  const auto* own =
      run.event == nullptr ? nullptr : std::get_if<core::HttpTarget>(&run.event->target);
  if (own == nullptr) {
    return done(FailedAttempt(core::failure::kValidation, "the event has no HTTP target"));
  }
  if (!own->connection.empty()) {
    // The event keeps it.
    std::shared_ptr<const core::HttpTarget> target(run.event, own);
    return ExecuteBy(std::move(target), std::move(run), std::move(done));
  }
  ConnectedTarget alone;
  if (HasTemplates(*own)) {
    absl::StatusOr<core::HttpTarget> filled = RenderHttpTarget(*own, run);
    if (!filled.ok()) return done(UnsentAttempt(filled.status()));
    alone.target = *std::move(filled);
  } else {
    alone.target = *own;
  }
  Send(alone, std::move(run), std::move(done));
}

void HttpExecutor::ExecuteBy(std::shared_ptr<const core::HttpTarget> target, core::ClaimedRun run,
                             Done done) {
  SendByConnection(std::move(target), std::move(run), std::move(done), secrets_, &file_readers_,
                   [this](AttemptConnection connection, const core::HttpTarget& named,
                          core::ClaimedRun claimed, Done ended) {
                     SendBy(std::move(connection), named, std::move(claimed), std::move(ended));
                   });
}

void HttpExecutor::SendBy(AttemptConnection connection, const core::HttpTarget& target,
                          core::ClaimedRun run, Done done) {
  std::optional<core::HttpTarget> filled;  // not copied where there is nothing to fill in
  if (HasTemplates(target)) {
    absl::StatusOr<core::HttpTarget> rendered = FillIn(target, run, &connection);
    if (!rendered.ok()) return done(UnsentAttempt(rendered.status()));
    filled = *std::move(rendered);
  }
  const bool no_url = run.probe && BaseUrlOf(connection).empty();
  absl::StatusOr<ConnectedTarget> connected =
      no_url ? ConnectForToken(&connection) : Connect(filled ? *filled : target, &connection);
  if (!connected.ok()) return done(UnsentAttempt(connected.status()));
  if (connected->token) {
    TokenRequest request = *connected->token;
    // A test asks for a token of its own: one that runs have says nothing of whether another can be had.
    if (run.probe) {
      request.identity = base::StrCat(request.identity, "#", core::FormatRunId(run.key));
      request.once = true;
    }
    auto waiting = std::make_shared<const ConnectedTarget>(*std::move(connected));
    return token_attempts_.Begin(
        std::move(request), std::move(run), std::move(connection.redactor()),
        [this, waiting, no_url](std::string_view token, core::ClaimedRun sent, Done sent_done) {
          if (no_url) return sent_done(CompletedAttempt("a token was given"));
          ConnectedTarget with_token;
          with_token.target = WithToken(waiting->target, waiting->token_header, token);
          with_token.transport = waiting->transport;
          Send(with_token, std::move(sent), std::move(sent_done));
        },
        std::move(done));
  }
  Send(*connected, std::move(run), Redacting(std::move(connection.redactor()), std::move(done)));
}

void HttpExecutor::Send(const ConnectedTarget& connected, core::ClaimedRun run, Done done) {
  auto transfer = std::make_unique<HttpTransfer>();
  transfer->id = {run.key, run.token};
  transfer->egress = egress_;
  transfer->event = run.event;
  transfer->trace = run.trace;
  transfer->probe = run.probe;
  absl::StatusOr<HttpRequest> request = BuildHttpRequest(connected.target, std::move(run));
  if (!request.ok()) return done(UnsentAttempt(request.status()));
  request->transport = connected.transport;
  if (connected.key != nullptr) Sign(*connected.key, clock_->WallNow(), &*request);
  if (transfer->trace != nullptr) transfer->trace->AddRequest(TextOf(*request));
  transfer->request = *std::move(request);
  transfer->done = std::move(done);
  // In turn: a target's connections are then kept in every loop, and a busy target uses all.
  const size_t loop = next_loop_.fetch_add(1, std::memory_order_relaxed) % loops_.size();
  loops_[loop]->Submit(std::move(transfer));
}

void HttpExecutor::Cancel(const core::RunRef& run) {
  token_attempts_.Cancel(run);
  CancelSent(run);
}

void HttpExecutor::CancelSent(const core::RunRef& run) {
  for (const auto& loop : loops_) loop->Cancel({run.key, run.token});
}

void HttpExecutor::Shutdown() {
  file_readers_.Stop();
  tokens_.Shutdown();
  client_.Shutdown();
  for (const auto& loop : loops_) loop->Stop();
}

}  // namespace scheduler::dispatch
