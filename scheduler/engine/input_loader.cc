#include "scheduler/engine/input_loader.h"

#include <algorithm>

#include "scheduler/base/interned.h"
#include "scheduler/base/log.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {
namespace {

int64_t SizeOf(const LoadedText& text) {
  return static_cast<int64_t>(text.name.size() + text.input_json.size() + sizeof(LoadedText) + 96);
}

}  // namespace

InputLoader::InputLoader(const store::Store* store, JobRegistry* registry, core::RunQueue* queue,
                         int64_t max_bytes, std::function<void()> on_load)
    : store_(store),
      registry_(registry),
      queue_(queue),
      max_bytes_(max_bytes),
      on_load_(std::move(on_load)) {}

void InputLoader::Load(absl::Span<const core::ReadyRun> runs) {
  {
    base::MutexLock lock(&mu_);
    asked_.insert(asked_.end(), runs.begin(), runs.end());
  }
  if (on_load_) on_load_();
}

std::string InputLoader::RowKeyOf(const core::ReadyRun& run, int64_t* generation) const {
  Shard& s = registry_->shard(core::ShardOf(run.key.uid));
  base::MutexLock lock(&s.mu);
  const ActiveJob* job = s.active(run.key.uid);
  if (job == nullptr) return std::string();
  *generation = s.Generation(job->slot);
  return store::JobRowKey(base::TextOf(s.profile(job->slot).product), run.key.uid);
}

bool InputLoader::Step() {
  std::vector<core::ReadyRun> runs;
  {
    base::MutexLock lock(&mu_);
    runs.swap(asked_);
  }
  if (runs.empty()) return false;
  std::vector<std::pair<std::string, Key>> wanted;
  for (const core::ReadyRun& run : runs) {
    int64_t generation = 0;
    std::string row = RowKeyOf(run, &generation);
    const Key key(run.key.uid, generation);
    if (row.empty() || Find(key.first, key.second) != nullptr) continue;
    wanted.emplace_back(std::move(row), key);
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::vector<std::string> keys;
  for (const auto& [row, key] : wanted) keys.push_back(row);
  const auto rows = store_->MultiGet(store::Table::kJobs, keys);
  for (size_t i = 0; rows.ok() && i < rows->size(); ++i) {
    if (!(*rows)[i].has_value()) continue;
    absl::StatusOr<core::Job> job = store::DecodeJob(*(*rows)[i]);
    if (!job.ok()) continue;
    Add(Key(job->uid, job->generation),
        LoadedText{std::move(job->spec.name), std::move(job->spec.input_json)});
  }
  if (!rows.ok()) {
    // The runs wait for a better disk: they are asked for again in the next step.
    base::Log(base::LogLevel::kError, "reading inputs failed",
              {{"error", std::string(rows.status().message())}});
    base::MutexLock lock(&mu_);
    asked_.insert(asked_.end(), runs.begin(), runs.end());
    return false;
  }
  queue_->Push(runs);
  return true;
}

void InputLoader::Add(const Key& key, LoadedText text) {
  const int64_t size = SizeOf(text);
  base::MutexLock lock(&mu_);
  auto [it, is_new] = texts_.try_emplace(key, std::make_shared<const LoadedText>(std::move(text)));
  if (!is_new) return;
  order_.push_back(key);
  int64_t bytes = bytes_.fetch_add(size, std::memory_order_relaxed) + size;
  while (bytes > max_bytes_ && order_.size() > 1) {
    const auto oldest = texts_.find(order_.front());
    const int64_t freed = SizeOf(*oldest->second);
    texts_.erase(oldest);
    order_.pop_front();
    bytes = bytes_.fetch_sub(freed, std::memory_order_relaxed) - freed;
  }
}

std::shared_ptr<const LoadedText> InputLoader::Find(core::Uid uid, int64_t generation) const {
  base::MutexLock lock(&mu_);
  const auto it = texts_.find(Key(uid, generation));
  return it == texts_.end() ? nullptr : it->second;
}

}  // namespace scheduler::engine
