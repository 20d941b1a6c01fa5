#include "scheduler/core/ids.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/random.h"

namespace scheduler::core {
namespace {

using ::testing::MatchesRegex;

constexpr Uid kMaxUid = std::numeric_limits<Uid>::max();
constexpr int64_t kMaxNumber = std::numeric_limits<int64_t>::max();

// Uids of every magnitude: random bits, of which a random number are cut off.
std::vector<Uid> SomeUids(int count) {
  base::Random random(42);
  std::vector<Uid> uids = {1, 31, 32, 255, 256, kMaxUid, kMaxUid - 1};
  for (int i = 0; i < count; ++i) {
    const Uid uid = random.Next() >> random.Below(64);
    if (uid != 0) uids.push_back(uid);
  }
  return uids;
}

TEST(IdsTest, UidHoldsSequenceAndShard) {
  const Uid uid = MakeUid(0x123456789abcde, 0xf0);
  EXPECT_EQ(uid, 0x123456789abcdef0U);
  EXPECT_EQ(SequenceOf(uid), 0x123456789abcdeU);
  EXPECT_EQ(ShardOf(uid), 0xf0);
  // The keys of all shards rise together.
  EXPECT_LT(MakeUid(7, 255), MakeUid(8, 0));
}

TEST(IdsTest, UidText) {
  EXPECT_EQ(FormatUid(1), "0000000000001");
  EXPECT_EQ(FormatUid(31), "000000000000z");
  EXPECT_EQ(FormatUid(32), "0000000000010");
  EXPECT_EQ(FormatUid(kMaxUid), "fzzzzzzzzzzzz");
  // Crockford's alphabet has no i, l, o and u.
  EXPECT_EQ(FormatUid(17 << 5 | 18), "00000000000hj");
  EXPECT_EQ(FormatUid(19 << 5 | 20), "00000000000km");
  EXPECT_EQ(FormatUid(21 << 5 | 22), "00000000000np");
  EXPECT_EQ(FormatUid(26 << 5 | 27), "00000000000tv");
}

TEST(IdsTest, UidTextRoundTrips) {
  for (const Uid uid : SomeUids(20'000)) {
    const std::string text = FormatUid(uid);
    ASSERT_EQ(text.size(), 13U);
    ASSERT_EQ(ParseUid(text), uid) << text;
  }
}

TEST(IdsTest, TextOrderIsNumberOrder) {
  const std::vector<Uid> uids = SomeUids(2'000);
  for (size_t i = 1; i < uids.size(); ++i) {
    ASSERT_EQ(uids[i - 1] < uids[i], FormatUid(uids[i - 1]) < FormatUid(uids[i]));
  }
  for (Uid uid = 1; uid < 100'000; uid = uid * 3 + 1) {
    ASSERT_LT(FormatUid(uid), FormatUid(uid + 1));
  }
}

TEST(IdsTest, ParseUidTakesOnlyWhatFormatUidPrints) {
  for (const char* text :
       {"", "1", "000000000001", "00000000000001", "000000000000A", "000000000000i",
        "000000000000l", "000000000000o", "000000000000u", "000000000000-", "000000000000 ",
        " 000000000001", "+000000000001", "g000000000000", "zzzzzzzzzzzzz", "0000000000000"}) {
    EXPECT_EQ(ParseUid(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseUid(std::string(13, '\0')), std::nullopt);
  EXPECT_EQ(ParseUid(std::string(13, '\xff')), std::nullopt);
}

// Any byte at any place: parsed only if formatting gives the same text back.
TEST(IdsTest, ParseUidIsTheInverseForEveryByte) {
  for (size_t place = 0; place < 13; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = "0123456789abc";
      text[place] = static_cast<char>(byte);
      const std::optional<Uid> uid = ParseUid(text);
      if (uid) {
        ASSERT_EQ(FormatUid(*uid), text);
      }
    }
  }
}

TEST(IdsTest, RunIdRoundTrips) {
  base::Random random(43);
  for (const Uid uid : SomeUids(5'000)) {
    const auto number = static_cast<int64_t>((random.Next() >> 1 >> random.Below(63)) | 1);
    const std::string text = FormatRunId({uid, number});
    ASSERT_EQ(text, absl::StrCat(FormatUid(uid), "-", number));
    ASSERT_EQ(ParseRunId(text), (RunKey{uid, number}));
  }
  EXPECT_EQ(ParseRunId(FormatRunId({kMaxUid, kMaxNumber})), (RunKey{kMaxUid, kMaxNumber}));
}

TEST(IdsTest, AppendRunIdAppends) {
  std::string out = "x=";
  AppendRunId({1, 42}, &out);
  AppendRunId({2, std::numeric_limits<int64_t>::min()}, &out);
  EXPECT_EQ(out, "x=0000000000001-420000000000002--9223372036854775808");
}

TEST(IdsTest, ParseRunIdTakesOnlyWhatFormatRunIdPrints) {
  for (const char* tail : {"", "-", "-0", "-01", "-+1", "--1", "-1 ", "- 1", "-1x", "-0x1", "1",
                           "_1", "-9223372036854775808", "-99999999999999999999", "-1-1", "-1.0"}) {
    EXPECT_EQ(ParseRunId(absl::StrCat("0000000000001", tail)), std::nullopt) << tail;
  }
  EXPECT_EQ(ParseRunId("0000000000000-1"), std::nullopt);
  EXPECT_EQ(ParseRunId("000000000001-1"), std::nullopt);
  EXPECT_EQ(ParseRunId("000000000000Z-1"), std::nullopt);
  EXPECT_EQ(ParseRunId(std::string("0000000000001-1\0", 16)), std::nullopt);
}

TEST(IdsTest, RunKeysOrderByUidThenNumber) {
  EXPECT_LT((RunKey{1, 9}), (RunKey{2, 1}));
  EXPECT_LT((RunKey{1, 1}), (RunKey{1, 2}));
  EXPECT_FALSE((RunKey{1, 2}) < (RunKey{1, 2}));
  EXPECT_EQ(absl::HashOf(RunKey{1, 2}), absl::HashOf(RunKey{1, 2}));
  EXPECT_NE(absl::HashOf(RunKey{1, 2}), absl::HashOf(RunKey{2, 1}));
}

// Where jobs stand in a store depends on these values: they never change.
TEST(IdsTest, ShardForTagIsFixed) {
  EXPECT_EQ(ShardForTag("default", "example_job"), 24);
  EXPECT_EQ(ShardForTag("default", "example_job2"), 192);
  EXPECT_EQ(ShardForTag("", ""), 75);
}

TEST(IdsTest, ShardForTagTellsProductFromTagAndSpreads) {
  EXPECT_NE(ShardForTag("ab", "c"), ShardForTag("a", "bc"));
  std::array<int, 256> jobs{};
  for (int i = 0; i < 256 * 100; ++i) ++jobs[ShardForTag("default", absl::StrCat("job-", i))];
  for (const int count : jobs) {
    EXPECT_GT(count, 50);
    EXPECT_LT(count, 150);
  }
}

TEST(IdsTest, TraceparentIsWellFormedPureAndDistinct) {
  const std::string text = TraceparentOf({5, 1});
  EXPECT_THAT(text, MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
  EXPECT_EQ(text, TraceparentOf({5, 1}));
  std::string appended = "x";
  AppendTraceparent({5, 1}, &appended);
  EXPECT_EQ(appended, "x" + text);
  // Runs of one job differ in their trace ids, not in their span ids alone.
  EXPECT_NE(text.substr(3, 32), TraceparentOf({5, 2}).substr(3, 32));
  EXPECT_NE(text.substr(3, 32), TraceparentOf({6, 1}).substr(3, 32));
}

TEST(IdsTest, TokensRiseWithDispatchAndEpoch) {
  EXPECT_LT(MakeToken(1, 1), MakeToken(1, 2));
  EXPECT_LT(MakeToken(1, 0xffffffff), MakeToken(2, 0));
  EXPECT_EQ(EpochOf(MakeToken(77, 5)), 77);
}

}  // namespace
}  // namespace scheduler::core
