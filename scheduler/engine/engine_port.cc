// core::RunPort: what dispatch asks of the engine.

#include <atomic>
#include <memory>
#include <utility>

#include "scheduler/base/interned.h"
#include "scheduler/engine/engine.h"

namespace scheduler::engine {

using core::ClaimResult;
using core::RunState;

namespace {

// `own`: what the job says, 0 if it says nothing.
Millis TimeoutOf(Millis own, const core::Event& event) {
  const Millis most = core::MaxAttemptTimeout(event.target);
  if (own > 0) return std::min(own, most);
  if (event.attempt_timeout > 0) return std::min(event.attempt_timeout, most);
  return base::limits::kDefaultAttemptTimeout;
}

void Assign(std::string* to, std::string_view from) { to->assign(from.data(), from.size()); }

}  // namespace

bool Engine::FillClaim(Shard& s, const ActiveJob& job, OpenRun* run, core::ClaimedRun* out) {
  const core::JobRecord& r = s.record(job.slot);
  const Profile& profile = s.profile(job.slot);
  const JobText text = s.text(job.slot);
  Millis timeout = profile.attempt_timeout;
  if (run->former != nullptr) {
    const core::JobSpec& spec = *run->former->spec();
    Assign(&out->job_name, spec.name);
    Assign(&out->input_json, spec.input_json);
    timeout = spec.attempt_timeout;
  } else {
    Assign(&out->job_name, text.name);
    Assign(&out->input_json, text.input);
  }
  if (run->former == nullptr && (r.flags & core::kTextOnDisk) != 0) {
    const auto loaded = loader_->Find(r.uid, run->generation);
    if (loaded == nullptr) return false;
    out->job_name = loaded->name;
    out->input_json = loaded->input_json;
  }
  if (run->origin != nullptr && run->origin->has_input) out->input_json = run->origin->input_json;
  run->state = RunState::kRunning;
  run->started = time_->Last();
  ++run->dispatches;
  run->event_generation = out->event->generation;
  out->key = {r.uid, run->number};
  out->token = core::MakeToken(epoch_, run->dispatches);
  out->attempt = run->attempt_count + 1;
  out->trigger = run->trigger;
  out->scheduled_time = run->nominal;
  out->due_time = run->due;
  out->attempt_timeout = TimeoutOf(timeout, *out->event);
  Assign(&out->product, base::TextOf(profile.product));
  Assign(&out->job_tag, text.tag);
  Assign(&out->env, base::TextOf(s.EnvOf(job.slot, *run)));
  return true;
}

void Engine::FindConnections(core::ClaimedRun* out) const {
  out->connections.clear();
  for (const std::string_view tag : core::ConnectionsOf(out->event->target)) {
    auto found = registry_.tables().connections.Find(out->event->product, std::string(tag));
    if (found.connection != nullptr) out->connections.push_back(std::move(found.connection));
  }
}

ClaimResult Engine::Claim(const core::ReadyRun& ready, const std::string* worker,
                          core::ClaimedRun* out) {
  const ClaimResult result = TryClaim(ready, worker, out);
  if (ready.holds_text) loader_->Done(ready);
  return result;
}

ClaimResult Engine::TryClaim(const core::ReadyRun& ready, const std::string* worker,
                             core::ClaimedRun* out) {
  Shard& s = registry_.shard(core::ShardOf(ready.key.uid));
  core::ReadyRun moved;
  bool elsewhere = false;
  {
    base::MutexLock lock(&s.mu);
    ActiveJob* job = s.active(ready.key.uid);
    OpenRun* run = job == nullptr ? nullptr : job->Find(ready.key.number);
    if (run == nullptr) return ClaimResult::kGone;
    // It was in the queue twice, and what waits now is its next delivery, which may not be durable yet.
    if (run->dispatches != ready.dispatches) return ClaimResult::kGone;
    run->in_queue = false;
    if (run->state != RunState::kQueued) return ClaimResult::kGone;
    const core::JobRecord& r = s.record(job->slot);
    const bool held = r.state == core::JobState::kPaused && core::Counts(run->trigger);
    if (held) return ClaimResult::kGone;
    moved = ready;
    moved.holds_text = false;
    catalog::EventTable::Resolved found =
        registry_.tables().events.Resolve(s.EventOf(job->slot, *run));
    out->event = std::move(found.event);
    moved.lane = found.route.lane;
    moved.group = found.route.group;
    // It was popped without the leave of a group that it belongs to by now. (Where the event has no
    // limits any more, that of the group it had does no harm.)
    elsewhere = found.route.lane != ready.lane ||
                (found.route.group != core::kNoGroup && found.route.group != ready.group);
    if (!elsewhere && out->event != nullptr) {
      FindConnections(out);
      run->worker = worker;
      if (FillClaim(s, *job, run, out)) return ClaimResult::kClaimed;
    }
    run->in_queue = true;  // it goes back
  }
  // The event is gone, its runs wait elsewhere by now, or the input is not in memory any more.
  if (moved.lane == core::kNoLane) {
    LoopOf(core::ShardOf(ready.key.uid)).Post([key = ready.key](Loop& loop) {
      loop.core().orphans().push_back(key);
    });
  } else if (elsewhere) {
    queue_.Push({&moved, 1});
  } else {
    loader_->Load({&moved, 1});
  }
  return ClaimResult::kGone;
}

void Engine::Report(const std::string& product, std::vector<core::Outcome> outcomes,
                    Committed committed) {
  // Shared by the parts of one report, one a loop.
  struct Pending {
    std::atomic<int> parts{0};
    base::Mutex mu;
    std::vector<core::Refusal> refused ABSL_GUARDED_BY(mu);
    Committed committed;
  };
  auto pending = std::make_shared<Pending>();
  pending->committed = std::move(committed);
  std::vector<std::vector<core::Outcome>> parts(loops_.size());
  if (loops_.size() == 1) {
    parts[0] = std::move(outcomes);
  } else {
    for (core::Outcome& outcome : outcomes) {
      parts[registry_.LoopOf(core::ShardOf(outcome.key.uid))].push_back(std::move(outcome));
    }
  }
  // One part more than there are, so that the last to finish is never counted twice.
  pending->parts.store(1 +
                       static_cast<int>(std::count_if(parts.begin(), parts.end(),
                                                      [](const auto& p) { return !p.empty(); })));
  const auto finish = [](const std::shared_ptr<Pending>& p) {
    if (p->parts.fetch_sub(1) != 1) return;
    std::vector<core::Refusal> refused;
    {
      base::MutexLock lock(&p->mu);
      refused.swap(p->refused);
    }
    p->committed(std::move(refused));
  };
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty()) continue;
    loops_[i]->Post([pending, product, finish, part = std::move(parts[i])](Loop& loop) {
      for (const core::Outcome& outcome : part) {
        std::optional<core::Refusal> refusal = loop.runs().Report(product, outcome);
        if (!refusal.has_value()) continue;
        base::MutexLock lock(&pending->mu);
        pending->refused.push_back(*std::move(refusal));
      }
      loop.core().Reply([pending, finish](store::Position) { finish(pending); });
    });
  }
  finish(pending);
}

std::vector<core::RunRef> Engine::StillCurrent(const std::string& product,
                                               absl::Span<const core::RunRef> runs) {
  std::vector<core::RunRef> current;
  for (const core::RunRef& ref : runs) {
    Shard& s = registry_.shard(core::ShardOf(ref.key.uid));
    base::MutexLock lock(&s.mu);
    ActiveJob* job = s.active(ref.key.uid);
    const OpenRun* run = job == nullptr ? nullptr : job->Find(ref.key.number);
    if (run == nullptr || run->state != RunState::kRunning) continue;
    if (base::TextOf(s.profile(job->slot).product) != product) continue;
    if (core::MakeToken(epoch_, run->dispatches) == ref.token) current.push_back(ref);
  }
  return current;
}

}  // namespace scheduler::engine
