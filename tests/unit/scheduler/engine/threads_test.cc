// The engine with a thread for each of its parts, among clients, readers and workers, on the system's
// clock: what the simulation cannot see, for ThreadSanitizer, and the fold afterwards.

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/random.h"
#include "scheduler/base/waiter.h"
#include "scheduler/engine/recovery.h"
#include "tests/support/engine/engine_harness.h"
#include "tests/support/engine/state_text.h"

namespace scheduler::engine {
namespace {

constexpr int kJobs = 40;
constexpr int kCallsPerClient = 1000;
constexpr int kClients = 3;

class ThreadsTest : public testing::Test, public core::LaneListener {
 protected:
  ThreadsTest() {
    EngineOptions options;
    options.loops = 2;
    options.disk_reserve_bytes = 0;
    options.archive.journal_bytes = 1;
    options.archive.seal_every = 5;
    options.wake_loop = [this](int i) { loop_waiters_[i].Wake(); };
    options.wake_committer = [this] { committer_waiter_.Wake(); };
    engine_ = *Engine::Open(store_.get(), &clock_, nullptr, options);
    engine_->queue().SetListener(this);
    service_ = std::make_unique<query::SchedulerService>(engine_.get(), "test");
    engine_->Start();
  }

  void OnReady(core::LaneId) override { worker_waiter_.Wake(); }

  // Steps a part until the test ends; waits at most 5 ms in between.
  template <typename Step>
  void Attach(base::Waiter* waiter, Step step) {
    threads_.emplace_back([this, waiter, step] {
      while (!stopping_.load()) {
        if (!step()) waiter->WaitUntilMono(clock_.MonoNanos() + 5'000'000, clock_);
      }
    });
  }

  void StartThreads() {
    for (int i = 0; i < 2; ++i) {
      Attach(&loop_waiters_[i], [this, i] { return engine_->StepLoop(i) <= 0; });
    }
    Attach(&committer_waiter_,
           [this] { return engine_->StepCommitter(clock_.MonoNanos()) <= clock_.MonoNanos(); });
    Attach(&loader_waiter_, [this] { return engine_->StepLoader(); });
    Attach(&archivist_waiter_, [this] {
      EXPECT_TRUE(engine_->StepArchivist().ok());
      return true;
    });
    Attach(&housekeeping_waiter_, [this] {
      engine_->StepHousekeeping();
      return false;
    });
    Attach(&worker_waiter_, [this] { return Work(); });
  }

