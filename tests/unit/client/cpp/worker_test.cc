// The C++ worker against the server's handler, over a tiny engine.
#include "client/cpp/worker.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "client/cpp/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "tests/unit/server/handlers/worker_fixture.h"

namespace ductape::jobs {
namespace {

namespace core = scheduler::core;
using Kind = core::Outcome::Kind;

constexpr absl::Duration kLong = absl::Seconds(30);  // a bound that only a failure reaches

class WorkerTest : public server::WorkerFixture {
 protected:
  static WorkerOptions Options(int max_in_flight = 100, int threads = 2) {
    WorkerOptions options;
    options.queues = {"q0"};
    options.name = "packer";
    options.max_in_flight = max_in_flight;
    options.threads = threads;
    return options;
  }
  std::unique_ptr<Worker> Start(WorkerOptions options, Worker::Handler handler) {
    ClientOptions client;
    client.product = "shop";
    client.retry.initial_backoff = absl::Milliseconds(1);
    client.retry.max_backoff = absl::Milliseconds(20);
    auto worker = Worker::Start(server_->InProcessChannel({}), client, std::move(options),
                                std::move(handler));
    EXPECT_TRUE(worker.ok()) << worker.status();
    return *std::move(worker);
  }
  // Spins until the engine has seen so many runs end.
  void AwaitEnded(size_t runs) {
    while (engine_.ended() < runs) std::this_thread::yield();
  }
  // Breaks every stream, as a lost connection would.
  void BreakStreams() { gate_.StopStreams(scheduler::base::errors::Draining()); }
};

// Tasks that the test answers itself.
class HeldTasks {
 public:
  Worker::Handler handler() {
    return [this](Task task) {
      absl::MutexLock lock(&mu_);
      tasks_.push_back(std::move(task));
    };
  }
  void Await(size_t count) {
    absl::MutexLock lock(&mu_);
    const auto enough = [this, count]()
                            ABSL_NO_THREAD_SAFETY_ANALYSIS { return tasks_.size() >= count; };
    mu_.Await(absl::Condition(&enough));
  }
  std::vector<Task> Take() {
    absl::MutexLock lock(&mu_);
    return std::exchange(tasks_, {});
  }

 private:
  absl::Mutex mu_;
  std::vector<Task> tasks_ ABSL_GUARDED_BY(mu_);
};

TEST_F(WorkerTest, ExecutesRuns) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 50);
  const auto worker = Start(Options(), [](Task task) {
    task.Complete("run " + std::to_string(task.delivery().number()));
  });
  AwaitEnded(50);
  EXPECT_EQ(engine_.Get(keys[6]).outcome.output->output, "run 7");
  EXPECT_EQ(*engine_.Get(keys[6]).worker, "packer");
  EXPECT_TRUE(worker->Drain(kLong));
  EXPECT_TRUE(worker->Wait().ok());
  EXPECT_EQ(worker->in_flight(), 0);
}

TEST_F(WorkerTest, FailuresAreReported) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 3);
  const auto worker = Start(Options(1, 1), [](Task task) {
    if (task.delivery().number() == 1) throw std::runtime_error("broken");
    if (task.delivery().number() == 2) return;  // forgotten
    TaskFailure failure;
    failure.code = "OUT_OF_STOCK";
    task.Fail(failure);
  });
  AwaitEnded(3);
  EXPECT_EQ(engine_.Get(keys[0]).outcome.error->code, "HANDLER_ERROR");
  EXPECT_EQ(engine_.Get(keys[0]).outcome.error->message, "broken");
  EXPECT_EQ(engine_.Get(keys[0]).outcome.error->retryable, true);
  EXPECT_EQ(engine_.Get(keys[1]).outcome.error->code, "NO_RESULT");
  EXPECT_EQ(engine_.Get(keys[2]).outcome.error->code, "OUT_OF_STOCK");
}

