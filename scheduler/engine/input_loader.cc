#include "scheduler/engine/input_loader.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/interned.h"
#include "scheduler/base/log.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {
namespace {

// Runs that are read at once, whatever room their small predecessors promise: at most 16 MiB.
constexpr size_t kMaxBatch = 256;

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
    for (const core::ReadyRun& run : runs) parts_[KeyOf(run)].waiting.push_back(run);
    waiting_ += static_cast<int64_t>(runs.size());
  }
  if (on_load_) on_load_();
}

bool InputLoader::Step() {
  size_t looked = 0;
  std::vector<Wanted> runs = TakeWaiting(&looked);
  if (runs.empty()) return false;
  const size_t taken = runs.size();
  std::erase_if(runs, [this](Wanted& wanted) { return !Locate(&wanted); });
  if (absl::Status read = Read(runs); !read.ok()) {
    // The runs wait for a better disk.
    base::Log(base::LogLevel::kError, "reading inputs failed",
              {{"error", std::string(read.message())}});
  }
  const std::vector<core::ReadyRun> ready = Hold(runs);
  queue_->Push(ready);
  if (!ready.empty() || runs.size() < taken) {
    in_vain_ = 0;
    return true;
  }
  // These had no room after all, but others may.
  in_vain_ += looked;
  base::MutexLock lock(&mu_);
  if (in_vain_ < parts_.size()) return true;
  in_vain_ = 0;
  return false;
}

bool InputLoader::HasRoom(const PartKey& key, const Held& held, int64_t size, int64_t all) const {
  if (held.bytes + size <= max_bytes_ - all) return true;
  if (held.runs > 0) return false;
  if (all < 2 * max_bytes_) return true;
  const auto lane = lane_holders_.find(key.first);
  return lane == lane_holders_.end() || lane->second == 0;
}

std::vector<InputLoader::Wanted> InputLoader::TakeWaiting(size_t* looked) {
  std::vector<Wanted> taken;
  base::MutexLock lock(&mu_);
  if (waiting_ == 0) return taken;
  int64_t all = held_bytes_;
  const size_t parts = parts_.size();
  auto it = parts_.upper_bound(first_);
  for (; *looked < parts && taken.size() < kMaxBatch; ++*looked) {
    if (it == parts_.end()) it = parts_.begin();
    if (*looked == 0) first_ = it->first;
    Part& part = it->second;
    Held held = part.held;  // with what is taken, about
    while (!part.waiting.empty() && taken.size() < kMaxBatch &&
           HasRoom(it->first, held, average_, all)) {
      taken.push_back(Wanted{part.waiting.front(), 0, ""});
      part.waiting.pop_front();
      ++held.runs;
      held.bytes += average_;
      all += average_;
    }
    // What was taken may be gone: else the part comes back with it.
    DropIfEmpty((it++)->first);
  }
  waiting_ -= static_cast<int64_t>(taken.size());
  return taken;
}

void InputLoader::DropIfEmpty(PartKey key) {
  const auto it = parts_.find(key);
  if (it == parts_.end()) return;
  const Part& part = it->second;
  if (part.waiting.empty() && part.held.runs == 0 && part.held.bytes == 0) parts_.erase(it);
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
  if (text.holders > 0) {
    held_bytes_ += grown;
    parts_[text.owner].held.bytes += grown;
  }
  bytes_.fetch_add(grown, std::memory_order_relaxed);
  average_ += (text.size - average_) / 16;
  if (!text.listed) order_.push_back(uid);
  text.listed = true;
}

std::vector<core::ReadyRun> InputLoader::Hold(const std::vector<Wanted>& runs) {
  std::vector<core::ReadyRun> ready;
  std::vector<core::ReadyRun> later;
  base::MutexLock lock(&mu_);
  for (const Wanted& wanted : runs) {
    core::ReadyRun run = wanted.run;
    const PartKey key = KeyOf(run);
    Part& part = parts_[key];
    const auto it = texts_.find(run.key.uid);
    if (it == texts_.end() || it->second.loaded->generation < wanted.generation) {
      part.waiting.push_back(run);
      ++waiting_;
      continue;
    }
    const bool held = it->second.holders > 0;  // by another run of the job: it costs nothing
    if (!held && !HasRoom(key, part.held, it->second.size, held_bytes_)) {
      later.push_back(run);
      continue;
    }
    HoldText(run, &it->second);
    run.holds_text = true;
    ready.push_back(run);
  }
  // In their old order before those that came after them.
  for (size_t i = later.size(); i-- > 0;) {
    parts_[KeyOf(later[i])].waiting.push_front(later[i]);
    ++waiting_;
  }
  Evict();
  return ready;
}

void InputLoader::HoldText(const core::ReadyRun& run, Text* text) {
  const PartKey key = KeyOf(run);
  if (text->holders++ == 0) {
    text->owner = key;
    held_bytes_ += text->size;
    parts_[key].held.bytes += text->size;
  }
  ++parts_[key].held.runs;
  ++lane_holders_[key.first];
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
    const PartKey key = KeyOf(run);
    --parts_[key].held.runs;
    --lane_holders_[key.first];
    Text& text = texts_.find(run.key.uid)->second;
    if (--text.holders == 0) {
      held_bytes_ -= text.size;
      parts_[text.owner].held.bytes -= text.size;
      DropIfEmpty(text.owner);
      if (!text.listed) order_.push_back(run.key.uid);
      text.listed = true;
      Evict();
    }
    DropIfEmpty(key);
    more = waiting_ > 0;
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
