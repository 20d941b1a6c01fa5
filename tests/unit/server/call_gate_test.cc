// The gate's streams; what it does with calls is in call_test.cc.
#include "server/call_gate.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "tests/support/manual_clock.h"

namespace server {
namespace {

namespace errors = scheduler::base::errors;

class CallGateTest : public testing::Test {
 protected:
  CallGateTest() { gate_.SetPhase(CallGate::Phase::kServing); }

  scheduler::base::ManualClock clock_;
  CallGate gate_{&clock_, CallLimits()};
};

// Leaves the gate in its destructor, as reactors do.
class TestStream final : public StoppableStream {
 public:
  explicit TestStream(CallGate* gate) : gate_(gate) {}
  ~TestStream() override { gate_->LeaveStream(this); }
  TestStream(const TestStream&) = delete;
  TestStream& operator=(const TestStream&) = delete;

  void OnStop(const absl::Status& /*status*/) override { ++stops; }

  std::atomic<int> stops{0};

 private:
  CallGate* const gate_;
};

std::shared_ptr<TestStream> EnterOne(CallGate* gate) {
  auto stream = std::make_shared<TestStream>(gate);
  EXPECT_TRUE(gate->EnterStream(CallKind::kStream, stream).ok());
  return stream;
}

TEST_F(CallGateTest, TellsTheStreamsThatAreThere) {
  auto gone = EnterOne(&gate_);
  const auto here = EnterOne(&gate_);
  EXPECT_EQ(gate_.streams(), 2);
  gone = nullptr;
  EXPECT_EQ(gate_.streams(), 1);
  gate_.StopStreams(errors::Draining());
  EXPECT_EQ(here->stops, 1);
}

TEST_F(CallGateTest, AStreamWithoutAnEndOfItsOwnIsOnlyCounted) {
  ASSERT_TRUE(gate_.EnterStream(CallKind::kStream, nullptr).ok());
  EXPECT_EQ(gate_.streams(), 1);
  gate_.StopStreams(errors::Draining());
  gate_.LeaveStream(nullptr);
  EXPECT_EQ(gate_.streams(), 0);
}

// A stream may be let go by its owner at the very moment in which the gate looks at it for another
// one. Were the gate's look a reference, its end would be that of the stream, whose destructor
// would then wait for the lock that its own thread holds: this test would not end.
TEST_F(CallGateTest, StreamsComeAndGoAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 20'000;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < kRounds; ++round) {
        const auto first = EnterOne(&gate_);
        auto second = EnterOne(&gate_);
        second = nullptr;
        if (round % 1000 == 0) gate_.StopStreams(errors::Draining());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(gate_.streams(), 0);
}

}  // namespace
}  // namespace server
