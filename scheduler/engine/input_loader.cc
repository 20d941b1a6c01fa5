#include "scheduler/engine/input_loader.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/interned.h"
#include "scheduler/base/log.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {
namespace {

// Runs of one lane that are read at once, whatever room their small predecessors promise.
constexpr int64_t kMaxBatch = 256;

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
    for (const core::ReadyRun& run : runs) lanes_[run.lane].waiting.push_back(run);
  }
  if (on_load_) on_load_();
}

bool InputLoader::Step() {
  std::vector<Wanted> runs = TakeWaiting();
  if (runs.empty()) return false;
  std::erase_if(runs, [this](Wanted& wanted) { return !Locate(&wanted); });
  if (absl::Status read = Read(runs); !read.ok()) {
    // The runs wait for a better disk.
    base::Log(base::LogLevel::kError, "reading inputs failed",
              {{"error", std::string(read.message())}});
  }
  const std::vector<core::ReadyRun> ready = Hold(runs);
  queue_->Push(ready);
  return ready.size() == runs.size();
}

int64_t InputLoader::RoomOf(const Lane& lane) const {
  if (lane.holders == 0 && held_bytes_ >= max_bytes_) return 1;
  if (held_bytes_ >= max_bytes_) return 0;
  const int64_t most = std::max<int64_t>(1, max_bytes_ / 8 / average_);
  return std::clamp<int64_t>(most - lane.holders, 0, kMaxBatch);
}

std::vector<InputLoader::Wanted> InputLoader::TakeWaiting() {
  std::vector<Wanted> taken;
  base::MutexLock lock(&mu_);
  for (auto& [id, lane] : lanes_) {
    for (int64_t room = RoomOf(lane); room > 0 && !lane.waiting.empty(); --room) {
      taken.push_back(Wanted{lane.waiting.front(), 0, ""});
      lane.waiting.pop_front();
    }
  }
  return taken;
}

bool InputLoader::Locate(Wanted* wanted) const {
  const core::RunKey& key = wanted->run.key;
  Shard& s = registry_->shard(core::ShardOf(key.uid));
  base::MutexLock lock(&s.mu);
  ActiveJob* job = s.active(key.uid);
  const OpenRun* run = job == nullptr ? nullptr : job->Find(key.number);
  if (run == nullptr) return false;
  wanted->generation = run->generation;
  wanted->row = store::JobRowKey(base::TextOf(s.profile(job->slot).product), key.uid);
  return true;
}

absl::Status InputLoader::Read(const std::vector<Wanted>& runs) {
  std::vector<std::string> keys;
  for (const Wanted& wanted : runs) {
    if (Find(wanted.run.key.uid, wanted.generation) == nullptr) keys.push_back(wanted.row);
  }
  if (keys.empty()) return absl::OkStatus();
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  const auto rows = store_->MultiGet(store::Table::kJobs, keys);
  if (!rows.ok()) return rows.status();
  absl::Status result;
  for (const std::optional<std::string>& row : *rows) {
    if (!row.has_value()) continue;  // deleted since
    absl::StatusOr<core::Job> job = store::DecodeJob(*row);
    if (!job.ok()) {
      result = job.status();
      continue;
    }
    base::MutexLock lock(&mu_);
    Add(job->uid,
        LoadedText{job->generation, std::move(job->spec.name), std::move(job->spec.input_json)});
  }
  return result;
}

void InputLoader::Add(core::Uid uid, LoadedText loaded) {
  Text& text = texts_[uid];
  const int64_t grown = SizeOf(loaded) - text.size;
  text.size += grown;
  text.loaded = std::make_shared<const LoadedText>(std::move(loaded));
  if (text.holders > 0) held_bytes_ += grown;
  bytes_.fetch_add(grown, std::memory_order_relaxed);
  average_ += (text.size - average_) / 16;
  if (!text.listed) order_.push_back(uid);
  text.listed = true;
}

std::vector<core::ReadyRun> InputLoader::Hold(const std::vector<Wanted>& runs) {
  std::vector<core::ReadyRun> ready;
  base::MutexLock lock(&mu_);
  for (const Wanted& wanted : runs) {
    core::ReadyRun run = wanted.run;
    Lane& lane = lanes_[run.lane];
    const auto it = texts_.find(run.key.uid);
    if (it == texts_.end() || it->second.loaded->generation < wanted.generation) {
      lane.waiting.push_back(run);
      continue;
    }
    if (it->second.holders++ == 0) held_bytes_ += it->second.size;
    ++lane.holders;
    run.holds_text = true;
    ready.push_back(run);
  }
  Evict();
  return ready;
}

void InputLoader::Evict() {
  while (bytes_.load(std::memory_order_relaxed) > max_bytes_ && !order_.empty()) {
    const auto oldest = texts_.find(order_.front());
    order_.pop_front();
    if (oldest->second.holders > 0) {
      oldest->second.listed = false;  // listed again when it is done
      continue;
    }
    bytes_.fetch_sub(oldest->second.size, std::memory_order_relaxed);
    texts_.erase(oldest);
  }
}

void InputLoader::Done(const core::ReadyRun& run) {
  bool more = false;
  {
    base::MutexLock lock(&mu_);
    Lane& lane = lanes_[run.lane];
    --lane.holders;
    more = !lane.waiting.empty();
    Text& text = texts_.find(run.key.uid)->second;
    if (--text.holders == 0) {
      held_bytes_ -= text.size;
      if (!text.listed) order_.push_back(run.key.uid);
      text.listed = true;
      Evict();
    }
  }
  if (more && on_load_) on_load_();
}

std::shared_ptr<const LoadedText> InputLoader::Find(core::Uid uid, int64_t generation) const {
  base::MutexLock lock(&mu_);
  const auto it = texts_.find(uid);
  if (it == texts_.end() || it->second.loaded->generation < generation) return nullptr;
  return it->second.loaded;
}

}  // namespace scheduler::engine
