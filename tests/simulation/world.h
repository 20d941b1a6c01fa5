#ifndef TESTS_SIMULATION_WORLD_H_
#define TESTS_SIMULATION_WORLD_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "scheduler/base/random.h"
#include "scheduler/engine/engine.h"
#include "scheduler/engine/service.h"
#include "scheduler/store/memory_store.h"
#include "tests/simulation/findings.h"
#include "tests/simulation/journal_model.h"
#include "tests/simulation/latest_time.h"
#include "tests/simulation/sim_config.h"
#include "tests/simulation/sim_store.h"
#include "tests/support/manual_clock.h"

namespace sim {

namespace base = scheduler::base;
namespace engine = scheduler::engine;

struct WorldOptions {
  Sabotage sabotage = Sabotage::kNone;
  bool verbose = false;
};

// The world of one simulation: a virtual clock, a disk in memory, the server with its stepped parts,
// and a calendar of what happens next. One thread; everything random comes from the seed, so that the
// same seed gives the same world, event by event.
//
// The server may be down: then engine() is null. What was asked of a server that has crashed since is
// never answered.
class World {
 public:
  World(const SimConfig& config, WorldOptions options);
  ~World();

  // ---- for clients, workers and faults
  const SimConfig& config() const { return config_; }
  base::Random& random() { return random_; }
  Findings& findings() { return findings_; }
  JournalModel& model() { return model_; }
  DiskFaults& disk() { return faults_; }
  Sabotage sabotage() const { return options_.sabotage; }
  engine::Engine* engine() { return engine_.get(); }
  engine::Service* service() { return service_.get(); }
  // Rises with every start of the server.
  uint64_t incarnation() const { return incarnation_; }

  // Milliseconds since the world began; never steps.
  Millis now() const { return clock_.MonoNow(); }
  Millis wall() const { return clock_.WallNow(); }
  // The latest engine time that the clocks allow.
  Millis latest() const { return latest_.Get(now()); }

  // Calls `then` in `delay` milliseconds, whatever happens to the server meanwhile. What is due in the
  // same millisecond comes in random order.
  void After(Millis delay, std::function<void()> then);
  // A delay of about `mean`.
  Millis Around(Millis mean);

  // Carries out what is next. False if nothing is.
  bool Next();
  void RunUntil(Millis time);

  // ---- the server
  void Start();
  void Crash();
  bool up() const { return engine_ != nullptr; }
  void StepWall(Millis by);
  void Starve(int loop, Millis until) { starved_until_[loop] = until; }
  void Stall(Millis until) { stalled_until_ = until; }

  void SetListener(core::LaneListener* lanes, core::CancelSink* cancels) {
    lanes_ = lanes;
    cancels_ = cancels;
  }

 private:
  struct Part {
    Millis at = base::kNever;  // when it is stepped next
  };

  void Wake(Part* part, Millis delay, void (World::*step)());
  void WakeLoop(int i, Millis delay);
  void StepLoop(int i);
  void WakeCommitter(Millis delay) { Wake(&committer_, delay, &World::StepCommitter); }
  void StepCommitter();
  void StepLoader();
  void StepArchivist();
  void StepHousekeeping();
  void OnBackwardStep();
  void OnEntry(Position position, const store::DecodedEntry& entry,
               absl::Span<const store::RowChange> changes);
  // After recovery: what the engine holds is what was durable.
  void CompareRecovered();
  void CompareJob(const ModelJob& job);

  const SimConfig config_;
  const WorldOptions options_;
  base::Random random_;
  Findings findings_;
  JournalModel model_;
  base::ManualClock clock_;
  base::ManualClock early_clock_;  // what the engine sees under Sabotage::kEarlyClock
  LatestTime latest_;

  std::map<std::tuple<Millis, uint64_t, uint64_t>, std::function<void()>> calendar_;
  uint64_t sequence_ = 0;

  DiskFaults faults_;
  std::shared_ptr<store::MemoryDisk> memory_ = std::make_shared<store::MemoryDisk>();
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Service> service_;
  uint64_t incarnation_ = 0;
  bool must_crash_ = false;
  Millis floor_ = 0;          // engine time of the last entry
  Millis latest_before_ = 0;  // the last crash
  bool stepped_back_ = false;
  core::LaneListener* lanes_ = nullptr;
  core::CancelSink* cancels_ = nullptr;

  std::vector<Part> loops_;
  std::vector<Millis> starved_until_;
  Millis stalled_until_ = 0;
  Part committer_, loader_, archivist_, housekeeping_;
};

}  // namespace sim

#endif  // TESTS_SIMULATION_WORLD_H_
