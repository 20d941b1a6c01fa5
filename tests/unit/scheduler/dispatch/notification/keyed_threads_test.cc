#include "scheduler/dispatch/notification/keyed_threads.h"

#include <algorithm>
#include <atomic>
#include <future>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(KeyedThreadsTest, TasksOfAKeyAreBoundedAndOthersGoOn) {
  KeyedThreads threads(8, 2);
  std::promise<void> gate;
  std::shared_future<void> open = gate.get_future().share();
  std::atomic<int> begun{0};
  std::atomic<int> most{0};
  std::atomic<int> running{0};
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(threads.Post("hangs", [&, open] {
      ++begun;
      most = std::max<int>(most, ++running);
      open.wait();
      --running;
    }));
  }
  std::promise<void> other;
  EXPECT_TRUE(threads.Post("other", [&] { other.set_value(); }));
  other.get_future().wait();
  EXPECT_LE(begun, 2);
  gate.set_value();
  threads.Stop();
  EXPECT_EQ(begun, 6);
  EXPECT_LE(most, 2);
  EXPECT_FALSE(threads.Post("other", [] {}));
  EXPECT_FALSE(threads.Post("other", [] {}));
  EXPECT_FALSE(threads.Post("other", [] {}));
}

}  // namespace
}  // namespace scheduler::dispatch
