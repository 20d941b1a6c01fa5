#include "scheduler/core/schedule/word_lists.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

std::string Plain(int value) { return std::to_string(value); }

TEST(WordListsTest, Ordinals) {
  EXPECT_EQ(Ordinal(1), "1st");
  EXPECT_EQ(Ordinal(2), "2nd");
  EXPECT_EQ(Ordinal(3), "3rd");
  EXPECT_EQ(Ordinal(4), "4th");
  EXPECT_EQ(Ordinal(11), "11th");
  EXPECT_EQ(Ordinal(12), "12th");
  EXPECT_EQ(Ordinal(13), "13th");
  EXPECT_EQ(Ordinal(21), "21st");
  EXPECT_EQ(Ordinal(31), "31st");
  EXPECT_EQ(Ordinal(111), "111th");
}

TEST(WordListsTest, Joined) {
  EXPECT_EQ(JoinWords({}), "");
  EXPECT_EQ(JoinWords({"a"}), "a");
  EXPECT_EQ(JoinWords({"a", "b"}), "a and b");
  EXPECT_EQ(JoinWords({"a", "b", "c"}, "or"), "a, b or c");
}

TEST(WordListsTest, RunsAreShortened) {
  EXPECT_EQ(ListWords({3}, Plain), "3");
  EXPECT_EQ(ListWords({3, 4}, Plain), "3 and 4");
  EXPECT_EQ(ListWords({3, 4, 5}, Plain), "3 to 5");
  EXPECT_EQ(ListWords({1, 2, 5, 6, 7, 9}, Ordinal), "1st, 2nd, 5th to 7th and 9th");
}

TEST(WordListsTest, StepsAndBits) {
  EXPECT_EQ(StepOf({1, 4, 7}), 3);
  EXPECT_EQ(StepOf({1, 4}), 0);
  EXPECT_EQ(StepOf({1, 4, 8}), 0);
  EXPECT_EQ(ValuesOf(0b1011), (std::vector<int>{0, 1, 3}));
  EXPECT_EQ(ValuesOf(0), std::vector<int>());
}

}  // namespace
}  // namespace scheduler::core
