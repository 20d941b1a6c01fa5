#include "scheduler/dispatch/worker_flights.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Removed = WorkerFlights::Removed;

core::RunRef Ref(int64_t number, uint64_t token = 1) { return {{256, number}, token}; }

std::vector<int64_t> Numbers(const std::vector<core::RunRef>& runs) {
  std::vector<int64_t> numbers;
  for (const core::RunRef& run : runs) numbers.push_back(run.key.number);
  return numbers;
}

struct Expired {
  std::vector<int64_t> timed_out;
  std::vector<int64_t> lost;
};
Expired ExpireAt(WorkerFlights* flights, Millis now) {
  std::vector<core::RunRef> timed_out;
  std::vector<core::RunRef> lost;
  flights->Expire(now, &timed_out, &lost);
  return {Numbers(timed_out), Numbers(lost)};
}

TEST(WorkerFlightsTest, KnowsWhatIsInFlight) {
  WorkerFlights flights;
  flights.Add(Ref(1), 0, 100, base::kNever);
  EXPECT_EQ(flights.size(), 1);
  EXPECT_TRUE(flights.IsOpen(Ref(1)));
  EXPECT_FALSE(flights.IsOpen(Ref(1, 2))) << "another delivery of the run";
  EXPECT_EQ(flights.Remove(Ref(1, 2)), Removed::kUnknown);
  EXPECT_EQ(flights.Remove(Ref(1)), Removed::kOpen);
  EXPECT_EQ(flights.Remove(Ref(1)), Removed::kUnknown);
  EXPECT_EQ(flights.size(), 0);
}

TEST(WorkerFlightsTest, TwoDeliveriesOfOneRunStandSideBySide) {
  WorkerFlights flights;
  flights.Add(Ref(1, 1), 0, 100, base::kNever);
  flights.Add(Ref(1, 2), 0, 100, base::kNever);
  EXPECT_EQ(flights.size(), 2);
  EXPECT_TRUE(flights.End(Ref(1, 1)));
  EXPECT_EQ(flights.open(), 1);
  EXPECT_EQ(flights.Remove(Ref(1, 1)), Removed::kEnded);
  EXPECT_EQ(flights.Remove(Ref(1, 2)), Removed::kOpen);
}

TEST(WorkerFlightsTest, AddedTwiceItIsThereOnce) {
  WorkerFlights flights;
  flights.Add(Ref(1), 0, 100, base::kNever);
  flights.Add(Ref(1), 50, 100, base::kNever);
  EXPECT_EQ(flights.size(), 1);
  EXPECT_EQ(flights.open(), 1);
  EXPECT_THAT(ExpireAt(&flights, 149).timed_out, IsEmpty());
  EXPECT_THAT(ExpireAt(&flights, 150).timed_out, ElementsAre(1));
}

TEST(WorkerFlightsTest, TimedOutOnceAndKeptUntilTheWorkerAnswers) {
  WorkerFlights flights;
  flights.Add(Ref(1), 0, 100, base::kNever);
  EXPECT_THAT(ExpireAt(&flights, 99).timed_out, IsEmpty());
  EXPECT_THAT(ExpireAt(&flights, 100).timed_out, ElementsAre(1));
  EXPECT_THAT(ExpireAt(&flights, 1000).timed_out, IsEmpty());
  EXPECT_EQ(flights.size(), 1);
  EXPECT_EQ(flights.open(), 0);
  EXPECT_EQ(flights.Remove(Ref(1)), Removed::kEnded);
}

TEST(WorkerFlightsTest, DistinctLengthsExpireEachAtTheirTime) {
  WorkerFlights flights;
  flights.Add(Ref(1), 0, 60, base::kNever);
  flights.Add(Ref(2), 0, 20, base::kNever);
  flights.Add(Ref(3), 10, 20, base::kNever);
  flights.Add(Ref(4), 10, 60, base::kNever);
  EXPECT_THAT(ExpireAt(&flights, 20).timed_out, ElementsAre(2));
  EXPECT_THAT(ExpireAt(&flights, 30).timed_out, ElementsAre(3));
  EXPECT_THAT(ExpireAt(&flights, 59).timed_out, IsEmpty());
  EXPECT_THAT(ExpireAt(&flights, 200).timed_out, ElementsAre(1, 4));
}

