#ifndef SCHEDULER_ENGINE_INPUT_LOADER_H_
#define SCHEDULER_ENGINE_INPUT_LOADER_H_

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/run_port.h"
#include "scheduler/engine/committer.h"
#include "scheduler/engine/registry.h"

namespace scheduler::engine {

// What a delivery needs of a job and memory does not keep: a longer name, a larger input.
struct LoadedText {
  std::string name;
  std::string input_json;
};

// Reads the catalog rows of runs whose job has a large input or a long name, before they are sent:
// sorted, in batches, off the loops. What was read stays in a cache bounded in bytes (a stated
// cache; first in, first out), so that a job that fires often is read once.
//
// A stepped object; Load and Find may be called from any thread.
class InputLoader final : public InputStage {
 public:
  InputLoader(const store::Store* store, JobRegistry* registry, core::RunQueue* queue,
              int64_t max_bytes, std::function<void()> on_load);

  void Load(absl::Span<const core::ReadyRun> runs) override;

  // Reads what was asked for and pushes the runs. Returns false if there was nothing to do.
  bool Step();

  // The texts of this definition of a job; null if they are not in the cache.
  std::shared_ptr<const LoadedText> Find(core::Uid uid, int64_t generation) const;

  int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  using Key = std::pair<core::Uid, int64_t>;

  // The row's key; empty if the job is gone.
  std::string RowKeyOf(const core::ReadyRun& run, int64_t* generation) const;
  void Add(const Key& key, LoadedText text);

  const store::Store* const store_;
  JobRegistry* const registry_;
  core::RunQueue* const queue_;
  const int64_t max_bytes_;
  const std::function<void()> on_load_;

  std::atomic<int64_t> bytes_{0};
  mutable base::Mutex mu_;
  std::vector<core::ReadyRun> asked_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<Key, std::shared_ptr<const LoadedText>> texts_ ABSL_GUARDED_BY(mu_);
  std::deque<Key> order_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_INPUT_LOADER_H_
