#ifndef SCHEDULER_ENGINE_INPUT_LOADER_H_
#define SCHEDULER_ENGINE_INPUT_LOADER_H_

#include <atomic>
#include <deque>
#include <functional>
#include <map>
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
  int64_t generation = 0;  // of the definition it is from
  std::string name;
  std::string input_json;
};

// Reads the catalog rows of runs whose job has a large input or a long name, before they are sent:
// sorted, in batches, off the loops. What was read stays in a cache bounded in bytes (a stated
// cache; first in, first out), so that a job that fires often is read once.
//
// A run that was handed to the queue holds its text until it is claimed: else more waiting runs than
// the cache has room for would drive each other's texts out for ever. Those of one limit group in one
// lane hold no more than they leave free for others, however many wait there for their limit or for a
// target that hangs; and one run may always hold its text, of each group while not twice the cache is held,
// of each lane whatever is held, so that none waits for another that nobody serves. The rest waits here.
//
// A stepped object; Load, Find and Done may be called from any thread.
class InputLoader final : public InputStage {
 public:
  InputLoader(const store::Store* store, JobRegistry* registry, core::RunQueue* queue,
              int64_t max_bytes, std::function<void()> on_load);

  void Load(absl::Span<const core::ReadyRun> runs) override;

  // Reads what was asked for, as far as there is room, and pushes the runs. Returns false if there is
  // nothing to be done now.
  bool Step();

  // The texts of a job's definition at `generation` or later; null if they are not in the cache.
  std::shared_ptr<const LoadedText> Find(core::Uid uid, int64_t generation) const;

  // A run that holds its text (ReadyRun::holds_text) was popped and looked at.
  void Done(const core::ReadyRun& run);

  int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  using PartKey = std::pair<core::LaneId, core::LimitGroup>;
  static PartKey KeyOf(const core::ReadyRun& run) { return {run.lane, run.group}; }

  struct Text {
    std::shared_ptr<const LoadedText> loaded;
    int64_t size = 0;
    int holders = 0;
    PartKey owner;        // whose it counts as, while it has holders
    bool listed = false;  // in order_
  };
  struct Held {
    int64_t runs = 0;
    int64_t bytes = 0;
  };
  // The runs of one group in one lane. Forgotten when there are none.
  struct Part {
    std::deque<core::ReadyRun> waiting;
    Held held;
  };
  struct Wanted {
    core::ReadyRun run;
    int64_t generation = 0;  // of the run
    std::string row;
  };

  // As many waiting runs as have room, by the size that texts have on the average; `looked`: at how many
  // parts it looked for them.
  std::vector<Wanted> TakeWaiting(size_t* looked);
  // Whether a run of the part, which holds `held`, may hold `size` more bytes where `all` are held in all.
  bool HasRoom(const PartKey& key, const Held& held, int64_t size, int64_t all) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void DropIfEmpty(PartKey key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Finds the run's row and generation; false if the run is gone.
  bool Locate(Wanted* wanted) const;
  absl::Status Read(const std::vector<Wanted>& runs);
  void Add(core::Uid uid, LoadedText loaded) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Lets the runs whose text is there, and has room, hold it and returns them; the others wait on.
  std::vector<core::ReadyRun> Hold(const std::vector<Wanted>& runs);
  void HoldText(const core::ReadyRun& run, Text* text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Evict() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const store::Store* const store_;
  JobRegistry* const registry_;
  core::RunQueue* const queue_;
  const int64_t max_bytes_;
  const std::function<void()> on_load_;
  size_t in_vain_ = 0;  // of Step: parts looked at since it could do something

  std::atomic<int64_t> bytes_{0};
  mutable base::Mutex mu_;
  std::map<PartKey, Part> parts_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<core::LaneId, int64_t> lane_holders_ ABSL_GUARDED_BY(mu_);
  int64_t waiting_ ABSL_GUARDED_BY(mu_) = 0;  // in all parts
  PartKey first_ ABSL_GUARDED_BY(mu_);        // the last step began behind it
  absl::flat_hash_map<core::Uid, Text> texts_ ABSL_GUARDED_BY(mu_);
  std::deque<core::Uid> order_ ABSL_GUARDED_BY(mu_);  // of texts that may be dropped, oldest first
  int64_t held_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t average_ ABSL_GUARDED_BY(mu_) = 512;  // bytes of a text, about
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_INPUT_LOADER_H_
