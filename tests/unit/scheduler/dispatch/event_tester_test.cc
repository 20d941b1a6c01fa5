#include "scheduler/dispatch/event_tester.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/manual_clock.h"
#include "tests/unit/scheduler/dispatch/fakes.h"

namespace scheduler::dispatch {
namespace {

// Gives runs back, a number of times, 300 ms after it got them; then they complete.
class ReleasingExecutor final : public Executor {
 public:
  ReleasingExecutor(int releases, base::ManualClock* clock, std::vector<core::ClaimedRun>* runs)
      : releases_(releases), clock_(clock), runs_(runs) {}
  std::string_view name() const override { return "releasing"; }
  void Execute(core::ClaimedRun run, Done done) override {
    runs_->push_back(std::move(run));
    clock_->Advance(300);
    runs_->back().trace->AddRequest("sent");
    runs_->back().trace->AddResponse("answered");
    AttemptResult result;
    result.released = static_cast<int>(runs_->size()) <= releases_;
    result.completed = !result.released;
    done(std::move(result));
  }
  void Cancel(const core::RunRef& /*run*/) override {}
  size_t max_in_flight() const override { return 1; }
  void Shutdown() override {}

 private:
  const int releases_;
  base::ManualClock* const clock_;
  std::vector<core::ClaimedRun>* const runs_;
};

class EventTesterTest : public testing::Test {
 protected:
  std::vector<EventTester::Result> Test(int releases) {
    dispatcher_.AddExecutor(core::kHttpLane,
                            std::make_unique<ReleasingExecutor>(releases, &clock_, &runs_));
    EventTester tester(&dispatcher_, &clock_, 7);
    auto event = std::make_shared<core::Event>();
    event->target = core::HttpTarget();
    core::ClaimedRun run;
    run.event = std::move(event);
    run.attempt_timeout = 1000;
    std::vector<EventTester::Result> results;
    core::RunKey key;
    EXPECT_TRUE(tester
                    .Test(std::move(run), &key,
                          [&results](EventTester::Result result) { results.push_back(result); })
                    .ok());
    for (const core::ClaimedRun& sent : runs_) EXPECT_EQ(sent.key, key);
    return results;
  }

  base::ManualClock clock_;
  FakeRunQueue queue_;
  FakeRunPort port_;
  Dispatcher dispatcher_{&queue_, &port_, &clock_};
  std::vector<core::ClaimedRun> runs_;
};

TEST_F(EventTesterTest, OneThatIsReleasedIsSentOnceAgain) {
  const std::vector<EventTester::Result> results = Test(1);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].attempt.completed);
  EXPECT_EQ(results[0].end_time - results[0].start_time, 600);
  ASSERT_EQ(runs_.size(), 2u);
  EXPECT_EQ(runs_[0].token, runs_[1].token);
  EXPECT_EQ(runs_[1].attempt_timeout, 700);
  EXPECT_EQ(results[0].request, "sent\n\nsent");
  EXPECT_EQ(results[0].response, "answered\n\nanswered");
}

TEST_F(EventTesterTest, ASecondReleaseIsTheAnswer) {
  const std::vector<EventTester::Result> results = Test(5);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].attempt.released);
  EXPECT_EQ(runs_.size(), 2u);
}

TEST_F(EventTesterTest, UidsAreLikeNoneThatIsStored) {
  EventTester tester(&dispatcher_, &clock_, 7);
  const core::Uid first = tester.NewUid();
  const core::Uid second = tester.NewUid();
  EXPECT_NE(first, second);
  EXPECT_GE(std::min(first, second), core::Uid{1} << 63);
}

}  // namespace
}  // namespace scheduler::dispatch
