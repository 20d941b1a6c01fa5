#include "scheduler/dispatch/database/interrupt.h"

#include <poll.h>
#include <unistd.h>

#include <thread>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"

namespace scheduler::dispatch {
namespace {

using Woken = Interrupt::Woken;

TEST(InterruptTest, WaitsEndWithTheSocketTheTimeOrTheInterrupt) {
  const base::SystemClock clock;
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  Interrupt interrupt;
  EXPECT_EQ(interrupt.Wait(fds[0], POLLIN, {&clock, clock.MonoNow() + 5}), Woken::kTimeout);
  ASSERT_EQ(write(fds[1], "x", 1), 1);
  short ready = 0;
  EXPECT_EQ(interrupt.Wait(fds[0], POLLIN, {}, &ready), Woken::kReady);
  EXPECT_EQ(ready, POLLIN);
  interrupt.Trip();
  EXPECT_TRUE(interrupt.tripped());
  EXPECT_EQ(interrupt.Wait(fds[0], POLLIN, {}), Woken::kInterrupted);
  interrupt.Clear();
  EXPECT_EQ(interrupt.Wait(fds[0], POLLIN, {}), Woken::kReady);
  close(fds[0]);
  close(fds[1]);
}

TEST(InterruptTest, WakesAThreadThatWaits) {
  Interrupt interrupt;
  std::thread other([&interrupt] { interrupt.Trip(); });
  EXPECT_EQ(interrupt.Wait(-1, 0, {}), Woken::kInterrupted);
  other.join();
}

}  // namespace
}  // namespace scheduler::dispatch
