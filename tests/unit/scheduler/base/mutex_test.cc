#include "scheduler/base/mutex.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::base {
namespace {

struct Shared {
  Mutex mu;
  CondVar changed;
  int count ABSL_GUARDED_BY(mu) = 0;
};

TEST(MutexTest, GuardsACounter) {
  Shared shared;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&shared] {
      for (int n = 0; n < 10'000; ++n) {
        const MutexLock lock(&shared.mu);
        ++shared.count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const MutexLock lock(&shared.mu);
  shared.mu.AssertHeld();
  EXPECT_EQ(shared.count, 40'000);
}

TEST(MutexTest, SignalWakesAWaiter) {
  Shared shared;
  std::thread other([&shared] {
    const MutexLock lock(&shared.mu);
    shared.count = 1;
    shared.changed.Signal();
  });
  {
    const MutexLock lock(&shared.mu);
    while (shared.count == 0) shared.changed.Wait(&shared.mu);
    EXPECT_EQ(shared.count, 1);
  }
  other.join();
}

TEST(MutexTest, SignalAllWakesEveryWaiter) {
  Shared shared;
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&shared] {
      const MutexLock lock(&shared.mu);
      while (shared.count == 0) shared.changed.Wait(&shared.mu);
      ++shared.count;
    });
  }
  {
    const MutexLock lock(&shared.mu);
    shared.count = 1;
    shared.changed.SignalAll();
  }
  for (std::thread& thread : threads) thread.join();
  const MutexLock lock(&shared.mu);
  EXPECT_EQ(shared.count, 4);
}

TEST(MutexTest, AWaitEndsWhenItsTimeHasRunOut) {
  Shared shared;
  const MutexLock lock(&shared.mu);
  while (!shared.changed.WaitMicros(&shared.mu, 200)) {
  }
  EXPECT_EQ(shared.count, 0);
}

}  // namespace
}  // namespace scheduler::base
