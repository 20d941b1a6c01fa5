#include "tests/simulation/simulation.h"

#include <algorithm>

#include "tests/simulation/clients.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/final_checks.h"
#include "tests/simulation/workers.h"

namespace sim {
namespace {

// One world with all its inhabitants.
class Simulation {
 public:
  Simulation(const SimConfig& config, WorldOptions options)
      : world_(config, options), workers_(&world_), clients_(&world_), faults_(&world_) {
    world_.SetListener(&workers_, &workers_);
    workers_.resuming = [this](const std::string& product, const std::string& tag) {
      return clients_.Resuming(product, tag);
    };
  }

  Result Run() {
    world_.Start();
    clients_.Begin();
    faults_.Begin();
    world_.RunUntil(world_.config().horizon);
    Heal();
    Result result;
    result.violation = world_.findings().violation();
    result.hash = world_.findings().hash();
    result.events = world_.findings().events();
    result.entries = world_.model().position();
    for (const auto& [uid, job] : world_.model().jobs()) {
      result.runs += static_cast<uint64_t>(job.last_number);
    }
    result.starts = world_.incarnation();
    return result;
  }

 private:
  // No more faults and questions, and workers that do their work: within a bounded time everything
  // due is dispatched and ended.
  void Heal() {
    world_.findings().Trace("healing");
    clients_.Stop();
    workers_.Heal();
    faults_.Heal();
    if (!world_.up()) world_.Start();
    if (world_.config().limits && world_.up()) clients_.LiftLimits();
    // Long enough for a few intervals, the longest waits for retries and the timeouts of attempts.
    const Millis patience = 40'000 + 4 * world_.config().max_interval;
    world_.RunUntil(world_.now() + patience);
    if (world_.findings().ok()) CheckProgress(&world_, patience);
    if (world_.findings().ok()) CheckAtRest(&world_);
  }

  World world_;
  Workers workers_;
  Clients clients_;
  Faults faults_;
};

}  // namespace

Result Simulate(const SimConfig& config, WorldOptions options) {
  return Simulation(config, options).Run();
}

}  // namespace sim
