#include "server/work_pool.h"

#include <atomic>
#include <future>
#include <thread>

#include "gtest/gtest.h"

namespace server {
namespace {

TEST(WorkPoolTest, RunsEverythingBeforeItStops) {
  std::atomic<int> ran{0};
  {
    WorkPool pool("pool", 2, 10);
    for (int i = 0; i < 1000; ++i) pool.Post([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 1000);
}

TEST(WorkPoolTest, RefusesWhatDoesNotFit) {
  WorkPool pool("pool", 1, 2);
  std::promise<void> go;
  std::promise<void> started;
  pool.Post([&] {
    started.set_value();
    go.get_future().wait();
  });
  started.get_future().wait();
  int ran = 0;
  WorkPool::Task a = [&ran] { ++ran; };
  WorkPool::Task b = [&ran] { ++ran; };
  WorkPool::Task c = [&ran] { ran += 100; };
  EXPECT_TRUE(pool.TryPost(a));
  EXPECT_TRUE(pool.TryPost(b));
  EXPECT_FALSE(pool.TryPost(c));
  pool.Post([&ran] { ++ran; });  // is not bounded
  EXPECT_EQ(pool.queued(), 3u);
  go.set_value();
  pool.Stop();
  EXPECT_EQ(ran, 3);
  c();  // untouched
  EXPECT_EQ(ran, 103);
}

TEST(WorkPoolTest, RunsLateTasksOnTheCallersThread) {
  WorkPool pool("pool", 1, 2);
  pool.Stop();
  std::thread::id ran_on;
  pool.Post([&ran_on] { ran_on = std::this_thread::get_id(); });
  EXPECT_EQ(ran_on, std::this_thread::get_id());
  WorkPool::Task task = [] {};
  EXPECT_FALSE(pool.TryPost(task));
  pool.Stop();
}

TEST(WorkPoolTest, KeepsTheOrder) {
  std::vector<int> order;
  {
    WorkPool pool("pool", 1, 1000);
    for (int i = 0; i < 100; ++i) pool.Post([&order, i] { order.push_back(i); });
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

}  // namespace
}  // namespace server
