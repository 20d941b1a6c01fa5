#include "scheduler/dispatch/database/session_pools.h"

#include <algorithm>
#include <utility>

#include "nlohmann/json.hpp"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

// What a test says for people: the one text in the one row, in the place of the rows.
AttemptResult WithFirstText(AttemptResult result) {
  if (!result.completed || result.output == nullptr) return result;
  const auto rows = nlohmann::json::parse(result.output->output, nullptr, false);
  if (!rows.is_array() || rows.empty() || !rows.front().is_object()) return result;
  for (const auto& value : rows.front()) {
    if (value.is_string()) return CompletedAttempt(value.get<std::string>());
  }
  return result;
}

}  // namespace

SessionPools::SessionPools(const DatabaseOptions& options, const SessionBasis& basis,
                           AttemptRegistry* registry)
    : options_(options), basis_(basis), registry_(registry), threads_(options.max_sessions) {}

SessionPools::~SessionPools() { Stop(); }

void SessionPools::Submit(const AttemptPtr& attempt) {
  std::string identity = attempt->connection.Identity();
  // A test opens a session of its own, beside those of runs, and waits for none of them.
  if (attempt->run.probe) identity += "/probe";
  const size_t in_flight = registry_->size();
  bool refused = false;
  {
    const base::MutexLock lock(&mu_);
    PoolPtr& pool = pools_[identity];
    if (pool == nullptr) {
      pool = std::make_shared<Pool>();
      pool->identity = identity;
      pool->max_sessions = MaxConnectionsOf(attempt->connection.settings());
    }
    const size_t left = options_.max_in_flight - std::min(in_flight, options_.max_in_flight);
    refused = stopping_ || pool->waiting.size() > left;
    if (!refused) {
      pool->waiting.push_back(attempt);
      pool->wake.Signal();
      Start(pool);
    }
  }
  if (!refused) return;
  registry_->Finish(attempt, FailedAttempt(core::failure::kRateLimited,
                                           "too many attempts wait for this database"));
}

bool SessionPools::MayStart(const Pool& pool) const {
  const size_t left = options_.max_sessions - sessions_;
  return left > 0 && pool.sessions < pool.max_sessions && pool.sessions < left;
}

void SessionPools::Start(const PoolPtr& pool) {
  if (pool->waiting.size() <= pool->idle) return;
  if (sessions_ == options_.max_sessions) RetireOneElsewhere(pool.get());
  if (!MayStart(*pool)) return;
  ++pool->sessions;
  ++sessions_;
  threads_.Post([this, pool] { Serve(pool); });
}

void SessionPools::RetireOneElsewhere(const Pool* pool) {
  for (const auto& [identity, other] : pools_) {
    if (other.get() == pool || other->idle <= other->retire) continue;
    ++other->retire;
    other->wake.SignalAll();
    return;
  }
}

AttemptPtr SessionPools::Take(Pool* pool, bool may_idle) {
  const base::MutexLock lock(&mu_);
  const base::Millis until = basis_.clock->MonoNow() + options_.idle_timeout;
  ++pool->idle;
  AttemptPtr taken;
  while (!stopping_) {
    if (!pool->waiting.empty()) {
      taken = std::move(pool->waiting.front());
      pool->waiting.pop_front();
      break;
    }
    if (pool->retire > 0) {
      --pool->retire;
      break;
    }
    const base::Millis left = may_idle ? until - basis_.clock->MonoNow() : 0;
    if (left <= 0) break;
    pool->wake.WaitMicros(&mu_, left * 1000);
  }
  --pool->idle;
  pool->retire = std::min(pool->retire, pool->idle);
  return taken;
}

void SessionPools::Leave(const PoolPtr& pool) {
  const base::MutexLock lock(&mu_);
  --pool->sessions;
  --sessions_;
  if (stopping_) return;
  if (pool->sessions == 0 && pool->waiting.empty()) pools_.erase(pool->identity);
  // Whoever could not start before.
  for (const auto& [identity, other] : pools_) Start(other);
}

void SessionPools::Serve(const PoolPtr& pool) {
  Interrupt interrupt;
  std::unique_ptr<DatabaseSession> session;
  SecretRedactor redactor;
  while (AttemptPtr attempt = Take(pool.get(), session != nullptr)) {
    ServeOne(attempt, &interrupt, &session, &redactor);
  }
  session.reset();
  Leave(pool);
}

void SessionPools::ServeOne(const AttemptPtr& attempt, Interrupt* interrupt,
                            std::unique_ptr<DatabaseSession>* session, SecretRedactor* redactor) {
  if (!attempt->Attach(interrupt)) return;
  AttemptResult result = RunOne(attempt, interrupt, session, redactor);
  attempt->Detach();
  if (interrupt->tripped()) session->reset();
  interrupt->Clear();
  registry_->Finish(attempt, redactor->Redact(std::move(result)));
}

AttemptResult SessionPools::RunOne(const AttemptPtr& attempt, Interrupt* interrupt,
                                   std::unique_ptr<DatabaseSession>* session,
                                   SecretRedactor* redactor) {
  AttemptConnection& connection = attempt->connection;
  absl::StatusOr<DatabaseCall> call =
      MakeDatabaseCall(attempt->target(), connection.settings(), attempt->run);
  if (absl::IsPermissionDenied(call.status())) {
    return FailedAttempt(core::failure::kForbidden, base::FromAbsl(call.status().message()));
  }
  if (!call.ok()) return UnsentAttempt(call.status());
  if (*session != nullptr && !(*session)->IsUsable()) session->reset();
  if (*session == nullptr) {
    OpenedSession opened = OpenSession(basis_, &connection, interrupt);
    *redactor = std::move(connection.redactor());
    if (opened.session == nullptr) return std::move(opened.failure);
    *session = std::move(opened.session);
  }
  if (attempt->run.trace != nullptr) attempt->run.trace->AddRequest(TextOf(*call));
  call->time_left = std::max<base::Millis>(1, attempt->deadline - basis_.clock->MonoNow());
  AttemptResult result = (*session)->Run(*call, interrupt);
  if (call->probe || !(*session)->IsUsable()) session->reset();
  if (call->probe) return WithFirstText(std::move(result));
  return result;
}

void SessionPools::Stop() {
  {
    const base::MutexLock lock(&mu_);
    stopping_ = true;
    for (const auto& [identity, pool] : pools_) pool->wake.SignalAll();
  }
  threads_.Stop();
  const base::MutexLock lock(&mu_);
  pools_.clear();
}

}  // namespace scheduler::dispatch
