#include "scheduler/dispatch/task_threads.h"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(TaskThreadsTest, RunsEveryTask) {
  std::atomic<int> done{0};
  {
    TaskThreads threads(3);
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(threads.Post([&done] { ++done; }));
  }
  EXPECT_EQ(done, 1000);
}

TEST(TaskThreadsTest, OneThatBlocksHoldsUpNoOther) {
  TaskThreads threads(2);
  std::promise<void> hold;
  threads.Post([held = hold.get_future().share()] { held.wait(); });
  std::promise<void> ran;
  threads.Post([&ran] { ran.set_value(); });
  ran.get_future().wait();  // while the first task waits still
  hold.set_value();
}

TEST(TaskThreadsTest, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    TaskThreads threads(1);
    for (int i = 0; i < 100; ++i) threads.Post([&order, i] { order.push_back(i); });
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order.at(i), i);
}

TEST(TaskThreadsTest, TakesNothingAfterTheEnd) {
  TaskThreads threads(1);
  threads.Stop();
  threads.Stop();
  EXPECT_FALSE(threads.Post([] { FAIL(); }));
}

TEST(TaskThreadsTest, IsUsedFromManyThreads) {
  std::atomic<int> done{0};
  TaskThreads threads(4);
  std::vector<std::thread> posters;
  for (int i = 0; i < 4; ++i) {
    posters.emplace_back([&] {
      for (int k = 0; k < 500; ++k) threads.Post([&done] { ++done; });
    });
  }
  for (std::thread& poster : posters) poster.join();
  threads.Stop();
  EXPECT_EQ(done, 2000);
}

}  // namespace
}  // namespace scheduler::dispatch
