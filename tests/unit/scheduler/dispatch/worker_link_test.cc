// The order of what a link gives to write; what a worker sees of it is in worker_hub_test.cc.
#include "scheduler/dispatch/worker_link.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/scheduler/dispatch/hub_fixture.h"

namespace scheduler::dispatch {
namespace {

// A stream that writes only when the test asks.
class PassiveStream final : public WorkerStream {
 public:
  void Wake() override { ++wakes; }
  void ResumeReading() override { ++resumes; }
  void Abort() override { ++aborts; }
  int wakes = 0;
  int resumes = 0;
  int aborts = 0;
};

class WorkerLinkTest : public HubFixture {
 protected:
  WorkerLinkTest() { link_ = *hub_.Open(Hello(2000), stream_); }

  template <typename T>
  bool NextIs() {
    return std::holds_alternative<T>(link_->Next(&sink_));
  }
  void Report(uint64_t sequence) {
    bool rest = false;
    ASSERT_TRUE(link_->OnResults(sequence, {}, &rest).ok());
  }

  ListSink sink_;
  std::shared_ptr<PassiveStream> stream_ = std::make_shared<PassiveStream>();
  std::shared_ptr<WorkerLink> link_;
};

TEST_F(WorkerLinkTest, TheWelcomeComesFirst) {
  engine_.Add(16, 1);
  Report(1);
  EXPECT_TRUE(NextIs<WorkerWelcome>());
}

TEST_F(WorkerLinkTest, AcksAndDeliveriesTakeTurns) {
  ASSERT_TRUE(NextIs<WorkerWelcome>());
  engine_.Add(16, 2 * WorkerFeed::kMaxBatchRuns);
  Report(1);
  EXPECT_TRUE(NextIs<WorkerAck>());
  clock_.Advance(WorkerMailbox::kLater);
  Report(2);
  EXPECT_TRUE(NextIs<WorkerDeliveries>()) << "though an ack is owed";
  EXPECT_TRUE(NextIs<WorkerAck>()) << "though runs are waiting";
  EXPECT_TRUE(NextIs<WorkerDeliveries>());
  EXPECT_TRUE(NextIs<std::monostate>());
}

TEST_F(WorkerLinkTest, WhileResultsComeFastOneAckSaysWhatSeveralWould) {
  ASSERT_TRUE(NextIs<WorkerWelcome>());
  Report(1);
  Settle();
  ASSERT_TRUE(NextIs<WorkerAck>()) << "the first one at once";
  const int wakes = stream_->wakes;
  for (uint64_t sequence = 2; sequence <= 9; ++sequence) {
    Report(sequence);
    EXPECT_TRUE(NextIs<std::monostate>());
  }
  Pass(WorkerMailbox::kLater - 1);
  EXPECT_TRUE(NextIs<std::monostate>());
  Pass(1);
  EXPECT_GT(stream_->wakes, wakes);
  const WorkerWrite write = link_->Next(&sink_);
  ASSERT_TRUE(std::holds_alternative<WorkerAck>(write));
  EXPECT_EQ(std::get<WorkerAck>(write).acked_through, 9);
  EXPECT_TRUE(NextIs<std::monostate>());
}

TEST_F(WorkerLinkTest, AnAckThatIsAwaitedGoesOutAtOnce) {
  ASSERT_TRUE(NextIs<WorkerWelcome>());
  Report(1);
  ASSERT_TRUE(NextIs<WorkerAck>());
  Report(2);
  EXPECT_TRUE(NextIs<std::monostate>());
  link_->OnDrain();
  EXPECT_TRUE(NextIs<WorkerAck>());
  Report(3);
  EXPECT_TRUE(NextIs<WorkerAck>());
}

TEST_F(WorkerLinkTest, ManyResultsDoNotWaitForTheirAck) {
  ASSERT_TRUE(NextIs<WorkerWelcome>());
  Report(1);
  ASSERT_TRUE(NextIs<WorkerAck>());
  bool rest = false;
  std::vector<core::Outcome> outcomes(WorkerLink::kAckAtOnce);
  ASSERT_TRUE(link_->OnResults(2, std::move(outcomes), &rest).ok());
  EXPECT_TRUE(NextIs<WorkerAck>());
}

TEST_F(WorkerLinkTest, NothingToWriteIsNothing) {
  ASSERT_TRUE(NextIs<WorkerWelcome>());
  EXPECT_TRUE(NextIs<std::monostate>());
  EXPECT_TRUE(NextIs<std::monostate>());
}

TEST_F(WorkerLinkTest, TheFirstEndCountsAndNothingFollows) {
  link_->End(absl::AbortedError("first"));
  link_->End(absl::InternalError("second"));
  engine_.Add(16, 1);
  const WorkerWrite write = link_->Next(&sink_);
  ASSERT_TRUE(std::holds_alternative<WorkerEnd>(write));
  EXPECT_EQ(std::get<WorkerEnd>(write).status, absl::AbortedError("first"));
  EXPECT_TRUE(NextIs<std::monostate>());
  EXPECT_EQ(engine_.Size(16), 1);
}

TEST_F(WorkerLinkTest, AReadySideIsWokenAndAFullOneIsNot) {
  ASSERT_TRUE(NextIs<WorkerWelcome>());
  link_->OnWindow(0);
  const int wakes = stream_->wakes;
  engine_.Add(16, 1);
  Settle();
  EXPECT_EQ(stream_->wakes, wakes);
  link_->OnWindow(1);
  EXPECT_EQ(stream_->wakes, wakes + 1);
  EXPECT_TRUE(NextIs<WorkerDeliveries>());
}

TEST_F(WorkerLinkTest, AClosedSideThatDoesNotReadIsBrokenOff) {
  ASSERT_TRUE(NextIs<WorkerWelcome>());
  link_->OnReadsDone();
  Pass(9'000);
  EXPECT_EQ(stream_->aborts, 0);
  Pass(1'100);
  EXPECT_EQ(stream_->aborts, 1);
  Pass(60'000);
  EXPECT_EQ(stream_->aborts, 1);
}

// A failed write of something else does not give back runs that were delivered earlier.
TEST_F(WorkerLinkTest, OnlyTheDeliveriesThatFailedAreGivenBack) {
  ASSERT_TRUE(NextIs<WorkerWelcome>());
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  ASSERT_TRUE(NextIs<WorkerDeliveries>());
  Report(1);
  ASSERT_TRUE(NextIs<WorkerAck>());
  link_->OnWriteFailed();
  EXPECT_EQ(engine_.Get(keys[0]).released, 0);
}

}  // namespace
}  // namespace scheduler::dispatch
