#include "scheduler/dispatch/worker_directory.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"

namespace scheduler::dispatch {
namespace {

// Moves the living into a list and the dead out of `known`.
template <typename T>
std::vector<std::shared_ptr<T>> Sweep(std::vector<std::weak_ptr<T>>* known) {
  std::vector<std::shared_ptr<T>> living;
  living.reserve(known->size());
  size_t kept = 0;
  for (std::weak_ptr<T>& candidate : *known) {
    std::shared_ptr<T> held = candidate.lock();
    if (held == nullptr) continue;
    living.push_back(std::move(held));
    std::swap((*known)[kept++], candidate);
  }
  known->resize(kept);
  return living;
}

}  // namespace

WorkerDirectory::WorkerDirectory(size_t max_sessions, std::function<std::string()> new_session_id,
                                 core::RunQueue* queue)
    : max_sessions_(max_sessions), new_session_id_(std::move(new_session_id)), queue_(queue) {}

absl::StatusOr<std::shared_ptr<WorkerSession>> WorkerDirectory::FindOrBegin(
    WorkerSession::Kind kind, const std::string& product, const std::string& id, Millis now) {
  Key key(product, id.empty() ? new_session_id_() : id);
  base::MutexLock lock(&mu_);
  if (draining_) return base::errors::Draining();
  const auto it = sessions_.find(key);
  if (it != sessions_.end()) {
    if (it->second->kind() == kind) return it->second;
    return base::errors::FieldInvalid(
        "session_id", kind == WorkerSession::Kind::kPolled
                          ? "the session of a LeaseRuns call, not of a Work stream"
                          : "the session of a Work stream, not of a LeaseRuns call");
  }
  if (sessions_.size() >= max_sessions_) {
    return base::errors::TooManyStreams("worker sessions", static_cast<int64_t>(max_sessions_));
  }
  auto session = std::make_shared<WorkerSession>(kind, product, key.second, now, queue_);
  sessions_.emplace(std::move(key), session);
  return session;
}

std::shared_ptr<WorkerSession> WorkerDirectory::Find(const std::string& product,
                                                     const std::string& id) const {
  base::MutexLock lock(&mu_);
  const auto it = sessions_.find(Key(product, id));
  return it == sessions_.end() ? nullptr : it->second;
}

void WorkerDirectory::Forget(const std::shared_ptr<WorkerSession>& session) {
  base::MutexLock lock(&mu_);
  const auto it = sessions_.find(Key(session->product(), session->id()));
  if (it != sessions_.end() && it->second == session) sessions_.erase(it);
}

bool WorkerDirectory::Add(const std::shared_ptr<WorkerLink>& link) {
  base::MutexLock lock(&mu_);
  if (!draining_) links_.push_back(link);
  return !draining_;
}

bool WorkerDirectory::Add(const std::shared_ptr<WorkerPoll>& poll) {
  base::MutexLock lock(&mu_);
  if (!draining_) polls_.push_back(poll);
  return !draining_;
}

void WorkerDirectory::StartDraining() {
  base::MutexLock lock(&mu_);
  draining_ = true;
}

size_t WorkerDirectory::session_count() const {
  base::MutexLock lock(&mu_);
  return sessions_.size();
}

bool WorkerDirectory::empty() const {
  base::MutexLock lock(&mu_);
  return sessions_.empty() &&
         std::all_of(links_.begin(), links_.end(), [](const auto& link) { return link.expired(); });
}

std::vector<std::shared_ptr<WorkerSession>> WorkerDirectory::Sessions() const {
  base::MutexLock lock(&mu_);
  std::vector<std::shared_ptr<WorkerSession>> sessions;
  sessions.reserve(sessions_.size());
  for (const auto& [key, session] : sessions_) sessions.push_back(session);
  return sessions;
}

std::vector<std::shared_ptr<WorkerLink>> WorkerDirectory::Links() {
  base::MutexLock lock(&mu_);
  return Sweep(&links_);
}

std::vector<std::shared_ptr<WorkerPoll>> WorkerDirectory::Polls() {
  base::MutexLock lock(&mu_);
  return Sweep(&polls_);
}

}  // namespace scheduler::dispatch
