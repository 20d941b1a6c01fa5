#include "scheduler/dispatch/broker/broker_flights.h"

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/attempt_results.h"
#include "tests/support/attempts.h"

namespace scheduler::dispatch {
namespace {

using support::CodeOf;

class BrokerFlightsTest : public testing::Test {
 protected:
  struct Made {
    BrokerFlightPtr flight;
    std::future<AttemptResult> result;
  };

  Made Make(int64_t number, base::Millis timeout) {
    const core::RunRef run{{core::MakeUid(1, 1), number}, 1};
    auto promise = std::make_shared<std::promise<AttemptResult>>();
    Made made;
    made.result = promise->get_future();
    made.flight = std::make_shared<BrokerFlight>(
        run, timeout, [this, run] { flights_.Remove(run); },
        [promise](AttemptResult result) { promise->set_value(std::move(result)); });
    return made;
  }

  base::SystemClock clock_;
  BrokerFlights flights_{&clock_};
};

TEST_F(BrokerFlightsTest, EndsThoseWhoseTimeIsOver) {
  Made late = Make(1, 60'000);
  Made soon = Make(2, 1);
  ASSERT_TRUE(flights_.Add(late.flight));
  ASSERT_TRUE(flights_.Add(soon.flight));
  EXPECT_EQ(CodeOf(soon.result.get()), "TIMEOUT");
  EXPECT_TRUE(soon.flight->ended());
  EXPECT_FALSE(late.flight->ended());
  EXPECT_EQ(flights_.size(), 1u);
}

TEST_F(BrokerFlightsTest, WakesForTheOneThatIsDueFirst) {
  Made first = Make(1, 5);
  ASSERT_TRUE(flights_.Add(first.flight));
  EXPECT_EQ(CodeOf(first.result.get()), "TIMEOUT");
  // The thread waits without an end now, then for long.
  Made late = Make(2, 60'000);
  ASSERT_TRUE(flights_.Add(late.flight));
  Made soon = Make(3, 5);
  ASSERT_TRUE(flights_.Add(soon.flight));
  EXPECT_EQ(CodeOf(soon.result.get()), "TIMEOUT");
}

TEST_F(BrokerFlightsTest, TheFirstEndCounts) {
  Made made = Make(1, 60'000);
  ASSERT_TRUE(flights_.Add(made.flight));
  AttemptResult completed;
  completed.completed = true;
  EXPECT_TRUE(made.flight->Finish(completed));
  EXPECT_FALSE(made.flight->Finish(AttemptResult()));
  flights_.Cancel(made.flight->run());
  EXPECT_EQ(CodeOf(made.result.get()), "COMPLETED");
  EXPECT_EQ(flights_.size(), 0u);
}

TEST_F(BrokerFlightsTest, CancelsByRunAndToken) {
  Made made = Make(1, 60'000);
  ASSERT_TRUE(flights_.Add(made.flight));
  core::RunRef other = made.flight->run();
  other.token = 2;
  flights_.Cancel(other);
  EXPECT_FALSE(made.flight->ended());
  flights_.Cancel(made.flight->run());
  EXPECT_EQ(CodeOf(made.result.get()), "CANCELLED");
}

TEST_F(BrokerFlightsTest, RedactsOnceItHasItsMessage) {
  Made made = Make(1, 60'000);
  ASSERT_TRUE(flights_.Add(made.flight));
  SecretRedactor redactor;
  redactor.Add("a-long-secret");
  made.flight->Fill(BrokerMessage(), std::move(redactor));
  made.flight->Finish(FailedAttempt("VALIDATION", "no such user: a-long-secret"));
  const AttemptResult result = made.result.get();
  EXPECT_EQ(result.error->message.find("a-long-secret"), std::string::npos);
}

TEST_F(BrokerFlightsTest, StopEndsAllAndTakesNoMore) {
  Made made = Make(1, 60'000);
  ASSERT_TRUE(flights_.Add(made.flight));
  flights_.Stop();
  EXPECT_EQ(CodeOf(made.result.get()), "CANCELLED");
  EXPECT_FALSE(flights_.Add(Make(2, 1).flight));
  flights_.Stop();
}

TEST_F(BrokerFlightsTest, TwoOfOneRunAndTokenEndEachByItself) {
  Made late = Make(1, 60'000);
  Made soon = Make(1, 1);
  ASSERT_TRUE(flights_.Add(late.flight));
  ASSERT_TRUE(flights_.Add(soon.flight));
  EXPECT_EQ(CodeOf(soon.result.get()), "TIMEOUT");
  EXPECT_FALSE(late.flight->ended());
  EXPECT_EQ(flights_.size(), 1u);
  Made other = Make(1, 60'000);
  ASSERT_TRUE(flights_.Add(other.flight));
  flights_.Cancel(late.flight->run());
  EXPECT_EQ(CodeOf(late.result.get()), "CANCELLED");
  EXPECT_EQ(CodeOf(other.result.get()), "CANCELLED");
  EXPECT_EQ(flights_.size(), 0u);
}

}  // namespace
}  // namespace scheduler::dispatch
