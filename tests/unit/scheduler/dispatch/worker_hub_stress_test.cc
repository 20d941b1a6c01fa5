// Many threads at once: nothing is lost, nothing runs twice under one token, everything ends.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/random.h"
#include "tests/unit/scheduler/dispatch/hub_fixture.h"

namespace scheduler::dispatch {
namespace {

class WorkerHubStressTest : public HubFixture {};

// Answers what it gets until `done`; now and then it breaks its stream and comes back.
void Work(WorkerHub* hub, uint64_t seed, const std::atomic<bool>* done,
          std::vector<std::shared_ptr<WorkerDouble>>* connections) {
  base::Random random(seed);
  WorkerHello hello;
  hello.product = "shop";
  hello.queues = {"16", "17"};
  hello.max_in_flight = 64;
  connections->push_back(WorkerDouble::Connect(hub, hello));
  std::vector<GotDelivery> open;
  while (!done->load()) {
    WorkerDouble& worker = *connections->back();
    for (GotDelivery& delivery : worker.NewDeliveries()) open.push_back(std::move(delivery));
    if (random.Percent(1)) {
      worker.Break();
      for (GotDelivery& delivery : worker.NewDeliveries()) open.push_back(std::move(delivery));
      WorkerHello again = hello;
      again.session_id = worker.welcome()->session_id;
      for (const GotDelivery& delivery : open) again.in_flight.push_back(delivery.run);
      connections->push_back(WorkerDouble::Connect(hub, again));
      continue;
    }
    const bool release = random.Percent(3);
    worker.Answer(std::exchange(open, {}),
                  release ? core::Outcome::Kind::kReleased : core::Outcome::Kind::kCompleted);
    std::this_thread::yield();
  }
}

TEST_F(WorkerHubStressTest, EveryRunEndsOnce) {
  constexpr int kRounds = 200;
  constexpr int kRunsPerRound = 20;
  hub_.Start();
  std::atomic<bool> done{false};
  std::vector<std::vector<std::shared_ptr<WorkerDouble>>> connections(3);
  std::vector<std::thread> threads;
  threads.reserve(connections.size());
  for (size_t i = 0; i < connections.size(); ++i) {
    threads.emplace_back(Work, &hub_, i + 1, &done, &connections[i]);
  }
  std::vector<core::RunKey> keys;
  base::Random random(99);
  for (int round = 0; round < kRounds; ++round) {
    for (const core::RunKey& key : engine_.Add(16 + round % 2, kRunsPerRound)) keys.push_back(key);
    if (random.Percent(30)) engine_.Cancel(keys[random.Below(keys.size())], &hub_);
    clock_.Advance(1);
  }
  while (engine_.ended() < keys.size()) {
    clock_.Advance(1);  // broken streams' runs come back after their grace at the latest
    std::this_thread::yield();
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  hub_.Stop();
  for (const core::RunKey& key : keys) EXPECT_TRUE(engine_.Get(key).ended);
  for (const auto& of_thread : connections) {
    for (const auto& worker : of_thread) workers_.push_back(worker);
  }
}

// A drain finds each stream that is being opened whole, or refuses it. Interleavings of few
// instructions: what goes wrong is mostly for the thread sanitizer to see.
TEST_F(WorkerHubStressTest, ADrainMeetsStreamsThatAreOpened) {
  constexpr int kRounds = 200;
  constexpr int kStreams = 8;
  std::vector<std::string> queues;
  for (int i = 0; i < 100; ++i) queues.push_back(std::to_string(core::kFirstWorkerLane + i));
  for (int round = 0; round < kRounds; ++round) {
    WorkerHub hub(&engine_, &engine_, &clock_, MakeOptions(&made_ids_));
    std::atomic<int> opening{0};
    std::vector<std::shared_ptr<WorkerDouble>> streams;
    std::thread opener([&] {
      for (int i = 0; i < kStreams; ++i) {
        ++opening;
        streams.push_back(WorkerDouble::Connect(&hub, Hello(1, queues)));
      }
    });
    // A different moment in each round.
    while (opening.load() <= round % kStreams) std::this_thread::yield();
    for (int i = 0; i < round % 50 * 20; ++i) opening.load();
    hub.Drain("round");
    opener.join();
    while (hub.Step()) {
    }
    for (const auto& stream : streams) {
      ASSERT_TRUE(stream->end().has_value());
      EXPECT_TRUE(stream->end()->ok() || base::errors::ReasonOf(*stream->end()) == "DRAINING");
      stream->LetGo();
    }
  }
}

}  // namespace
}  // namespace scheduler::dispatch
