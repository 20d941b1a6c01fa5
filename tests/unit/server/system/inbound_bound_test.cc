#include "server/system/inbound_bound.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "gtest/gtest.h"

namespace server {
namespace {

// Sockets of this process, closed at the end.
class InboundBoundTest : public testing::Test {
 protected:
  ~InboundBoundTest() override {
    for (const int fd : fds_) close(fd);
  }
  int Socket() {
    fds_.push_back(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return fds_.back();
  }
  void CloseFirst() {
    close(fds_.front());
    fds_.erase(fds_.begin());
  }

  std::vector<int> fds_;
};

TEST_F(InboundBoundTest, LetsInAsManyAsItSays) {
  InboundBound bound(2);
  EXPECT_TRUE(bound.Admit(Socket()));
  EXPECT_TRUE(bound.Admit(Socket()));
  EXPECT_FALSE(bound.Admit(Socket()));
  EXPECT_FALSE(bound.Admit(Socket()));
}

TEST_F(InboundBoundTest, NoticesThatOneWasClosed) {
  InboundBound bound(2);
  EXPECT_TRUE(bound.Admit(Socket()));
  EXPECT_TRUE(bound.Admit(Socket()));
  CloseFirst();
  EXPECT_TRUE(bound.Admit(Socket()));
  EXPECT_FALSE(bound.Admit(Socket()));
}

TEST_F(InboundBoundTest, ADescriptorThatStandsForSomethingElseByNowDoesNotCount) {
  InboundBound bound(1);
  EXPECT_TRUE(bound.Admit(Socket()));
  const int number = fds_.front();
  CloseFirst();
  fds_.push_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(fds_.back(), number);
  EXPECT_TRUE(bound.Admit(Socket()));
  CloseFirst();
  Socket();  // another one, with the first one's number
  EXPECT_FALSE(bound.Admit(Socket()));
  fds_.erase(fds_.begin());
}

}  // namespace
}  // namespace server
