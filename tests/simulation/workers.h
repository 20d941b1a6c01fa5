#ifndef TESTS_SIMULATION_WORKERS_H_
#define TESTS_SIMULATION_WORKERS_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/core/run_port.h"
#include "tests/simulation/world.h"

namespace sim {

// Dispatch and everyone who executes runs: claims what waits in the run queue and lets attempts
// complete, fail, hang, get lost, be given back, and be reported twice, late and by old tokens. An
// attempt goes on when the server crashes, as at a real target.
class Workers final : public core::LaneListener, public core::CancelSink {
 public:
  explicit Workers(World* world) : world_(*world) {}

  void OnReady(core::LaneId lane) override;
  void CancelRuns(absl::Span<const core::RunRef> runs, const std::string& reason) override;

  // From now on every attempt completes at once.
  void Heal() { healed_ = true; }

  // Whether a resume of a job was asked for and not answered: it may be in force already.
  std::function<bool(const std::string& product, const std::string& tag)> resuming;

 private:
  using Kind = core::Outcome::Kind;
  struct Attempt {
    core::RunKey key;
    uint64_t token = 0;
    int32_t attempt = 0;
    std::string product;
    std::string tag;
    bool cancelled = false;
    // Of the server that started it: another one knows nothing of its place.
    core::LimitGroup group = core::kNoGroup;
    core::LaneId lane = core::kNoLane;
    uint64_t incarnation = 0;
  };
  // Starts of an event in the last second, under one definition.
  struct Starts {
    std::pair<core::Uid, int64_t> definition;
    std::deque<Millis> times;
  };

  void Poll(core::LaneId lane);
  void Begin(const core::ReadyRun& ready, const core::ClaimedRun& claimed);
  // The attempt that begins is one too many.
  void CheckLimits(core::LimitGroup group, const core::ClaimedRun& claimed);
  // The attempt is over, as far as its server is concerned.
  void Leave(Attempt* attempt);
  // Decides how the attempt goes on.
  void Plan(uint64_t id);
  void ReportLater(uint64_t id, Kind kind, Millis delay, bool last);
  void Report(uint64_t id, Kind kind, bool last);
  core::Outcome MakeOutcome(const Attempt& attempt, Kind kind);
  void CheckAnswer(const Attempt& attempt, bool foreign, uint64_t incarnation,
                   const std::vector<core::Refusal>& refused);

  World& world_;
  bool healed_ = false;
  uint64_t next_id_ = 0;
  std::map<uint64_t, Attempt> attempts_;                          // in flight
  std::map<core::RunKey, uint64_t> current_;                      // the last attempt of each run
  std::set<core::LaneId> polled_;                                 // lanes that are looked at soon
  std::map<std::pair<std::string, std::string>, Starts> starts_;  // by product and event
};

}  // namespace sim

#endif  // TESTS_SIMULATION_WORKERS_H_
