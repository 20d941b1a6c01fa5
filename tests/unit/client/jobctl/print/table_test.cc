#include "client/jobctl/print/table.h"

#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace jobctl {
namespace {

TEST(TableTest, AlignsByColumnsOnTheScreen) {
  std::ostringstream out;
  Table table({"NAME", "STATE"}, /*color=*/false);
  table.Write({{{"日本語"}, {"ACTIVE"}}, {{"x"}, {""}}}, out);
  EXPECT_EQ(out.str(),
            "NAME    STATE\n"
            "日本語  ACTIVE\n"
            "x       -\n");
}

TEST(TableTest, LaterPagesHaveNoHeaderAndAreNoNarrower) {
  std::ostringstream out;
  Table table({"A", "B"}, /*color=*/false);
  table.Write({{{"12345"}, {"1"}}}, out);
  table.Write({{{"1"}, {"2"}}, {{"1234567"}, {"3"}}}, out);
  EXPECT_EQ(out.str(),
            "A      B\n"
            "12345  1\n"
            "1        2\n"
            "1234567  3\n");
}

TEST(TableTest, AnEmptyTableIsItsHeader) {
  std::ostringstream out;
  Table({"A", "B"}, /*color=*/false).Write({}, out);
  EXPECT_EQ(out.str(), "A  B\n");
}

TEST(TableTest, ColoursTakeNoWidth) {
  std::ostringstream out;
  Table({"A", "B"}, /*color=*/true).Write({{{"FAILED", Tone::kBad}, {"x"}}}, out);
  EXPECT_EQ(out.str(),
            "\033[2mA\033[0m       \033[2mB\033[0m\n"
            "\033[31mFAILED\033[0m  x\n");
}

TEST(FieldsTest, AlignsTextsAndLeavesOutEmptyOnes) {
  std::ostringstream out;
  WriteFields({{"Job", {"x"}}, {"A long label", {""}}, {"State", {"ACTIVE", Tone::kGood}}},
              /*color=*/false, out);
  EXPECT_EQ(out.str(),
            "Job    x\n"
            "State  ACTIVE\n");
}

TEST(FieldsTest, TextsOfOthersDoNotReachTheTerminal) {
  std::ostringstream out;
  WriteFields({{"Note", {"\x1B[2J\nState  ACTIVE"}}}, /*color=*/false, out);
  EXPECT_EQ(out.str(), "Note  \xEF\xBF\xBD[2J\xEF\xBF\xBDState  ACTIVE\n");
}

}  // namespace
}  // namespace jobctl