  void Stop() {
    stopping_.store(true);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  // Claims and reports; most runs complete.
  bool Work() {
    std::vector<core::ReadyRun> ready;
    engine_->queue().Pop(core::kHttpLane, 50, &ready);
    std::vector<core::Outcome> outcomes;
    for (const core::ReadyRun& run : ready) {
      core::ClaimedRun claimed;
      if (engine_->Claim(run, nullptr, &claimed) != core::ClaimResult::kClaimed) continue;
      const uint64_t way = claimed.token % 7 + static_cast<uint64_t>(claimed.key.number) % 5;
      outcomes.push_back(tests::OutcomeOf(claimed.key, claimed.token,
                                          way == 3   ? core::Outcome::Kind::kLost
                                          : way == 5 ? core::Outcome::Kind::kFailed
                                                     : core::Outcome::Kind::kCompleted));
    }
    if (!outcomes.empty()) engine_->Report("", std::move(outcomes), [](auto) {});
    return !ready.empty();
  }

  // Calls and waits for the answer.
  template <typename T, typename Call>
  absl::StatusOr<T> Await(Call call) {
    auto answer = std::make_shared<std::promise<absl::StatusOr<T>>>();
    auto future = answer->get_future();
    call([answer](absl::StatusOr<T> result) { answer->set_value(std::move(result)); });
    return future.get();
  }

  void Client(uint64_t seed) {
    base::Random random(seed);
    for (int i = 0; i < kCallsPerClient; ++i) {
      const std::string tag = "job" + std::to_string(random.Below(kJobs));
      Call(&random, tag);
    }
  }

  void Call(base::Random* random, const std::string& tag) {
    switch (random->Below(10)) {
      case 0:
      case 1:
      case 2: {
        CreateJob command;
        command.spec = tests::Every(static_cast<Millis>(1 + random->Below(50)), tag);
        command.spec.input_json = std::string(random->Below(60), '1');
        command.spec.executions = static_cast<int64_t>(random->Below(30));
        command.spec.retry.emplace().max_retries = 1;
        command.spec.retry->initial_backoff = 1;
        (void)Await<JobView>(
            [&](Reply<JobView> reply) { service_->Create(std::move(command), std::move(reply)); });
        break;
      }
      case 3: {
        UpdateJob command;
        command.product = tests::kProduct;
        command.tag = tag;
        command.patch = [n = random->Below(100)](core::JobSpec* spec) {
          spec->name = "name" + std::to_string(n);
          return absl::OkStatus();
        };
        (void)Await<JobView>(
            [&](Reply<JobView> reply) { service_->Update(std::move(command), std::move(reply)); });
        break;
      }
      case 4:
        (void)Await<Done>([&](Reply<Done> reply) {
          service_->Delete(DeleteJob{tests::kProduct, tag, "", false, {}}, std::move(reply));
        });
        break;
      case 5:
        (void)Await<JobView>([&](Reply<JobView> reply) {
          service_->Pause({tests::kProduct, tag, "", false, "", {}}, std::move(reply));
        });
        break;
      case 6:
        (void)Await<JobView>([&](Reply<JobView> reply) {
          service_->Resume({tests::kProduct, tag, false, "", {}}, std::move(reply));
        });
        break;
      case 7:
        (void)Await<JobPage>([&](Reply<JobPage> reply) {
          service_->List(ListJobs{tests::kProduct, 10, 0, true}, std::move(reply));
        });
        break;
      case 8: {
        ListRuns query;
        query.product = tests::kProduct;
        if (random->Percent(50)) query.tag = tag;
        (void)Await<RunPage>(
            [&](Reply<RunPage> reply) { service_->List(query, std::move(reply)); });
        break;
      }
      default: {
        const auto job = Await<JobView>([&](Reply<JobView> reply) {
          service_->GetJob(tests::kProduct, tag, std::move(reply));
        });
        if (job.ok()) {
          EXPECT_EQ(job->job.spec.tag, tag);
        }
      }
    }
  }

  const base::SystemClock clock_;
  std::unique_ptr<store::Store> store_ =
      store::OpenMemoryStore(std::make_shared<store::MemoryDisk>());
  base::Waiter loop_waiters_[2];
  base::Waiter committer_waiter_, loader_waiter_, archivist_waiter_, housekeeping_waiter_,
      worker_waiter_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<query::SchedulerService> service_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

TEST_F(ThreadsTest, EverythingAtOnce) {
  StartThreads();
  ASSERT_TRUE(
      Await<EventView>([&](Reply<EventView> reply) {
        service_->Create(CreateEvent{tests::HttpEvent("event"), {}, false}, std::move(reply));
      }).ok());
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([this, i] { Client(static_cast<uint64_t>(i + 1)); });
  }
  for (std::thread& client : clients) client.join();
  Stop();
  // The parts have stopped anywhere: what they have decided is committed, then compared.
  engine_->Drain();
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 2; ++i) engine_->StepLoop(i);
    while (engine_->committer().pending() > 0) engine_->StepCommitter(INT64_MAX / 2 + round);
  }
  EXPECT_EQ(engine_->repaired_jobs(), 0);
  // A seal that ran beside a commit has taken more than it says; one at rest says all.
  ASSERT_TRUE(engine_->archivist().SealNow().ok());
  JobRegistry fresh(2);
  const auto recovered = Recover(*store_, &fresh);
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_EQ(tests::Difference(tests::StateOf(&engine_->registry()), tests::StateOf(&fresh)), "");
  EXPECT_GT(engine_->committer().transitions(), 100);
}

}  // namespace
}  // namespace scheduler::engine