TEST(WorkerFlightsTest, NeverEarlyAndAtMostTwoPerCentLate) {
  for (const Millis timeout : {Millis{1}, Millis{127}, Millis{129}, Millis{1000}, Millis{15'000},
                               Millis{3'599'999}, 24 * base::kHour}) {
    WorkerFlights flights;
    flights.Add(Ref(1), 1'000'000, timeout, base::kNever);
    EXPECT_THAT(ExpireAt(&flights, 1'000'000 + timeout - 1).timed_out, IsEmpty()) << timeout;
    EXPECT_THAT(ExpireAt(&flights, 1'000'000 + timeout + timeout / 60 + 1).timed_out,
                ElementsAre(1))
        << timeout;
  }
}

TEST(WorkerFlightsTest, ALeaseThatIsOverLosesTheDelivery) {
  WorkerFlights flights;
  flights.Add(Ref(1), 0, 1000, 50);
  flights.Add(Ref(2), 0, 1000, 50);
  EXPECT_TRUE(flights.Extend(Ref(2), 40, 50));
  const Expired expired = ExpireAt(&flights, 50);
  EXPECT_THAT(expired.lost, ElementsAre(1));
  EXPECT_THAT(expired.timed_out, IsEmpty());
  EXPECT_EQ(flights.size(), 1);
  EXPECT_THAT(ExpireAt(&flights, 90).lost, ElementsAre(2));
  EXPECT_FALSE(flights.Extend(Ref(2), 90, 50));
}

TEST(WorkerFlightsTest, UnderALeaseATimeOutWinsAndIsForgottenWithTheLease) {
  WorkerFlights flights;
  flights.Add(Ref(1), 0, 30, 50);
  EXPECT_THAT(ExpireAt(&flights, 30).timed_out, ElementsAre(1));
  EXPECT_FALSE(flights.Extend(Ref(1), 30, 50)) << "it has ended";
  EXPECT_EQ(flights.size(), 1);
  const Expired expired = ExpireAt(&flights, 50);
  EXPECT_THAT(expired.lost, IsEmpty());
  EXPECT_EQ(flights.size(), 0);
}

TEST(WorkerFlightsTest, EndedAtOnceWithItsTime) {
  WorkerFlights flights;
  flights.Add(Ref(1), 0, 30, 30);
  const Expired expired = ExpireAt(&flights, 30);
  EXPECT_THAT(expired.timed_out, ElementsAre(1));
  EXPECT_THAT(expired.lost, IsEmpty());
  EXPECT_EQ(flights.size(), 0);
}

TEST(WorkerFlightsTest, EndedByTheServerItDoesNotTimeOut) {
  WorkerFlights flights;
  flights.Add(Ref(1), 0, 100, base::kNever);
  flights.Add(Ref(2), 0, 100, base::kNever);
  EXPECT_TRUE(flights.End(Ref(1)));
  EXPECT_FALSE(flights.End(Ref(1)));
  EXPECT_FALSE(flights.End(Ref(9)));
  EXPECT_THAT(ExpireAt(&flights, 100).timed_out, ElementsAre(2));
  flights.RemoveEnded();
  EXPECT_EQ(flights.size(), 0);
}

TEST(WorkerFlightsTest, ListsTheOpenOnes) {
  WorkerFlights flights;
  for (int number = 1; number <= 4; ++number) flights.Add(Ref(number), 0, 100, base::kNever);
  flights.End(Ref(2));
  flights.Remove(Ref(3));
  std::vector<core::RunRef> open;
  flights.ListOpen(&open);
  EXPECT_THAT(Numbers(open), UnorderedElementsAre(1, 4));
  flights.Clear();
  EXPECT_EQ(flights.size(), 0);
  flights.Add(Ref(1), 0, 10, base::kNever);
  EXPECT_THAT(ExpireAt(&flights, 10).timed_out, ElementsAre(1));
}

TEST(WorkerFlightsTest, AClockReadEarlierDoesNotDisturbTheOrder) {
  WorkerFlights flights;
  flights.Add(Ref(1), 1000, 100, base::kNever);
  flights.Add(Ref(2), 990, 100, base::kNever);  // read before, added after
  EXPECT_THAT(ExpireAt(&flights, 1100).timed_out, UnorderedElementsAre(1, 2));
}

// A slow and obvious table with the same rules.
class NaiveFlights {
 public:
  void Add(int64_t number, Millis now, Millis timeout, Millis lease) {
    flights_[number] = {now + timeout, lease >= base::kNever ? base::kNever : now + lease, false};
  }
  bool Remove(int64_t number) { return flights_.erase(number) > 0; }
  void End(int64_t number) {
    const auto it = flights_.find(number);
    if (it != flights_.end()) it->second.ended = true;
  }
  void Expire(Millis now, std::vector<int64_t>* timed_out, std::vector<int64_t>* lost) {
    for (auto it = flights_.begin(); it != flights_.end();) {
      Flight& flight = it->second;
      if (!flight.ended && flight.attempt_end <= now) {
        flight.ended = true;
        timed_out->push_back(it->first);
      }
      if (flight.lease_end <= now && !flight.ended) lost->push_back(it->first);
      it = flight.lease_end <= now ? flights_.erase(it) : std::next(it);
    }
  }
  size_t size() const { return flights_.size(); }

 private:
  struct Flight {
    Millis attempt_end;
    Millis lease_end;
    bool ended;
  };
  std::map<int64_t, Flight> flights_;
};

TEST(WorkerFlightsTest, AgreesWithANaiveTable) {
  base::Random random(20240229);
  WorkerFlights flights;
  NaiveFlights naive;
  Millis now = 0;
  // Lengths below 128 are not lengthened, so that both agree to the millisecond.
  for (int step = 0; step < 20'000; ++step) {
    now += static_cast<Millis>(random.Below(3));
    const auto number = static_cast<int64_t>(random.Below(200)) + 1;
    switch (random.Below(4)) {
      case 0:
      case 1: {
        const auto timeout = static_cast<Millis>(random.Below(60)) + 1;
        const Millis lease =
            random.Percent(50) ? base::kNever : static_cast<Millis>(random.Below(100)) + 1;
        flights.Add(Ref(number), now, timeout, lease);
        naive.Add(number, now, timeout, lease);
        break;
      }
      case 2:
        ASSERT_EQ(flights.Remove(Ref(number)) != Removed::kUnknown, naive.Remove(number));
        break;
      default:
        flights.End(Ref(number));
        naive.End(number);
    }
    Expired expired = ExpireAt(&flights, now);
    std::sort(expired.timed_out.begin(), expired.timed_out.end());
    std::sort(expired.lost.begin(), expired.lost.end());
    std::vector<int64_t> timed_out;
    std::vector<int64_t> lost;
    naive.Expire(now, &timed_out, &lost);
    ASSERT_EQ(expired.timed_out, timed_out) << "step " << step;
    ASSERT_EQ(expired.lost, lost) << "step " << step;
    ASSERT_EQ(flights.size(), naive.size()) << "step " << step;
  }
}

}  // namespace
}  // namespace scheduler::dispatch
