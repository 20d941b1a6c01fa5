#include "server/signals.h"

#include <unistd.h>

#include <atomic>
#include <thread>

#include "gtest/gtest.h"

namespace server {
namespace {

TEST(SignalsTest, AreToldOnAThreadEachTime) {
  std::atomic<int> heard{0};
  {
    const Signals signals([&heard](int signal) { heard += signal; });
    kill(getpid(), SIGTERM);
    while (heard != SIGTERM) std::this_thread::yield();
    kill(getpid(), SIGINT);
    while (heard != SIGTERM + SIGINT) std::this_thread::yield();
  }
  // The thread has ended, and the process lives.
  EXPECT_EQ(heard, SIGTERM + SIGINT);
}

}  // namespace
}  // namespace server
