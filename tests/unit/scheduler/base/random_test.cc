#include "scheduler/base/random.h"

#include <array>

#include "gtest/gtest.h"

namespace scheduler::base {
namespace {

// Values of the reference algorithms: what is stored depends on them, so they never change.
TEST(RandomTest, SplitMix64GivesThePublishedSequence) {
  Random random(1234567);
  EXPECT_NE(random.Next(), Random(1234568).Next());
  // https://prng.di.unimi.it/splitmix64.c, seed 0.
  EXPECT_EQ(Mix64(0), 0xe220a8397b1dcdafULL);
}

TEST(RandomTest, StableHashIsStable) {
  static_assert(StableHash("") != StableHash("a"));
  EXPECT_EQ(StableHash(""), Mix64(0xcbf29ce484222325ULL));
  // FNV-1a of "a" is af63dc4c8601ec8c.
  EXPECT_EQ(StableHash("a"), Mix64(0xaf63dc4c8601ec8cULL));
  EXPECT_NE(StableHash("a", 1), StableHash("a", 2));
}

TEST(RandomTest, BelowIsInRangeAndSpread) {
  Random random(7);
  std::array<int, 10> seen{};
  for (int i = 0; i < 10'000; ++i) ++seen[random.Below(10)];
  for (const int count : seen) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1200);
  }
}

TEST(RandomTest, PercentHitsItsShare) {
  Random random(8);
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) hits += random.Percent(30) ? 1 : 0;
  EXPECT_GT(hits, 2700);
  EXPECT_LT(hits, 3300);
  EXPECT_FALSE(random.Percent(0));
  EXPECT_TRUE(random.Percent(100));
}

}  // namespace
}  // namespace scheduler::base
