#include "client/cpp/internal/thread_pool.h"

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace ductape::jobs::internal {
namespace {

std::vector<std::shared_ptr<TaskState>> States(int count) {
  std::vector<std::shared_ptr<TaskState>> states;
  for (int i = 0; i < count; ++i) {
    states.push_back(std::make_shared<TaskState>(nullptr, nullptr, nullptr));
  }
  return states;
}

TEST(ThreadPoolTest, ExecutesAllInOrderOnOneThread) {
  std::vector<TaskState*> seen;
  absl::Notification done;
  const auto states = States(100);
  ThreadPool pool(1, [&](const std::shared_ptr<TaskState>& task) {
    seen.push_back(task.get());
    if (seen.size() == states.size()) done.Notify();
  });
  EXPECT_TRUE(pool.Post(states).empty());
  done.WaitForNotification();
  for (size_t i = 0; i < states.size(); ++i) EXPECT_EQ(seen[i], states[i].get());
}

TEST(ThreadPoolTest, WithoutThreadsTheCallerExecutes) {
  int executed = 0;
  ThreadPool pool(0, [&](const std::shared_ptr<TaskState>&) { ++executed; });
  EXPECT_TRUE(pool.Post(States(3)).empty());
  EXPECT_EQ(executed, 3);
}

TEST(ThreadPoolTest, StopGivesBackWhatWasNotBegunAndWaitsForTheRest) {
  absl::Notification begun;
  absl::Notification go_on;
  std::atomic<int> executed{0};
  ThreadPool pool(1, [&](const std::shared_ptr<TaskState>&) {
    begun.Notify();
    go_on.WaitForNotification();
    ++executed;
  });
  EXPECT_TRUE(pool.Post(States(3)).empty());
  begun.WaitForNotification();
  size_t posted = 3;
  std::thread release([&] {
    while (pool.Post(States(1)).empty()) ++posted;  // until it has stopped
    go_on.Notify();
  });
  const auto left = pool.Stop();
  release.join();
  EXPECT_EQ(left.size(), posted - 1);
  EXPECT_EQ(executed.load(), 1);
}

TEST(ThreadPoolTest, AfterStopNothingIsTakenOrLost) {
  ThreadPool pool(1, [](const std::shared_ptr<TaskState>&) {});
  EXPECT_TRUE(pool.Stop().empty());
  const auto states = States(3);
  EXPECT_EQ(pool.Post(states), states);
  EXPECT_TRUE(pool.Stop().empty());
}

}  // namespace
}  // namespace ductape::jobs::internal
