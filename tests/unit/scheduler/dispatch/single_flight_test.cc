#include "scheduler/dispatch/single_flight.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

TEST(SingleFlightTest, TheFirstToAskHasIt) {
  SingleFlight flight;
  EXPECT_TRUE(flight.Request());
  EXPECT_TRUE(flight.Done());
  EXPECT_TRUE(flight.Request());
}

TEST(SingleFlightTest, AskedAgainMeanwhileItIsDoneOnceMore) {
  SingleFlight flight;
  ASSERT_TRUE(flight.Request());
  EXPECT_FALSE(flight.Request());
  EXPECT_FALSE(flight.Request());
  EXPECT_FALSE(flight.Done());  // once for both
  EXPECT_TRUE(flight.Done());
}

TEST(SingleFlightTest, MayStartTaken) {
  SingleFlight flight(/*taken=*/true);
  EXPECT_FALSE(flight.Request());
  EXPECT_FALSE(flight.Done());
  EXPECT_TRUE(flight.Done());
}

// Every request is followed by work that began after it, and no two threads work at once.
TEST(SingleFlightTest, NoRequestIsLostAmongThreads) {
  SingleFlight flight;
  std::atomic<int> asked{0};
  int seen = 0;  // guarded by the flight
  std::atomic<int> workers{0};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        ++asked;
        if (!flight.Request()) continue;
        do {
          EXPECT_EQ(++workers, 1);
          seen = asked.load();
          --workers;
        } while (!flight.Done());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(seen, asked.load());
}

}  // namespace
}  // namespace scheduler::dispatch
