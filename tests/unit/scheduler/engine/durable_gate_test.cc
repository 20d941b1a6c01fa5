#include "scheduler/engine/durable_gate.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::engine {
namespace {

TEST(DurableGateTest, CallsAtOnceWhatIsDurable) {
  DurableGate gate;
  int calls = 0;
  gate.When(0, [&calls](const absl::Status&) { ++calls; });
  EXPECT_EQ(calls, 1);
  gate.Publish(5);
  gate.When(5, [&calls](const absl::Status&) { ++calls; });
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(gate.durable(), 5U);
}

TEST(DurableGateTest, WaitsForTheTicket) {
  DurableGate gate;
  std::string order;
  gate.When(3, [&order](const absl::Status&) { order += "3"; });
  gate.When(1, [&order](const absl::Status&) { order += "1"; });
  gate.When(2, [&order](const absl::Status&) { order += "2"; });
  EXPECT_EQ(order, "");
  gate.Publish(2);
  EXPECT_EQ(order, "12");
  gate.Publish(2);
  EXPECT_EQ(order, "12");
  gate.Publish(7);
  EXPECT_EQ(order, "123");
}

TEST(DurableGateTest, ACallbackMayWaitAgain) {
  DurableGate gate;
  int calls = 0;
  gate.When(1, [&](const absl::Status&) {
    ++calls;
    gate.When(1, [&calls](const absl::Status&) { ++calls; });
    gate.When(2, [&calls](const absl::Status&) { ++calls; });
  });
  gate.Publish(1);
  EXPECT_EQ(calls, 2);
  gate.Publish(2);
  EXPECT_EQ(calls, 3);
}

TEST(DurableGateTest, EveryWaiterIsCalledOnceWhateverTheThreads) {
  DurableGate gate;
  std::atomic<int> calls{0};
  std::thread publisher([&gate] {
    for (Ticket ticket = 1; ticket <= 2000; ++ticket) gate.Publish(ticket);
  });
  for (Ticket ticket = 1; ticket <= 2000; ++ticket)
    gate.When(ticket, [&calls](const absl::Status&) { ++calls; });
  publisher.join();
  EXPECT_EQ(calls.load(), 2000);
}

TEST(DurableGateTest, WhatWaitedIsGivenToTheExecutor) {
  DurableGate gate;
  std::vector<absl::AnyInvocable<void()>> given;
  gate.SetExecutor([&](absl::AnyInvocable<void()> task) { given.push_back(std::move(task)); });
  int calls = 0;
  gate.When(1, [&](const absl::Status&) { ++calls; });
  gate.Publish(1);
  EXPECT_EQ(calls, 0);
  ASSERT_EQ(given.size(), 1U);
  given[0]();
  EXPECT_EQ(calls, 1);
  gate.When(1, [&](const absl::Status&) { ++calls; });  // durable already: at once
  EXPECT_EQ(calls, 2);
}

TEST(DurableGateTest, WhoWaitsIsToldThatItMayTakeLong) {
  DurableGate gate;
  absl::Status told;
  gate.When(2, [&](const absl::Status& status) { told = status; });
  gate.Publish(1);
  gate.FailWaiting(absl::ResourceExhaustedError("full"));
  EXPECT_TRUE(absl::IsResourceExhausted(told));
  told = absl::OkStatus();
  gate.Publish(2);  // it is told once
  gate.When(2, [&](const absl::Status& status) { told = status; });
  EXPECT_TRUE(told.ok());
}

}  // namespace
}  // namespace scheduler::engine
