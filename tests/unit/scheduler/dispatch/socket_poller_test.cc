#include "scheduler/dispatch/socket_poller.h"

#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

class SocketPollerTest : public testing::Test {
 protected:
  SocketPollerTest() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair_), 0); }
  ~SocketPollerTest() override {
    for (const int fd : pair_) {
      if (fd >= 0) close(fd);
    }
  }
  void Send() { EXPECT_EQ(write(pair_[1], "x", 1), 1); }
  void Receive() {
    char byte = 0;
    EXPECT_EQ(read(pair_[0], &byte, 1), 1);
  }

  int pair_[2] = {-1, -1};
  SocketPoller poller_;
};

TEST_F(SocketPollerTest, ReportsWhatIsWatched) {
  poller_.Watch(pair_[0], SocketPoller::kIn);
  EXPECT_TRUE(poller_.Wait(0).empty());
  Send();
  auto ready = poller_.Wait(-1);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].fd, pair_[0]);
  EXPECT_EQ(ready[0].what, SocketPoller::kIn);

  poller_.Watch(pair_[0], SocketPoller::kIn | SocketPoller::kOut);
  ready = poller_.Wait(-1);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].what, SocketPoller::kIn | SocketPoller::kOut);
}

TEST_F(SocketPollerTest, UnwatchedSocketsAreSilent) {
  for (const bool kept : {false, true}) {
    if (kept) poller_.OnOpened(pair_[0]);
    poller_.Watch(pair_[0], SocketPoller::kIn);
    poller_.Watch(pair_[0], SocketPoller::kNone);
    Send();
    EXPECT_TRUE(poller_.Wait(0).empty());
    EXPECT_TRUE(poller_.Wait(0).empty());
    // Watched again, it is reported again.
    poller_.Watch(pair_[0], SocketPoller::kIn);
    EXPECT_EQ(poller_.Wait(-1).size(), 1u);
    Receive();
    poller_.OnClosing(pair_[0]);
  }
}

TEST_F(SocketPollerTest, HangUpIsReportedAsWhatIsWatched) {
  poller_.Watch(pair_[0], SocketPoller::kIn);
  close(pair_[1]);
  pair_[1] = -1;
  const auto ready = poller_.Wait(-1);
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].what, SocketPoller::kIn);
}

TEST_F(SocketPollerTest, AKeptSocketThatItsPeerClosedDoesNotSpin) {
  poller_.OnOpened(pair_[0]);
  poller_.Watch(pair_[0], SocketPoller::kIn);
  poller_.Watch(pair_[0], SocketPoller::kNone);
  close(pair_[1]);
  pair_[1] = -1;
  EXPECT_TRUE(poller_.Wait(-1).empty());  // taken out by this
  EXPECT_TRUE(poller_.Wait(1).empty());   // so this one waits its time
}

TEST_F(SocketPollerTest, ADescriptorIsUsedAgain) {
  poller_.OnOpened(pair_[0]);
  poller_.Watch(pair_[0], SocketPoller::kIn);
  poller_.OnClosing(pair_[0]);
  for (const int fd : pair_) close(fd);
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair_), 0);
  poller_.Watch(pair_[0], SocketPoller::kIn);
  Send();
  EXPECT_EQ(poller_.Wait(-1).size(), 1u);
}

TEST_F(SocketPollerTest, WakeEndsTheNextWaitOnce) {
  poller_.Wake();
  poller_.Wake();
  EXPECT_TRUE(poller_.Wait(-1).empty());
  EXPECT_TRUE(poller_.Wait(0).empty());
}

TEST_F(SocketPollerTest, WakeFromAnotherThread) {
  std::thread waker([this] { poller_.Wake(); });
  EXPECT_TRUE(poller_.Wait(-1).empty());
  waker.join();
}

}  // namespace
}  // namespace scheduler::dispatch