TEST_F(WorkerTest, HoldsNoMoreThanItsWindow) {
  engine_.Add(16, 10);
  HeldTasks held;
  const auto worker = Start(Options(3), held.handler());
  held.Await(3);
  EXPECT_EQ(worker->in_flight(), 3);
  EXPECT_EQ(engine_.Size(16), 7);
  worker->SetMaxInFlight(5);
  held.Await(5);
  EXPECT_EQ(worker->in_flight(), 5);
  for (Task& task : held.Take()) task.Complete();
  held.Await(5);
  EXPECT_EQ(engine_.Size(16), 0);
  held.Take();
}

TEST_F(WorkerTest, CancelsReachTheTask) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  HeldTasks held;
  const auto worker = Start(Options(), held.handler());
  held.Await(1);
  std::vector<Task> tasks = held.Take();
  absl::Notification stopped;
  tasks[0].OnCancel([&stopped] { stopped.Notify(); });
  engine_.Cancel(keys[0], &hub_, "DELETED");
  stopped.WaitForNotification();
  EXPECT_TRUE(tasks[0].cancelled());
  EXPECT_EQ(tasks[0].cancel_reason(), "DELETED");
  tasks[0].Cancel();
  EXPECT_TRUE(worker->Drain(kLong));
}

TEST_F(WorkerTest, ABrokenStreamCostsNoRun) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 20);
  HeldTasks held;
  std::atomic<int> ends{0};
  WorkerOptions options = Options();
  options.on_stream_end = [&ends](const absl::Status&) { ++ends; };
  const auto worker = Start(options, held.handler());
  held.Await(20);
  const std::string session = worker->session_id();
  std::vector<Task> tasks = held.Take();
  // Some are done and their results not acknowledged, some are still executed.
  engine_.HoldCommits();
  for (int i = 0; i < 10; ++i) tasks[static_cast<size_t>(i)].Complete("once");
  BreakStreams();
  while (ends.load() == 0) std::this_thread::yield();
  engine_.ReleaseCommits();
  ASSERT_TRUE(worker->AwaitConnected(kLong));
  EXPECT_EQ(worker->session_id(), session);
  for (size_t i = 10; i < 20; ++i) tasks[i].Complete("once");
  AwaitEnded(20);
  for (const core::RunKey& key : keys) {
    EXPECT_EQ(engine_.Get(key).claims, 1) << "delivered once";
    EXPECT_EQ(engine_.Get(key).outcome.output->output, "once");
  }
  EXPECT_TRUE(worker->Drain(kLong));
}

TEST_F(WorkerTest, WhatItLostMeanwhileIsStopped) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  HeldTasks held;
  // One thread: the tasks come in the order of the runs.
  const auto worker = Start(Options(100, 1), held.handler());
  held.Await(2);
  std::vector<Task> tasks = held.Take();
  engine_.EndSilently(keys[0]);
  BreakStreams();
  while (!tasks[0].cancelled()) std::this_thread::yield();
  EXPECT_EQ(tasks[0].cancel_reason(), "STALE_TOKEN");
  EXPECT_FALSE(tasks[1].cancelled());
  tasks[0].Complete("too late");  // goes nowhere
  tasks[1].Complete("in time");
  AwaitEnded(2);
  ASSERT_NE(engine_.Get(keys[1]).outcome.output, nullptr);
  EXPECT_EQ(engine_.Get(keys[1]).outcome.output->output, "in time");
}

