#include "scheduler/core/cron/cron_source.h"

#include <string>

#include "gtest/gtest.h"

namespace scheduler::core {
namespace {

std::string MessageAt(std::string_view text, size_t position) {
  return std::string(CronSource(text).ErrorAt(position, "x").message());
}

TEST(CronSourceTest, CharactersAreCountedFromOne) {
  EXPECT_EQ(MessageAt("", 0), "at character 1: x");
  EXPECT_EQ(MessageAt("abc", 2), "at character 3: x");
  EXPECT_EQ(MessageAt("äöü*", 6), "at character 4: x");
  EXPECT_EQ(MessageAt("日本*", 6), "at character 3: x");
}

TEST(CronSourceTest, QuotesArePlain) {
  EXPECT_EQ(CronSource("a\tb").Quoted(0, 3), "\"a\\x09b\"");
  EXPECT_EQ(CronSource(std::string_view("\0", 1)).Quoted(0, 1), "\"\\x00\"");
  EXPECT_EQ(CronSource("ä").Quoted(0, 2), "\"ä\"");
  EXPECT_EQ(CronSource("ä").Quoted(0, 1), "\"\\xc3\"");
  EXPECT_EQ(CronSource("\xff\xc0\x80").Quoted(0, 3), "\"\\xff\\xc0\\x80\"");
  EXPECT_EQ(CronSource("\xed\xa0\x80").Quoted(0, 3), "\"\\xed\\xa0\\x80\"");  // a surrogate
  EXPECT_EQ(CronSource("\xf4\x90\x80\x80").Quoted(0, 4), "\"\\xf4\\x90\\x80\\x80\"");
  EXPECT_EQ(CronSource("😀").Quoted(0, 4), "\"😀\"");
  EXPECT_LT(CronSource(std::string(1000, 'x')).Quoted(0, 1000).size(), 40U);
  EXPECT_EQ(CronSource("ab").Quoted(1, 99), "\"b\"");
}

TEST(CronSourceTest, Words) {
  EXPECT_EQ(CronSource("JANUARY *").QuotedWord(0), "\"JANUARY\"");
  EXPECT_EQ(CronSource("1,ab-c").QuotedWord(2), "\"ab\"");
  EXPECT_EQ(CronSource("??").QuotedWord(0), "\"?\"");
  EXPECT_EQ(CronSource("日本").QuotedWord(0), "\"日\"");
  EXPECT_EQ(CronSource("x").QuotedWord(1), "\"\"");
}

}  // namespace
}  // namespace scheduler::core
