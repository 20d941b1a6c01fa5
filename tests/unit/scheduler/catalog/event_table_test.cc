#include "scheduler/catalog/event_table.h"

#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/random.h"

namespace scheduler::catalog {
namespace {

core::EventKey Key(const std::string& tag) { return {core::EventType::kAction, tag}; }

core::Event MakeEvent(const std::string& tag, core::Uid uid, core::Target target) {
  core::Event event;
  event.product = "p";
  event.key = Key(tag);
  event.uid = uid;
  event.target = std::move(target);
  return event;
}

class EventTableTest : public testing::Test {
 protected:
  void PutDurable(const core::Event& event) {
    table_.Put(event);
    table_.MarkDurable(event.product, event.key);
  }

  LaneTable lanes_;
  EventTable table_{&lanes_};
};

TEST_F(EventTableTest, FindsWhatIsPut) {
  PutDurable(MakeEvent("a", 5, core::HttpTarget()));
  EXPECT_EQ(table_.Find("p", Key("a")).event->uid, 5U);
  EXPECT_EQ(table_.Find("p", Key("b")).event, nullptr);
  EXPECT_EQ(table_.Find("q", Key("a")).event, nullptr);
  EXPECT_EQ(table_.Find("p", {core::EventType::kFunction, "a"}).event, nullptr);
}

TEST_F(EventTableTest, LanesFollowTheTarget) {
  PutDurable(MakeEvent("http", 1, core::HttpTarget()));
  PutDurable(MakeEvent("grpc", 2, core::GrpcTarget()));
  PutDurable(MakeEvent("own", 3, core::WorkerTarget{"queue"}));
  PutDurable(MakeEvent("same", 4, core::WorkerTarget{"queue"}));
  PutDurable(MakeEvent("default", 5, core::WorkerTarget()));
  EXPECT_EQ(table_.LaneOf(*table_.Refer("p", Key("http"))), core::kHttpLane);
  EXPECT_EQ(table_.LaneOf(*table_.Refer("p", Key("grpc"))), core::kGrpcLane);
  const core::LaneId own = table_.LaneOf(*table_.Refer("p", Key("own")));
  EXPECT_GE(own, core::kFirstWorkerLane);
  EXPECT_EQ(table_.LaneOf(*table_.Refer("p", Key("same"))), own);
  EXPECT_EQ(own, lanes_.LaneOf("p", "queue"));
  EXPECT_EQ(table_.LaneOf(*table_.Refer("p", Key("default"))),
            lanes_.LaneOf("p", "ACTION/default"));
  PutDurable(MakeEvent("own", 3, core::HttpTarget()));
  EXPECT_EQ(table_.LaneOf(*table_.Refer("p", Key("own"))), core::kHttpLane);
}

TEST_F(EventTableTest, ReferencesAreCounted) {
  PutDurable(MakeEvent("a", 1, core::HttpTarget()));
  const EventId id = *table_.Refer("p", Key("a"));
  EXPECT_EQ(*table_.Refer("p", Key("a")), id);
  EXPECT_EQ(table_.Find("p", Key("a")).job_count, 2);
  table_.Unrefer(id);
  EXPECT_EQ(table_.Find("p", Key("a")).job_count, 1);
  PutDurable(MakeEvent("a", 1, core::GrpcTarget()));  // a change keeps them
  EXPECT_EQ(table_.Find("p", Key("a")).job_count, 1);
}

TEST_F(EventTableTest, ANewEventIsReferredToOnceItIsDurable) {
  table_.Put(MakeEvent("a", 1, core::HttpTarget()));
  EXPECT_EQ(base::errors::ReasonOf(table_.Refer("p", Key("a")).status()), "EVENT_NOT_FOUND");
  table_.MarkDurable("p", Key("a"));
  EXPECT_TRUE(table_.Refer("p", Key("a")).ok());
  table_.Put(MakeEvent("a", 1, core::GrpcTarget()));  // a change does not take that back
  EXPECT_TRUE(table_.Refer("p", Key("a")).ok());
  table_.Remove("p", Key("a"), 77);
  table_.Put(MakeEvent("a", 2, core::HttpTarget()));
  EXPECT_FALSE(table_.Refer("p", Key("a")).ok());
}

TEST_F(EventTableTest, RunsHoldAnEventWithoutBeingCountedAsJobs) {
  PutDurable(MakeEvent("a", 1, core::HttpTarget()));
  const EventId id = table_.Hold("p", Key("a"));
  EXPECT_EQ(table_.Find("p", Key("a")).job_count, 0);
  table_.Remove("p", Key("a"), 77);
  EXPECT_EQ(table_.KeyOf(id).tag, "a");
  EXPECT_EQ(table_.Resolve(id).route.lane, core::kNoLane);
  table_.Put(MakeEvent("a", 2, core::HttpTarget()));
  EXPECT_EQ(table_.Resolve(id).route.lane, core::kHttpLane);
  EXPECT_EQ(table_.Resolve(id).event->uid, 2U);
  table_.Remove("p", Key("a"), 78);
  table_.Unhold(id);
  EXPECT_EQ(table_.ReferUnchecked("p", Key("b")), id);  // it was given up
}

TEST_F(EventTableTest, TellsSinceWhenAnEventIsMissing) {
  PutDurable(MakeEvent("a", 1, core::HttpTarget()));
  const EventId id = *table_.Refer("p", Key("a"));
  table_.Remove("p", Key("a"), 77);
  EXPECT_EQ(table_.MissingSince(id), 77);
  table_.Put(MakeEvent("a", 2, core::HttpTarget()));
  EXPECT_EQ(table_.MissingSince(id), 0);
}

TEST_F(EventTableTest, WhatDoesNotExistIsNotReferredTo) {
  EXPECT_EQ(base::errors::ReasonOf(table_.Refer("p", Key("a")).status()), "EVENT_NOT_FOUND");
  EXPECT_EQ(table_.Refer("p", Key("a")).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(EventTableTest, AnEventThatIsRemovedKeepsItsReferences) {
  PutDurable(MakeEvent("a", 1, core::HttpTarget()));
  const EventId id = *table_.Refer("p", Key("a"));
  table_.Remove("p", Key("a"), 77);
  EXPECT_EQ(table_.Get(id), nullptr);
  EXPECT_EQ(table_.LaneOf(id), core::kNoLane);
  EXPECT_EQ(table_.KeyOf(id).tag, "a");
  EXPECT_FALSE(table_.Refer("p", Key("a")).ok());
  EXPECT_TRUE(table_.List("p", 0, 10).empty());
  // It comes back under the same id.
  PutDurable(MakeEvent("a", 2, core::HttpTarget()));
  EXPECT_EQ(table_.Get(id)->uid, 2U);
  EXPECT_EQ(table_.Find("p", Key("a")).job_count, 1);
}

TEST_F(EventTableTest, AnIdIsUsedAgainWhenNothingRefersToIt) {
  PutDurable(MakeEvent("a", 1, core::HttpTarget()));
  const EventId id = *table_.Refer("p", Key("a"));
  table_.Remove("p", Key("a"), 77);
  table_.Unrefer(id);
  EXPECT_EQ(table_.ReferUnchecked("p", Key("b")), id);
  EXPECT_EQ(table_.LaneOf(id), core::kNoLane);
  EXPECT_EQ(table_.KeyOf(id).tag, "b");
  EXPECT_EQ(table_.Find("p", Key("a")).job_count, 0);
}

TEST_F(EventTableTest, AJournalMayNameWhatIsGone) {
  const EventId id = table_.ReferUnchecked("p", Key("gone"));
  EXPECT_EQ(table_.Get(id), nullptr);
  EXPECT_EQ(table_.Find("p", Key("gone")).job_count, 1);
  table_.Unrefer(id);
  EXPECT_EQ(table_.Find("p", Key("gone")).job_count, 0);
}

TEST_F(EventTableTest, ListsByUid) {
  for (core::Uid uid = 9; uid > 0; --uid) {
    PutDurable(MakeEvent("e" + std::to_string(uid), uid, core::HttpTarget()));
  }
  core::Event other = MakeEvent("other", 4, core::HttpTarget());
  other.product = "q";
  table_.Put(other);
  std::vector<core::Uid> uids;
  for (const EventEntry& entry : table_.List("p", 3, 4)) uids.push_back(entry.event->uid);
  EXPECT_THAT(uids, testing::ElementsAre(4, 5, 6, 7));
  EXPECT_EQ(table_.List("p", 9, 10).size(), 0U);
  EXPECT_EQ(table_.List("q", 0, 10).size(), 1U);
}

// The limits that a queue would hold by now.
class Limits final : public core::LimitSink {
 public:
  void SetLimits(core::LimitGroup group, const core::EventLimits& limits) override {
    of[group] = limits;
    ++calls;
  }
  std::map<core::LimitGroup, core::EventLimits> of;
  int calls = 0;
};

TEST_F(EventTableTest, TellsOfLimits) {
  core::Event before = MakeEvent("before", 1, core::WorkerTarget{"q"});
  before.limits.max_in_flight = 3;
  PutDurable(before);
  PutDurable(MakeEvent("free", 2, core::WorkerTarget{"q"}));
  Limits sink;
  table_.SetLimitSink(&sink);
  EXPECT_EQ(sink.calls, 1);
  const core::LimitGroup group = table_.RouteOf(*table_.Refer("p", Key("before"))).group;
  ASSERT_NE(group, core::kNoGroup);
  EXPECT_EQ(sink.of[group].max_in_flight, 3);
  const EventId free = *table_.Refer("p", Key("free"));
  EXPECT_EQ(table_.RouteOf(free), (EventRoute{lanes_.LaneOf("p", "q"), core::kNoGroup}));

  core::Event limited = MakeEvent("free", 2, core::WorkerTarget{"q"});
  limited.limits.max_per_second = 0.5;
  table_.Put(limited);
  const EventRoute route = table_.RouteOf(free);
  EXPECT_NE(route.group, group);
  EXPECT_EQ(sink.of[route.group].max_per_second, 0.5);
  EXPECT_EQ(table_.Resolve(free).route, route);
  table_.Put(MakeEvent("free", 2, core::WorkerTarget{"q"}));
  EXPECT_EQ(table_.RouteOf(free).group, core::kNoGroup);
  EXPECT_FALSE(sink.of[route.group].any());
}

TEST_F(EventTableTest, EventsOfExecutorsAreGroupsWithoutLimitsToo) {
  PutDurable(MakeEvent("a", 1, core::HttpTarget()));
  PutDurable(MakeEvent("b", 2, core::GrpcTarget()));
  const core::LimitGroup a = table_.RouteOf(*table_.Refer("p", Key("a"))).group;
  const core::LimitGroup b = table_.RouteOf(*table_.Refer("p", Key("b"))).group;
  EXPECT_NE(a, core::kNoGroup);
  EXPECT_NE(b, core::kNoGroup);
  EXPECT_NE(a, b);
}

TEST_F(EventTableTest, AGroupStaysAsLongAsSomethingRefersToItsEvent) {
  Limits sink;
  table_.SetLimitSink(&sink);
  core::Event event = MakeEvent("a", 1, core::HttpTarget());
  event.limits.max_in_flight = 3;
  PutDurable(event);
  const EventId id = *table_.Refer("p", Key("a"));
  const core::LimitGroup group = table_.RouteOf(id).group;
  table_.Remove("p", Key("a"), 77);
  EXPECT_EQ(table_.RouteOf(id), EventRoute());
  EXPECT_FALSE(sink.of[group].any());
  event.uid = 2;
  event.limits.max_in_flight = 4;
  PutDurable(event);
  EXPECT_EQ(table_.RouteOf(id).group, group);
  EXPECT_EQ(sink.of[group].max_in_flight, 4);
  // Without a reference the next of its name is another; the number is not given to anyone else.
  table_.Unrefer(id);
  table_.Remove("p", Key("a"), 77);
  PutDurable(event);
  EXPECT_NE(table_.RouteOf(*table_.Refer("p", Key("a"))).group, group);
  EXPECT_EQ(sink.of.size(), 2U);
}

TEST_F(EventTableTest, LikeAMap) {
  base::Random random(5);
  std::map<std::string, core::Uid> events;
  std::map<std::string, std::vector<EventId>> references;
  for (int i = 0; i < 20'000; ++i) {
    const std::string tag = "e" + std::to_string(random.Below(20));
    std::vector<EventId>& held = references[tag];
    switch (random.Below(4)) {
      case 0:
        events[tag] = static_cast<core::Uid>(i) + 1;
        PutDurable(MakeEvent(tag, events[tag], core::HttpTarget()));
        break;
      case 1:
        events.erase(tag);
        table_.Remove("p", Key(tag), 77);
        break;
      case 2:
        if (const auto id = table_.Refer("p", Key(tag)); id.ok()) held.push_back(*id);
        break;
      default:
        if (held.empty()) break;
        table_.Unrefer(held.back());
        held.pop_back();
    }
    const EventEntry entry = table_.Find("p", Key(tag));
    ASSERT_EQ(entry.event != nullptr, events.contains(tag));
    ASSERT_EQ(entry.job_count, static_cast<int64_t>(held.size()));
    if (held.empty()) continue;
    ASSERT_EQ(table_.KeyOf(held[0]).tag, tag);
    ASSERT_EQ(table_.LaneOf(held[0]) == core::kNoLane, !events.contains(tag));
  }
}

}  // namespace
}  // namespace scheduler::catalog
