#include "client/cpp/internal/result_book.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ductape::jobs::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Result ResultOf(const std::string& run_id, const std::string& output = "") {
  v1::Result result;
  result.mutable_run()->set_run_id(run_id);
  result.set_output(output);
  return result;
}

std::vector<std::string> RunsOf(const v1::WorkRequest& request) {
  std::vector<std::string> runs;
  for (const v1::Result& result : request.results().results()) {
    runs.push_back(result.run().run_id());
  }
  return runs;
}

std::vector<std::string> Owed(const ResultBook& book) {
  std::vector<std::string> runs;
  book.ForEachRun([&runs](const v1::RunRef& run) { runs.push_back(run.run_id()); });
  return runs;
}

TEST(ResultBookTest, BatchesWhatComesUntilItIsSent) {
  ResultBook book;
  EXPECT_TRUE(book.empty());
  book.Add(ResultOf("a"));
  book.Add(ResultOf("b"));
  ASSERT_TRUE(book.has_unsent());
  const auto first = book.Next();
  EXPECT_EQ(first->results().sequence(), 1);
  EXPECT_THAT(RunsOf(*first), ElementsAre("a", "b"));
  EXPECT_FALSE(book.has_unsent());
  book.Add(ResultOf("c"));
  EXPECT_EQ(book.Next()->results().sequence(), 2);
  EXPECT_THAT(Owed(book), ElementsAre("a", "b", "c"));
  book.Acknowledge(1);
  EXPECT_THAT(Owed(book), ElementsAre("c"));
  EXPECT_FALSE(book.empty());
  book.Acknowledge(2);
  EXPECT_TRUE(book.empty());
  EXPECT_THAT(RunsOf(*first), ElementsAre("a", "b")) << "it may still be written";
}

TEST(ResultBookTest, BatchesAreBounded) {
  ResultBook book;
  for (int i = 0; i <= ResultBook::kMaxResults; ++i) book.Add(ResultOf("a"));
  EXPECT_EQ(book.Next()->results().results_size(), ResultBook::kMaxResults);
  EXPECT_EQ(book.Next()->results().results_size(), 1);
  for (int i = 0; i < 100; ++i) book.Add(ResultOf("a", std::string(8192, 'x')));
  while (book.has_unsent()) EXPECT_LE(book.Next()->ByteSizeLong(), 512 * 1024);
}

TEST(ResultBookTest, OnANewStreamAllThatIsOwedIsSentAgain) {
  ResultBook book;
  book.Add(ResultOf("a"));
  book.Next();
  book.Acknowledge(1);
  book.Add(ResultOf("b"));
  book.Next();
  book.Add(ResultOf("c"));
  book.Restart();
  EXPECT_THAT(Owed(book), ElementsAre("b", "c"));
  const auto again = book.Next();
  EXPECT_EQ(again->results().sequence(), 1);
  EXPECT_EQ(RunsOf(*again)[0], "b");
  while (book.has_unsent()) book.Next();
  EXPECT_THAT(Owed(book), ElementsAre("b", "c"));
}

TEST(ResultBookTest, WhatBelongsToSomebodyElseIsDropped) {
  ResultBook book;
  for (const char* run : {"a", "b", "c"}) book.Add(ResultOf(run));
  book.Next();
  book.Restart();
  book.Keep([](const v1::RunRef& run) { return run.run_id() == "b"; });
  EXPECT_THAT(Owed(book), ElementsAre("b"));
  EXPECT_THAT(RunsOf(*book.Next()), ElementsAre("b"));
  book.Restart();
  book.Keep([](const v1::RunRef&) { return false; });
  EXPECT_TRUE(book.empty());
}

}  // namespace
}  // namespace ductape::jobs::internal
