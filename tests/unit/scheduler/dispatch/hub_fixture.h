#ifndef TESTS_UNIT_SCHEDULER_DISPATCH_HUB_FIXTURE_H_
#define TESTS_UNIT_SCHEDULER_DISPATCH_HUB_FIXTURE_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/dispatch/worker_hub.h"
#include "tests/support/manual_clock.h"
#include "tests/support/tiny_engine.h"
#include "tests/support/worker_double.h"

namespace scheduler::dispatch {

// A hub between a tiny engine and workers without wires, stepped by the test. The queue "17" has
// lane 17.
class HubFixture : public ::testing::Test {
 protected:
  HubFixture() { engine_.SetListener(&hub_); }
  ~HubFixture() override {
    hub_.Shutdown();
    Settle();
    for (const auto& worker : workers_) worker->LetGo();
  }

  static WorkerHub::Options MakeOptions(std::atomic<int>* made_ids) {
    WorkerHub::Options options;
    options.hold_lane = [](const std::string& /*product*/, const std::string& queue) {
      core::LaneId lane = core::kFirstWorkerLane;
      EXPECT_TRUE(absl::SimpleAtoi(queue, &lane));
      return std::make_shared<const core::LaneId>(lane);
    };
    options.new_session_id = [made_ids] { return absl::StrCat("session-", ++*made_ids); };
    options.max_sessions = 16;
    return options;
  }

  static WorkerHello Hello(int32_t max_in_flight, std::vector<std::string> queues = {"16"}) {
    WorkerHello hello;
    hello.product = "shop";
    hello.worker = "packer";
    hello.queues = std::move(queues);
    hello.max_in_flight = max_in_flight;
    return hello;
  }

  std::shared_ptr<WorkerDouble> Connect(WorkerHello hello) {
    workers_.push_back(WorkerDouble::Connect(&hub_, std::move(hello)));
    return workers_.back();
  }

  // Everything that needs no time happens.
  void Settle() {
    while (hub_.Step()) {
    }
  }
  // Time passes, and the hub looks at it.
  void Pass(Millis millis) {
    clock_.Advance(millis);
    Settle();
  }

  std::atomic<int> made_ids_{0};
  base::ManualClock clock_;
  core::TinyEngine engine_;
  WorkerHub hub_{&engine_, &engine_, &clock_, MakeOptions(&made_ids_)};
  std::vector<std::shared_ptr<WorkerDouble>> workers_;
};

}  // namespace scheduler::dispatch

#endif  // TESTS_UNIT_SCHEDULER_DISPATCH_HUB_FIXTURE_H_