// More than a hello can name: it comes back, and what it could not name is delivered again.
TEST_F(WorkerTest, ComesBackWithMoreInHandThanItCanName) {
  constexpr int kRuns = 40'000;
  HeldTasks held;
  const auto worker = Start(Options(kRuns, 1), held.handler());
  engine_.Add(16, kRuns);
  held.Await(kRuns);
  const std::vector<Task> first = held.Take();
  BreakStreams();
  held.Await(1);
  EXPECT_TRUE(worker->AwaitConnected(kLong));
  int cancelled = 0;
  for (const Task& task : first) cancelled += task.cancelled() ? 1 : 0;
  held.Await(static_cast<size_t>(cancelled));
  EXPECT_GT(cancelled, 0);
  EXPECT_LT(cancelled, kRuns - 25'000);
  EXPECT_EQ(worker->in_flight(), kRuns);
}

TEST_F(WorkerTest, DrainFinishesWhatIsInHandAndTakesNoMore) {
  engine_.Add(16, 3);
  HeldTasks held;
  const auto worker = Start(Options(2), held.handler());
  held.Await(2);
  std::atomic<bool> drained{false};
  std::thread answer([&held, &drained] {
    while (!drained.load()) {
      for (Task& task : held.Take()) task.Complete();
      std::this_thread::yield();
    }
  });
  EXPECT_TRUE(worker->Drain(kLong));
  drained = true;
  answer.join();
  // The third is taken if there is room for it before the drain begins.
  EXPECT_GE(engine_.ended(), 2);
  EXPECT_EQ(engine_.ended() + engine_.Size(16), 3);
  EXPECT_EQ(worker->in_flight(), 0);
}

TEST_F(WorkerTest, ADrainThatTakesTooLongStops) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  HeldTasks held;
  const auto worker = Start(Options(), held.handler());
  held.Await(1);
  EXPECT_FALSE(worker->Drain(absl::Milliseconds(10)));
  EXPECT_TRUE(worker->Wait().ok());
  std::vector<Task> tasks = held.Take();
  EXPECT_TRUE(tasks[0].cancelled());
  tasks[0].Complete("nobody listens");
  EXPECT_FALSE(engine_.Get(keys[0]).ended);
}

TEST_F(WorkerTest, StopGivesBackWhatIsInHand) {
  engine_.Add(16, 5);
  absl::Notification begun;
  const auto worker = Start(Options(5, 1), [&begun](Task task) {
    begun.Notify();
    while (!task.cancelled()) std::this_thread::yield();
    task.Cancel();
  });
  begun.WaitForNotification();
  while (worker->in_flight() < 5) std::this_thread::yield();
  worker->Stop();
  EXPECT_EQ(engine_.ended(), 0);
  EXPECT_EQ(engine_.Size(16), 5) << "released";
  for (const core::Outcome& outcome : engine_.accepted()) EXPECT_EQ(outcome.kind, Kind::kReleased);
}

// A thread may take a run from its queue after Stop has cancelled it: that run was not begun, and
// must not end as if somebody had asked for it. A race, so it is run many times.
TEST_F(WorkerTest, WhatStopFindsWaitingIsNotEnded) {
  constexpr int kRounds = 20;
  constexpr int kInHand = 200;
  for (int round = 0; round < kRounds; ++round) {
    engine_.Add(16, kInHand);
    const auto worker = Start(Options(kInHand, 2), [](Task task) {
      while (!task.cancelled()) std::this_thread::yield();
      task.Complete();
    });
    while (worker->in_flight() < kInHand) std::this_thread::yield();
    worker->Stop();
  }
  for (const core::Outcome& outcome : engine_.accepted()) {
    EXPECT_NE(outcome.kind, Kind::kCancelled);
  }
}

// Stop may come between the moment in which deliveries count as in hand and the one in which they
// are given to the threads. A race, so it is run many times, each time a little later: all that the
// worker has read is answered, and nothing has to be found lost.
TEST_F(WorkerTest, StopWhileRunsComeAnswersAllOfThem) {
  constexpr int kRounds = 50;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> executed{0};
    const auto worker = Start(Options(1000, 1), [&executed](Task task) {
      ++executed;
      task.Complete();
    });
    ASSERT_TRUE(worker->AwaitConnected(kLong));
    std::thread adds([this] {
      for (int i = 0; i < 50; ++i) engine_.Add(16, 5);
    });
    while (executed.load() < round) std::this_thread::yield();
    worker->Stop();
    adds.join();
    EXPECT_EQ(worker->in_flight(), 0);
  }
  for (const core::Outcome& outcome : engine_.accepted()) {
    EXPECT_TRUE(outcome.kind == Kind::kCompleted || outcome.kind == Kind::kReleased);
  }
}

