#include "tests/bench/load/result_queue.h"

#include <string>

#include "gtest/gtest.h"

namespace bench {
namespace {

namespace v1 = ductape::jobs::v1;

void Add(ResultQueue* queue, int number) {
  v1::RunRef run;
  run.set_run_id("run-" + std::to_string(number));
  run.set_token(static_cast<uint64_t>(number));
  queue->Add(run);
}

TEST(ResultQueueTest, HasNothingToWriteWithoutResults) {
  ResultQueue queue;
  EXPECT_EQ(queue.Next(), nullptr);
}

TEST(ResultQueueTest, GathersWhileAMessageIsBeingWritten) {
  ResultQueue queue;
  Add(&queue, 1);
  const v1::WorkRequest* first = queue.Next();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->results().sequence(), 1U);
  EXPECT_EQ(first->results().results_size(), 1);
  Add(&queue, 2);
  Add(&queue, 3);
  EXPECT_EQ(queue.Next(), nullptr) << "one is being written";
  queue.Written();
  const v1::WorkRequest* second = queue.Next();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->results().sequence(), 2U);
  ASSERT_EQ(second->results().results_size(), 2);
  EXPECT_EQ(second->results().results(1).run().run_id(), "run-3");
  EXPECT_EQ(second->results().results(1).run().token(), 3U);
  EXPECT_TRUE(second->results().results(1).has_output());
}

TEST(ResultQueueTest, ReusesMessagesWithoutTheirOldResults) {
  ResultQueue queue;
  for (int i = 0; i < 10; ++i) {
    Add(&queue, i);
    const v1::WorkRequest* next = queue.Next();
    ASSERT_NE(next, nullptr);
    ASSERT_EQ(next->results().results_size(), 1);
    EXPECT_EQ(next->results().results(0).run().run_id(), "run-" + std::to_string(i));
    queue.Written();
  }
}

TEST(ResultQueueTest, CutsMessagesBelowWhatAServerTakes) {
  ResultQueue queue;
  for (int i = 0; i < 25'000; ++i) Add(&queue, i);
  int results = 0;
  for (const v1::WorkRequest* next = queue.Next(); next != nullptr; next = queue.Next()) {
    EXPECT_LE(next->results().results_size(), 10'000);
    EXPECT_LE(next->ByteSizeLong(), 512U * 1024);
    results += next->results().results_size();
    queue.Written();
  }
  EXPECT_EQ(results, 25'000);
}

TEST(ResultQueueTest, TellsHowManyThatCountAreAcknowledged) {
  ResultQueue queue;
  for (int i = 1; i <= 3; ++i) {
    Add(&queue, i);
    queue.Count(i);
    queue.Next();
    queue.Written();
  }
  EXPECT_EQ(queue.Acknowledged(0), 0);
  EXPECT_EQ(queue.Acknowledged(2), 1 + 2);
  EXPECT_EQ(queue.Acknowledged(2), 0);
  EXPECT_EQ(queue.Acknowledged(9), 3);
}

}  // namespace
}  // namespace bench
