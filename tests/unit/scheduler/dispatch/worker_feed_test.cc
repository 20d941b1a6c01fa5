#include "scheduler/dispatch/worker_feed.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/interned.h"
#include "scheduler/dispatch/worker_link.h"
#include "tests/support/manual_clock.h"
#include "tests/support/tiny_engine.h"
#include "tests/support/worker_double.h"

namespace scheduler::dispatch {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class NobodyTaker final : public LaneTaker {
 public:
  uint32_t load() const override { return 0; }
  void Offer(uint32_t /*sharers*/) override {}
};

class WorkerFeedTest : public ::testing::Test {
 protected:
  WorkerFeedTest() {
    context_.queue = &engine_;
    context_.port = &engine_;
    context_.clock = &clock_;
    context_.mailbox = std::make_shared<WorkerMailbox>();
    context_.lanes = std::make_shared<WorkerLanes>();
    feed_ = std::make_unique<WorkerFeed>(context_, session_, "packer");
  }
  std::shared_ptr<WorkerLane> Join(core::LaneId lane) {
    return context_.lanes->Join(lane, std::make_shared<NobodyTaker>());
  }
  size_t Fill(const std::vector<std::shared_ptr<WorkerLane>>& lanes, size_t max = 10'000) {
    sink_.deliveries.clear();
    terms_.max = max;
    return feed_->Fill(nullptr, lanes, terms_, &sink_);
  }

  core::TinyEngine engine_;
  base::ManualClock clock_;
  WorkerContext context_;
  std::shared_ptr<WorkerSession> session_ =
      std::make_shared<WorkerSession>(WorkerSession::Kind::kPolled, "shop", "p-1", 0);
  std::unique_ptr<WorkerFeed> feed_;
  WorkerFeed::Terms terms_;
  ListSink sink_;
};

TEST_F(WorkerFeedTest, TakesNoMoreThanAsked) {
  const auto lane = Join(16);
  engine_.Add(16, 10);
  EXPECT_EQ(Fill({lane}, 4), 4);
  EXPECT_TRUE(lane->ready.load()) << "there may be more";
  EXPECT_EQ(Fill({lane}, 100), 6);
  EXPECT_FALSE(lane->ready.load()) << "it was emptied";
  engine_.Add(16, 1);  // without a listener nobody marks the lane
  EXPECT_EQ(Fill({lane}), 0);
  EXPECT_EQ(session_->in_flight(), 10);
}

TEST_F(WorkerFeedTest, TheWorkersNameIsInternedWhenItClaims) {
  const auto lane = Join(16);
  const size_t before = base::InternedCount();
  WorkerFeed feed(context_, session_, "a name of which nobody has heard");
  WorkerFeed::Terms terms;
  terms.max = 10;
  EXPECT_EQ(feed.Fill(nullptr, {lane}, terms, &sink_), 0);
  EXPECT_EQ(base::InternedCount(), before);
  const core::RunKey key = engine_.Add(16, 1)[0];
  lane->ready = true;
  EXPECT_EQ(feed.Fill(nullptr, {lane}, terms, &sink_), 1);
  EXPECT_EQ(base::TextOf(engine_.Get(key).worker), "a name of which nobody has heard");
  EXPECT_EQ(base::InternedCount(), before + 1);
}

TEST_F(WorkerFeedTest, WithoutLanesThereIsNothing) { EXPECT_EQ(Fill({}), 0); }

TEST_F(WorkerFeedTest, StopsAtTheSizeOfAMessage) {
  const auto lane = Join(16);
  sink_.bytes_each = 10'000;
  engine_.Add(16, 300);
  EXPECT_EQ(Fill({lane}), WorkerFeed::kMaxPop) << "640,000 bytes";
  EXPECT_EQ(Fill({lane}), WorkerFeed::kMaxBatchBytes / 10'000 + 1) << "the size is known by now";
}

TEST_F(WorkerFeedTest, WhatTheSinkHasNoRoomForIsGivenBack) {
  class SmallSink final : public DeliverySink {
   public:
    size_t Add(const core::ClaimedRun& /*run*/, Millis /*deadline*/) override {
      return ++added <= 3 ? 100 : 0;
    }
    int added = 0;
  } sink;
  const auto lane = Join(16);
  const std::vector<core::RunKey> keys = engine_.Add(16, 10);
  terms_.max = 10;
  EXPECT_EQ(feed_->Fill(nullptr, {lane}, terms_, &sink), 3);
  EXPECT_EQ(session_->in_flight(), 3);
  EXPECT_EQ(engine_.Size(16), 7);
  EXPECT_EQ(engine_.Get(keys[9]).released, 1);
  EXPECT_EQ(engine_.reports(), 1);
}

TEST_F(WorkerFeedTest, TakesItsShareWhereOthersServeTheLane) {
  const auto lane = Join(16);
  Join(16);
  terms_.sharers = 2;
  engine_.Add(16, 1);
  EXPECT_EQ(Fill({lane}), 1) << "one run is somebody's";
  engine_.Add(16, 401);
  lane->ready = true;
  EXPECT_EQ(Fill({lane}), 201);
  WorkerMailbox::Mail mail;
  context_.mailbox->Take(&mail);
  EXPECT_THAT(mail.lanes, ::testing::ElementsAre(16)) << "the rest is passed on";
}

TEST_F(WorkerFeedTest, TakesNothingOfASharedLaneOutOfTurn) {
  const auto shared = Join(16);
  Join(16);
  const auto own = Join(17);
  engine_.Add(16, 100);
  engine_.Add(17, 10);
  terms_.sharers = 0;
  EXPECT_EQ(Fill({shared, own}), 10);
  EXPECT_EQ(engine_.Size(16), 100);
}

TEST_F(WorkerFeedTest, GoesRoundItsLanes) {
  const auto first = Join(16);
  const auto second = Join(17);
  engine_.Add(16, 1000);
  const core::Uid other = engine_.Add(17, 100)[0].uid;
  ASSERT_EQ(Fill({first, second}), WorkerFeed::kMaxBatchRuns);
  size_t of_second = 0;
  for (const GotDelivery& delivery : sink_.deliveries) {
    if (delivery.run.key.uid == other) ++of_second;
  }
  EXPECT_EQ(of_second, 100);
}

TEST_F(WorkerFeedTest, GivesBackWhatCouldNotBeSent) {
  const auto lane = Join(16);
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  ASSERT_EQ(Fill({lane}), 2);
  feed_->ReturnLast();
  EXPECT_EQ(engine_.Get(keys[0]).released, 1);
  EXPECT_EQ(session_->in_flight(), 0);
  feed_->ReturnLast();
  EXPECT_EQ(engine_.reports(), 1) << "once";
}

TEST_F(WorkerFeedTest, GivesBackWhatIsClaimedForASessionThatIsGone) {
  const auto lane = Join(16);
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  // Given up between the beginning and the end of the fill.
  class GivingUp final : public DeliverySink {
   public:
    explicit GivingUp(WorkerSession* session) : session_(session) {}
    size_t Add(const core::ClaimedRun& /*run*/, Millis /*deadline*/) override {
      session_->GiveUp();
      return 1;
    }

   private:
    WorkerSession* const session_;
  } sink(session_.get());
  terms_.max = 10;
  EXPECT_EQ(feed_->Fill(nullptr, {lane}, terms_, &sink), 0);
  EXPECT_EQ(engine_.Get(keys[0]).released, 1);
  EXPECT_EQ(engine_.Get(keys[1]).released, 1);
  EXPECT_EQ(engine_.Get(keys[1]).lost, 0) << "it is not charged";
}

}  // namespace
}  // namespace scheduler::dispatch
