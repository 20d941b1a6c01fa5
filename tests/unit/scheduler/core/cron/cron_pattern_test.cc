#include "scheduler/core/cron/cron_pattern.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/core/cron/cron_parser.h"
#include "tests/support/sanitized.h"
#include "tests/unit/scheduler/core/cron/cron_reference.h"

namespace scheduler::core {
namespace {

using Local = absl::CivilSecond;
using MaybeLocal = std::optional<Local>;

CronPattern Parse(const std::string& text) {
  const absl::StatusOr<CronPattern> pattern = ParseCron(text, 0);
  EXPECT_TRUE(pattern.ok()) << text << ": " << pattern.status();
  return pattern.value_or(CronPattern());
}

MaybeLocal Next(const std::string& text, Local after) { return Parse(text).NextMatch(after); }
MaybeLocal Previous(const std::string& text, Local before) {
  return Parse(text).PreviousMatch(before);
}

TEST(CronPatternTest, DefaultIsEveryMinute) {
  EXPECT_EQ(CronPattern(), Parse("* * * * *"));
  EXPECT_EQ(CronPattern().NextMatch(Local(2026, 1, 1, 0, 0, 0)), Local(2026, 1, 1, 0, 1, 0));
}

TEST(CronPatternTest, RightValues) {
  const Local begin(2026, 11, 29, 10, 20, 30);  // a Sunday
  EXPECT_EQ(Next("0 9 * * MON-FRI", begin), Local(2026, 11, 30, 9, 0, 0));
  EXPECT_EQ(Next("0-59/7 * * * *", begin), Local(2026, 11, 29, 10, 21, 0));
  EXPECT_EQ(Next("0-59/7 * * * *", Local(2026, 11, 29, 10, 56, 0)), Local(2026, 11, 29, 11, 0, 0));
  EXPECT_EQ(Next("0 0 29 2 *", begin), Local(2028, 2, 29));
  EXPECT_EQ(Next("0 0 29 2 *", Local(2096, 3, 1)), Local(2104, 2, 29));
  EXPECT_EQ(Next("0 0 L-30 * *", begin), Local(2026, 12, 1));
  EXPECT_EQ(Next("0 0 L-30 * *", Local(2026, 12, 1)), Local(2027, 1, 1));
  EXPECT_EQ(Next("0 0 L-30 * *", Local(2027, 1, 1)), Local(2027, 3, 1));
  EXPECT_EQ(Next("0 12 1W 11 *", Local(2026, 1, 1)), Local(2026, 11, 2, 12, 0, 0));
  EXPECT_EQ(Next("0 12 31W * *", Local(2026, 9, 1)), Local(2026, 10, 30, 12, 0, 0));
  EXPECT_EQ(Next("0 12 31W * *", Local(2026, 10, 31)), Local(2026, 12, 31, 12, 0, 0));
  EXPECT_EQ(Next("0 0 * * 5#L", begin), Local(2026, 12, 25));
  EXPECT_EQ(Next("0 0 * * FRI#L", begin), Local(2026, 12, 25));
  EXPECT_EQ(Next("0 0 13 * +FRI", begin), Local(2027, 8, 13));
  EXPECT_EQ(Next("0 12 1 * MON", begin), Local(2026, 11, 30, 12, 0, 0));
  EXPECT_EQ(Next("0 12 1 * +MON", begin), Local(2027, 2, 1, 12, 0, 0));
  EXPECT_EQ(Previous("0 9 * * MON-FRI", begin), Local(2026, 11, 27, 9, 0, 0));
  EXPECT_EQ(Previous("0 0 29 2 *", begin), Local(2024, 2, 29));
  EXPECT_EQ(Previous("*/15 * * * * *", begin), Local(2026, 11, 29, 10, 20, 15));
}

TEST(CronPatternTest, TheFirstAndTheLastYear) {
  const Local ancient(-30'000, 1, 1);
  const Local remote(90'000, 1, 1);
  EXPECT_EQ(Next("* * * * * *", ancient), Local(1970, 1, 1));
  EXPECT_EQ(Next("* * * * * *", Local(1969, 12, 31, 23, 59, 58)), Local(1970, 1, 1));
  EXPECT_EQ(Next("* * * * * *", Local(1970, 1, 1)), Local(1970, 1, 1, 0, 0, 1));
  EXPECT_EQ(Next("* * * * * *", Local(2199, 12, 31, 23, 59, 58)), Local(2199, 12, 31, 23, 59, 59));
  EXPECT_EQ(Next("* * * * * *", Local(2199, 12, 31, 23, 59, 59)), std::nullopt);
  EXPECT_EQ(Next("* * * * * *", remote), std::nullopt);
  EXPECT_EQ(Previous("* * * * * *", remote), Local(2199, 12, 31, 23, 59, 59));
  EXPECT_EQ(Previous("* * * * * *", Local(1970, 1, 1, 0, 0, 1)), Local(1970, 1, 1));
  EXPECT_EQ(Previous("* * * * * *", Local(1970, 1, 1)), std::nullopt);
  EXPECT_EQ(Previous("* * * * * *", ancient), std::nullopt);
  EXPECT_EQ(Next("0 0 0 1 1 * 1970", ancient), Local(1970, 1, 1));
  EXPECT_EQ(Next("0 0 0 1 1 * 1970", Local(1970, 1, 1)), std::nullopt);
  EXPECT_EQ(Next("59 59 23 31 12 * 2199", ancient), Local(2199, 12, 31, 23, 59, 59));
  EXPECT_EQ(Previous("0 0 0 1 1 * 1970", remote), Local(1970, 1, 1));
  EXPECT_EQ(Next("0 0 0 1 1 * */2", Local(2026, 1, 1)), Local(2028, 1, 1));
  EXPECT_EQ(Next("0 0 0 1 1 * 1971-2199/2", Local(2026, 1, 1)), Local(2027, 1, 1));
}

TEST(CronPatternTest, WhatCanNeverMatch) {
  for (const char* text :
       {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31W 2 *", "0 0 L-30 4 *", "0 0 0 29 2 * 2027",
        "0 0 1 * +MON#5", "0 0 L-29 2 *", "0 0 0 29 2 * 2100"}) {
    EXPECT_FALSE(Parse(text).CanMatch()) << text;
    EXPECT_EQ(Next(text, Local(1970, 1, 1)), std::nullopt) << text;
    EXPECT_EQ(Previous(text, Local(2199, 1, 1)), std::nullopt) << text;
    EXPECT_EQ(Parse(text).CountMatches(Local(1970, 1, 1), Local(2200, 1, 1)), 0) << text;
  }
  for (const char* text : {"0 0 29 2 *", "0 0 31 * *", "0 0 30 2 MON", "0 0 L-28 2 *",
                           "0 0 0 29 2 +WED 2040", "0 0 0 1 1 * 1970", "0 0 31W * *"}) {
    EXPECT_TRUE(Parse(text).CanMatch()) << text;
  }
}

TEST(CronPatternTest, RunsEveryHour) {
  EXPECT_TRUE(Parse("*/15 * * * *").RunsEveryHour());
  EXPECT_TRUE(Parse("30 0-23 1 * *").RunsEveryHour());
  EXPECT_TRUE(Parse("30 0-12,13-23 1 * *").RunsEveryHour());
  EXPECT_FALSE(Parse("30 1-23 * * *").RunsEveryHour());
  EXPECT_FALSE(Parse("* */2 * * *").RunsEveryHour());
}

TEST(CronPatternTest, Counts) {
  EXPECT_EQ(Parse("* * * * * *").CountMatches(Local(1970, 1, 1), Local(2200, 1, 1)),
            Local(2200, 1, 1) - Local(1970, 1, 1));
  EXPECT_EQ(Parse("* * * * * *").CountMatches(Local(0, 1, 1), Local(9999, 1, 1)),
            Local(2200, 1, 1) - Local(1970, 1, 1));
  EXPECT_EQ(Parse("0 0 29 2 *").CountMatches(Local(1970, 1, 1), Local(2200, 1, 1)), 56);
  EXPECT_EQ(Parse("0 9 * * 1-5").CountMatches(Local(2026, 11, 30, 9), Local(2026, 12, 7, 9)), 5);
  EXPECT_EQ(Parse("* * * * *").CountMatches(Local(2026, 1, 2), Local(2026, 1, 1)), 0);
}

// Every second of some hours around places where fields turn over, for random patterns.
TEST(CronPatternTest, IsLikeTheReferenceSecondBySecond) {
  base::Random random(31);
  const std::vector<Local> places = {Local(2027, 2, 28, 23, 50, 0), Local(2028, 2, 28, 23, 50, 0),
                                     Local(2026, 12, 31, 23, 55, 0), Local(2026, 8, 1, 0, 0, 0)};
  const int rounds = tests::kSanitized ? 5 : 50;
  for (int round = 0; round < rounds; ++round) {
    const std::string text = tests::RandomCronText(random);
    const tests::CronReference reference(text);
    const CronPattern pattern = Parse(text);
    for (const Local& place : places) {
      const Local end = place + 1200;
      std::vector<Local> found;
      for (Local t = place; t < end; ++t) {
        if (reference.Matches(t)) found.push_back(t);
      }
      std::vector<Local> forward;
      for (MaybeLocal t = pattern.NextMatch(place - 1); t && *t < end; t = pattern.NextMatch(*t)) {
        forward.push_back(*t);
      }
      ASSERT_EQ(forward, found) << text << " at " << place;
      std::vector<Local> backward;
      for (MaybeLocal t = pattern.PreviousMatch(end); t && *t >= place;
           t = pattern.PreviousMatch(*t)) {
        backward.insert(backward.begin(), *t);
      }
      ASSERT_EQ(backward, found) << text << " at " << place;
      ASSERT_EQ(pattern.CountMatches(place, end), static_cast<int64_t>(found.size())) << text;
    }
  }
}

// Which days match, over years, for random patterns: each day's first second that may match.
TEST(CronPatternTest, IsLikeTheReferenceDayByDay) {
  base::Random random(32);
  const int rounds = tests::kSanitized ? 10 : 60;
  for (int round = 0; round < rounds; ++round) {
    std::string text = tests::RandomCronText(random);
    // The days alone: the time of day is fixed.
    const tests::CronReference whole(text);
    std::istringstream words(text);
    std::vector<std::string> fields;
    for (std::string word; words >> word;) fields.push_back(word);
    const size_t first = fields.size() == 5 ? 2 : 3;
    text = "7 5 3";
    for (size_t i = first; i < fields.size(); ++i) text += " " + fields[i];
    const tests::CronReference reference(text);
    const CronPattern pattern = Parse(text);
    const Local begin(2020 + static_cast<int>(random.Below(100)), 1 + random.Below(12), 1);
    const Local end = begin + 3 * 366 * 86'400LL;
    std::vector<Local> found;
    for (absl::CivilDay day(begin); Local(day) < end; ++day) {
      const Local t(day.year(), day.month(), day.day(), 3, 5, 7);
      if (reference.Matches(t)) found.push_back(t);
    }
    std::vector<Local> forward;
    for (MaybeLocal t = pattern.NextMatch(begin); t && *t < end; t = pattern.NextMatch(*t)) {
      forward.push_back(*t);
    }
    ASSERT_EQ(forward, found) << text;
    std::vector<Local> backward;
    for (MaybeLocal t = pattern.PreviousMatch(end); t && *t > begin;
         t = pattern.PreviousMatch(*t)) {
      backward.insert(backward.begin(), *t);
    }
    ASSERT_EQ(backward, found) << text;
    ASSERT_EQ(pattern.CountMatches(begin, end), static_cast<int64_t>(found.size())) << text;
  }
}

// Over all years, from random places: each match matches, nothing lies between, counts add up.
TEST(CronPatternTest, NextPreviousAndCountAgreeAtRandom) {
  base::Random random(33);
  const int rounds = tests::kSanitized ? 500 : 5'000;
  const Local begin(1970, 1, 1);
  for (int round = 0; round < rounds; ++round) {
    const std::string text = tests::RandomCronText(random);
    const tests::CronReference reference(text);
    const CronPattern pattern = Parse(text);
    const Local place = begin + static_cast<int64_t>(random.Below(230ULL * 31'556'952));
    const MaybeLocal next = pattern.NextMatch(place);
    const MaybeLocal previous = pattern.PreviousMatch(place);
    const int64_t all = pattern.CountMatches(begin, Local(2200, 1, 1));
    const int64_t before = pattern.CountMatches(begin, place);
    const int64_t from = pattern.CountMatches(place, Local(2200, 1, 1));
    ASSERT_EQ(before + from, all) << text;
    ASSERT_EQ(previous.has_value(), before > 0) << text;
    ASSERT_EQ(pattern.CanMatch(), all > 0) << text;
    if (next) {
      ASSERT_TRUE(reference.Matches(*next)) << text;
      ASSERT_EQ(pattern.CountMatches(place + 1, *next + 1), 1) << text;
      ASSERT_EQ(pattern.PreviousMatch(*next), reference.Matches(place) ? place : previous) << text;
    }
    if (previous) {
      ASSERT_TRUE(reference.Matches(*previous)) << text;
      ASSERT_EQ(pattern.CountMatches(*previous, place), 1) << text;
    }
  }
}

}  // namespace
}  // namespace scheduler::core
