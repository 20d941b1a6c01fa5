#include "client/cpp/task.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "client/cpp/internal/task_state.h"
#include "gtest/gtest.h"

namespace ductape::jobs {
namespace {

class Answers final : public internal::TaskOwner {
 public:
  void Answered(v1::Result result) override { results.push_back(std::move(result)); }
  std::vector<v1::Result> results;
};

class TaskTest : public ::testing::Test {
 protected:
  TaskTest() {
    delivery_.mutable_run()->set_run_id("0000000000208-17");
    delivery_.mutable_run()->set_token(9);
    delivery_.set_input("{}");
  }
  std::shared_ptr<internal::TaskState> State() {
    return std::make_shared<internal::TaskState>(answers_, nullptr, &delivery_);
  }
  const v1::Result& Only() {
    EXPECT_EQ(answers_->results.size(), 1);
    return answers_->results.front();
  }

  v1::Delivery delivery_;
  std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
};

TEST_F(TaskTest, AnswersOnceAndNamesTheRun) {
  {
    Task task(State());
    EXPECT_EQ(task.delivery().input(), "{}");
    task.Complete("done");
    task.Fail({});
  }
  EXPECT_EQ(Only().run().run_id(), "0000000000208-17");
  EXPECT_EQ(Only().run().token(), 9);
  EXPECT_EQ(Only().output(), "done");
}

TEST_F(TaskTest, SaysWhyItFailed) {
  TaskFailure failure;
  failure.code = "out of stock";
  failure.message = "no \xff more";
  failure.retryable = true;
  failure.status = 7;
  failure.retry_after = absl::Milliseconds(1500);
  Task(State()).Fail(failure);
  EXPECT_EQ(Only().failure().code(), "OUT_OF_STOCK");
  EXPECT_EQ(Only().failure().message(), "no ? more");
  EXPECT_TRUE(Only().failure().retryable());
  EXPECT_EQ(Only().failure().status(), 7);
  EXPECT_EQ(Only().retry_after().seconds(), 1);
  EXPECT_EQ(Only().retry_after().nanos(), 500'000'000);
}

TEST_F(TaskTest, MakesCodesFit) {
  for (const auto& [given, sent] : std::vector<std::pair<std::string, std::string>>{
           {"", "E_"},
           {"404", "E_404"},
           {"a-b", "A_B"},
           {std::string(70, 'X'), std::string(64, 'X')}}) {
    answers_->results.clear();
    TaskFailure failure;
    failure.code = given;
    Task(State()).Fail(failure);
    EXPECT_EQ(Only().failure().code(), sent);
  }
}

TEST_F(TaskTest, LongTextsAreCut) {
  Task(State()).Complete(std::string(100'000, 'x'));
  EXPECT_EQ(Only().output().size(), 8192);
}

TEST_F(TaskTest, CancelledAndReleased) {
  Task(State()).Cancel();
  Task(State()).Release();
  EXPECT_TRUE(answers_->results[0].has_cancelled());
  EXPECT_TRUE(answers_->results[1].has_released());
}

TEST_F(TaskTest, DroppedWithoutAnAnswerItFails) {
  {
    Task first(State());
    Task second(std::move(first));
    Task third(State());
    third = std::move(second);
    EXPECT_EQ(answers_->results.size(), 1) << "the one that was replaced";
    third.Complete();
  }
  ASSERT_EQ(answers_->results.size(), 2);
  EXPECT_EQ(answers_->results[0].failure().code(), "NO_RESULT");
  EXPECT_TRUE(answers_->results[1].has_output());
}

TEST_F(TaskTest, DroppedByTheHandlerItWaitsForTheHandlersEnd) {
  const auto state = State();
  state->BeginHandler();
  { const Task dropped(state); }
  EXPECT_TRUE(answers_->results.empty());
  state->EndHandler();
  EXPECT_EQ(Only().failure().code(), "NO_RESULT");
}

TEST_F(TaskTest, MovedAwayByTheHandlerItIsAnsweredLater) {
  const auto state = State();
  state->BeginHandler();
  Task kept(state);
  state->EndHandler();
  EXPECT_TRUE(answers_->results.empty());
  kept.Complete("later");
  EXPECT_EQ(Only().output(), "later");
}

TEST_F(TaskTest, IsToldToStop) {
  const auto state = State();
  Task task(state);
  int stops = 0;
  task.OnCancel([&stops] { ++stops; });
  EXPECT_FALSE(task.cancelled());
  state->Cancel("TIMEOUT");
  state->Cancel("DELETED");
  EXPECT_TRUE(task.cancelled());
  EXPECT_EQ(task.cancel_reason(), "TIMEOUT") << "the first reason";
  EXPECT_EQ(stops, 1);
  task.OnCancel([&stops] { ++stops; });
  EXPECT_EQ(stops, 2) << "at once";
}

TEST_F(TaskTest, ACancelIsAwaited) {
  const auto state = State();
  Task task(state);
  EXPECT_FALSE(task.AwaitCancelled(absl::ZeroDuration()));
  std::thread cancels([&state] { state->Cancel("REQUESTED"); });
  EXPECT_TRUE(task.AwaitCancelled(absl::InfiniteDuration()));
  EXPECT_EQ(task.cancel_reason(), "REQUESTED");
  cancels.join();
  EXPECT_TRUE(task.AwaitCancelled(absl::ZeroDuration()));
}

TEST_F(TaskTest, DroppedAfterACancelItIsCancelled) {
  const auto state = State();
  {
    Task task(state);
    state->Cancel("REQUESTED");
  }
  EXPECT_TRUE(Only().has_cancelled());
}

// Only its worker wanted it stopped: the run goes on elsewhere.
TEST_F(TaskTest, WhatStopEndedIsGivenBack) {
  const auto state = State();
  state->Cancel(internal::kStopped);
  Task(state).Cancel();
  EXPECT_TRUE(Only().has_released());
}

TEST_F(TaskTest, WhatStopEndedIsGivenBackWhenDropped) {
  const auto state = State();
  state->Cancel(internal::kStopped);
  { const Task task(state); }
  EXPECT_TRUE(Only().has_released());
}

TEST_F(TaskTest, ACallbackMayHoldTheTask) {
  auto held = std::make_shared<Task>(State());
  Task* const task = held.get();
  task->OnCancel([held = std::move(held)] {});
  task->Complete("done");
  EXPECT_EQ(Only().output(), "done");
}

TEST_F(TaskTest, AfterTheAnswerNobodyIsToldToStop) {
  const auto state = State();
  Task task(state);
  int stops = 0;
  task.OnCancel([&stops] { ++stops; });
  task.Complete();
  state->Cancel("REQUESTED");
  EXPECT_EQ(stops, 0);
}

}  // namespace
}  // namespace ductape::jobs
