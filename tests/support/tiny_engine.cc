#include "tests/support/tiny_engine.h"

#include <algorithm>
#include <utility>

namespace scheduler::core {

TinyEngine::TinyEngine() {
  Event event;
  event.product = "shop";
  event.key = {EventType::kFunction, "pack"};
  event.target = WorkerTarget{"FUNCTION/pack"};
  event_ = std::make_shared<const Event>(std::move(event));
}

std::vector<RunKey> TinyEngine::Add(LaneId lane, int count, const std::string& product) {
  std::vector<RunKey> keys;
  std::vector<ReadyRun> ready;
  {
    base::MutexLock lock(&mu_);
    const Uid uid = next_uid_;
    next_uid_ = MakeUid(SequenceOf(uid) + 1, 7);
    for (int number = 1; number <= count; ++number) {
      ReadyRun run;
      run.key = {uid, number};
      run.lane = lane;
      Record& record = runs_[run.key];
      record.lane = lane;
      record.product = product;
      keys.push_back(run.key);
      ready.push_back(run);
    }
  }
  Push(ready);
  return keys;
}

void TinyEngine::Cancel(const RunKey& key, CancelSink* sink, const std::string& reason) {
  RunRef ref{key, 0};
  {
    base::MutexLock lock(&mu_);
    Record& record = runs_[key];
    if (record.ended) return;
    ref.token = record.token;
    record.ended = true;
    record.queued = false;
    record.outcome.kind = Outcome::Kind::kCancelled;
    ++ended_;
  }
  if (ref.token != 0) sink->CancelRuns({&ref, 1}, reason);
}

void TinyEngine::EndSilently(const RunKey& key) {
  base::MutexLock lock(&mu_);
  Record& record = runs_[key];
  if (!record.ended) ++ended_;
  record.ended = true;
}

void TinyEngine::HoldCommits() {
  base::MutexLock lock(&mu_);
  hold_ = true;
}

void TinyEngine::ReleaseCommits() {
  std::vector<std::function<void()>> held;
  {
    base::MutexLock lock(&mu_);
    hold_ = false;
    held.swap(held_);
  }
  for (const std::function<void()>& commit : held) commit();
}

void TinyEngine::CommitBackwards() {
  std::vector<std::function<void()>> held;
  {
    base::MutexLock lock(&mu_);
    held.swap(held_);
  }
  std::reverse(held.begin(), held.end());
  for (const std::function<void()>& commit : held) commit();
}

TinyEngine::Record TinyEngine::Get(const RunKey& key) const {
  base::MutexLock lock(&mu_);
  const auto it = runs_.find(key);
  return it == runs_.end() ? Record() : it->second;
}

size_t TinyEngine::ended() const {
  base::MutexLock lock(&mu_);
  return ended_;
}

size_t TinyEngine::reports() const {
  base::MutexLock lock(&mu_);
  return reports_;
}

std::vector<Outcome> TinyEngine::accepted() const {
  base::MutexLock lock(&mu_);
  return accepted_;
}

void TinyEngine::SetAttemptTimeout(Millis timeout) {
  base::MutexLock lock(&mu_);
  attempt_timeout_ = timeout;
}

void TinyEngine::SetInput(std::string input_json) {
  base::MutexLock lock(&mu_);
  input_json_ = std::move(input_json);
}

void TinyEngine::SetNow(Millis now) {
  base::MutexLock lock(&mu_);
  now_ = now;
}

void TinyEngine::SetOnClaim(std::function<void()> on_claim) {
  base::MutexLock lock(&mu_);
  on_claim_ = std::move(on_claim);
}

void TinyEngine::SetQueue(RunQueue* queue, LimitGroup group) {
  base::MutexLock lock(&mu_);
  queue_ = queue;
  group_ = group;
}

// --- RunQueue ------------------------------------------------------------------------------------

void TinyEngine::Push(absl::Span<const ReadyRun> runs) {
  absl::flat_hash_set<LaneId> lanes;
  std::vector<ReadyRun> grouped(runs.begin(), runs.end());
  RunQueue* queue = nullptr;
  {
    base::MutexLock lock(&mu_);
    queue = queue_;
    for (ReadyRun& run : grouped) run.group = group_;
  }
  if (queue != nullptr) return queue->Push(grouped);
  {
    base::MutexLock lock(&mu_);
    for (const ReadyRun& run : runs) {
      lanes_[run.lane].push_back(run);
      lanes.insert(run.lane);
    }
  }
  if (listener_ == nullptr) return;
  for (const LaneId lane : lanes) listener_->OnReady(lane);
}

size_t TinyEngine::Pop(LaneId lane, size_t max, std::vector<ReadyRun>* out) {
  base::MutexLock lock(&mu_);
  std::deque<ReadyRun>& waiting = lanes_[lane];
  const auto count = static_cast<std::ptrdiff_t>(std::min(max, waiting.size()));
  out->insert(out->end(), waiting.begin(), waiting.begin() + count);
  waiting.erase(waiting.begin(), waiting.begin() + count);
  return static_cast<size_t>(count);
}

size_t TinyEngine::Size(LaneId lane) const {
  base::MutexLock lock(&mu_);
  const auto it = lanes_.find(lane);
  return it == lanes_.end() ? 0 : it->second.size();
}

size_t TinyEngine::TotalSize() const {
  base::MutexLock lock(&mu_);
  size_t total = 0;
  for (const auto& [lane, waiting] : lanes_) total += waiting.size();
  return total;
}

// --- RunPort -------------------------------------------------------------------------------------

ClaimResult TinyEngine::Claim(const ReadyRun& run, const std::string* worker, ClaimedRun* out) {
  std::function<void()> on_claim;
  {
    base::MutexLock lock(&mu_);
    on_claim = on_claim_;
  }
  if (on_claim) on_claim();
  base::MutexLock lock(&mu_);
  Record& record = runs_[run.key];
  if (record.ended || !record.queued) return ClaimResult::kGone;
  record.queued = false;
  record.worker = worker;
  ++record.claims;
  record.token = MakeToken(3, static_cast<uint32_t>(record.claims));
  out->key = run.key;
  out->token = record.token;
  out->attempt = record.claims;
  out->scheduled_time = now_ - 5;
  out->due_time = now_ - 5;
  out->attempt_timeout = attempt_timeout_;
  out->product = record.product;
  out->job_tag = "nightly_pack";
  out->job_name = "Nightly packing";
  out->env = "prd";
  out->input_json = input_json_;
  out->event = event_;
  return ClaimResult::kClaimed;
}

std::string TinyEngine::Take(const std::string& product, const Outcome& outcome,
                             std::vector<ReadyRun>* again) {
  const auto it = runs_.find(outcome.key);
  if (it == runs_.end() || it->second.ended) return "UNKNOWN_RUN";
  Record& record = it->second;
  if (!product.empty() && record.product != product) return "OTHER_PRODUCT";
  if (record.queued || record.token != outcome.token) return "STALE_TOKEN";
  accepted_.push_back(outcome);
  const bool lost = outcome.kind == Outcome::Kind::kLost;
  if (!lost && outcome.kind != Outcome::Kind::kReleased) {
    record.ended = true;
    record.outcome = outcome;
    ++ended_;
    return "";
  }
  ++(lost ? record.lost : record.released);
  record.queued = true;
  ReadyRun run;
  run.key = outcome.key;
  run.lane = record.lane;
  again->push_back(run);
  return "";
}

void TinyEngine::Report(const std::string& product, std::vector<Outcome> outcomes,
                        Committed committed) {
  std::vector<Refusal> refused;
  std::vector<ReadyRun> again;
  bool hold = false;
  {
    base::MutexLock lock(&mu_);
    ++reports_;
    for (const Outcome& outcome : outcomes) {
      std::string why = Take(product, outcome, &again);
      if (!why.empty()) refused.push_back({{outcome.key, outcome.token}, std::move(why)});
    }
    hold = hold_;
    if (hold) held_.push_back([committed, refused] { committed(refused); });
  }
  if (!hold) committed(std::move(refused));
  if (!again.empty()) Push(again);
}

std::vector<RunRef> TinyEngine::StillCurrent(const std::string& product,
                                             absl::Span<const RunRef> runs) {
  std::vector<RunRef> current;
  base::MutexLock lock(&mu_);
  for (const RunRef& run : runs) {
    const auto it = runs_.find(run.key);
    const bool stands = it != runs_.end() && !it->second.ended && !it->second.queued &&
                        it->second.product == product && it->second.token == run.token;
    if (stands) current.push_back(run);
  }
  return current;
}

Millis TinyEngine::Now() const {
  base::MutexLock lock(&mu_);
  return now_;
}

}  // namespace scheduler::core
