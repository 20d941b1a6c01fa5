#include "scheduler/store/history_keys.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scheduler::store {
namespace {

TEST(HistoryKeysTest, RunsOfAJobAreNewestFirst) {
  const std::vector<std::string> keys = {RunHistoryKey({1, 900}), RunHistoryKey({1, 256}),
                                         RunHistoryKey({1, 255}), RunHistoryKey({1, 1}),
                                         RunHistoryKey({2, 7}),   RunHistoryKey({256, 7})};
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(HistoryKeysTest, RunKeysRoundTrip) {
  for (const core::RunKey key :
       {core::RunKey{1, 1}, core::RunKey{~0ULL, std::numeric_limits<int64_t>::max()}}) {
    EXPECT_EQ(ParseRunHistoryKey(RunHistoryKey(key)), key);
  }
  EXPECT_EQ(ParseRunHistoryKey("short"), std::nullopt);
}

TEST(HistoryKeysTest, UnsuccessfulRunsAreLatestFirst) {
  const std::vector<std::string> keys = {
      UnsuccessfulKey("a", 900, {5, 1}),  UnsuccessfulKey("a", 256, {1, 9}),
      UnsuccessfulKey("a", 256, {1, 8}),  UnsuccessfulKey("a", 256, {2, 9}),
      UnsuccessfulKey("a", 0, {1, 1}),    UnsuccessfulKey("a", -5, {1, 1}),
      UnsuccessfulKey("a-b", 900, {1, 1})};
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(HistoryKeysTest, UnsuccessfulKeysRoundTrip) {
  const std::string bytes = UnsuccessfulKey("shop", 1'764'000'000'000, {42, 17});
  const std::optional<UnsuccessfulKeyParts> parts = ParseUnsuccessfulKey(bytes);
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->product, "shop");
  EXPECT_EQ(parts->end_time, 1'764'000'000'000);
  EXPECT_EQ(parts->key, (core::RunKey{42, 17}));
  EXPECT_FALSE(ParseUnsuccessfulKey("shop").has_value());
  EXPECT_FALSE(ParseUnsuccessfulKey(std::string(40, 'x')).has_value());
}

}  // namespace
}  // namespace scheduler::store