TEST_F(WorkerTest, NothingIsCalledAfterStop) {
  std::atomic<bool> returned{false};
  WorkerOptions options = Options();
  options.on_stream_end = [&returned](const absl::Status&) {
    for (int i = 0; i < 10'000; ++i) std::this_thread::yield();
    returned = true;
  };
  const auto worker = Start(options, [](Task task) { task.Complete(); });
  ASSERT_TRUE(worker->AwaitConnected(kLong));
  worker->Stop();
  EXPECT_TRUE(returned.load());
}

TEST_F(WorkerTest, AnErrorThatStaysEndsTheWorker) {
  WorkerOptions options = Options();
  options.queues = {"not a queue"};
  const auto worker = Start(options, [](Task task) { task.Complete(); });
  const absl::Status status = worker->Wait();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorOf(status).fields[0].field, "hello.queues[0]");
  EXPECT_FALSE(worker->AwaitConnected(kLong));
}

TEST_F(WorkerTest, WaitsForAServerThatIsStarting) {
  gate_.SetPhase(server::CallGate::Phase::kStarting);
  std::atomic<int> ends{0};
  WorkerOptions options = Options();
  options.on_stream_end = [&ends](const absl::Status& status) {
    if (ends.load() == 0) {
      EXPECT_EQ(ErrorOf(status).reason, "RECOVERING");
    }
    ++ends;
  };
  const auto worker = Start(options, [](Task task) { task.Complete(); });
  while (ends.load() == 0) std::this_thread::yield();
  gate_.SetPhase(server::CallGate::Phase::kServing);
  EXPECT_TRUE(worker->AwaitConnected(kLong));
}

TEST_F(WorkerTest, StopsBeforeItIsConnected) {
  gate_.SetPhase(server::CallGate::Phase::kStarting);
  const auto worker = Start(Options(), [](Task task) { task.Complete(); });
  EXPECT_TRUE(worker->Drain(kLong)) << "it had nothing";
}

TEST_F(WorkerTest, ManyRunsOnManyThreads) {
  constexpr int kRuns = 20'000;
  std::atomic<int> executed{0};
  WorkerOptions options = Options(2'000, 4);
  options.queues = {"q0", "q1"};
  const auto worker = Start(options, [&executed](Task task) {
    ++executed;
    task.Complete();
  });
  for (int i = 0; i < 20; ++i) engine_.Add(16 + i % 2, kRuns / 20);
  AwaitEnded(kRuns);
  EXPECT_TRUE(worker->Drain(kLong));
  EXPECT_EQ(executed.load(), kRuns);
}

TEST(WorkerOptionsTest, SaysWhatIsWrong) {
  const Worker::Handler handler = [](Task task) { task.Complete(); };
  const auto start = [](WorkerOptions options, Worker::Handler with) {
    return Worker::Start(ClientOptions(), std::move(options), std::move(with)).status().code();
  };
  WorkerOptions good;
  good.queues = {"q"};
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(start(good, nullptr), kInvalid);
  WorkerOptions bad = good;
  bad.queues.clear();
  EXPECT_EQ(start(bad, handler), kInvalid);
  bad = good;
  bad.max_in_flight = 0;
  EXPECT_EQ(start(bad, handler), kInvalid);
  bad = good;
  bad.threads = -1;
  EXPECT_EQ(start(bad, handler), kInvalid);
  bad = good;
  bad.lease = absl::Milliseconds(999);
  EXPECT_EQ(start(bad, handler), kInvalid);
}

}  // namespace
}  // namespace ductape::jobs
