#include "scheduler/dispatch/text.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace scheduler::dispatch {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

std::string Utf8(std::string_view bytes, size_t max = 1000) {
  bool cut = false;
  return ToUtf8(bytes, max, &cut);
}

TEST(TextTest, ValidUtf8StaysAsItIs) {
  for (const char* text : {"", "plain", "\xC2\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                           "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(Utf8(text), text);
  }
  EXPECT_EQ(Utf8(std::string_view("a\0b", 3)), std::string("a\0b", 3));
}

TEST(TextTest, EveryBadByteBecomesAReplacement) {
  const std::string r = kReplacement;
  EXPECT_EQ(Utf8("\x80"), r);
  EXPECT_EQ(Utf8("a\xFFz"), "a" + r + "z");
  EXPECT_EQ(Utf8("\xC0\xAF"), r + r);                  // overlong
  EXPECT_EQ(Utf8("\xE0\x80\xAF"), r + r + r);          // overlong
  EXPECT_EQ(Utf8("\xED\xA0\x80"), r + r + r);          // a surrogate
  EXPECT_EQ(Utf8("\xF4\x90\x80\x80"), r + r + r + r);  // past U+10FFFF
  EXPECT_EQ(Utf8("\xE2\x82"), r + r);                  // ends in the middle
}

TEST(TextTest, CutsBetweenCharacters) {
  bool cut = true;
  EXPECT_EQ(ToUtf8("abcd", 4, &cut), "abcd");
  EXPECT_FALSE(cut);
  EXPECT_EQ(ToUtf8("abcde", 4, &cut), "abcd");
  EXPECT_TRUE(cut);
  EXPECT_EQ(ToUtf8("ab\xE2\x82\xAC", 4, &cut), "ab");
  EXPECT_TRUE(cut);
  EXPECT_EQ(ToUtf8("ab\xE2\x82\xAC", 5, &cut), "ab\xE2\x82\xAC");
  EXPECT_FALSE(cut);
  EXPECT_EQ(ToUtf8("\xFF", 2, &cut), "");
  EXPECT_TRUE(cut);
}

TEST(TextTest, MessagesAreOneLineAndShowTheirCut) {
  EXPECT_EQ(ToMessage("two\r\nlines\x7f\x01", 100), "two  lines  ");
  EXPECT_EQ(ToMessage("0123456789", 8), "01234\xE2\x80\xA6");
  EXPECT_EQ(ToMessage("0123456789", 10), "0123456789");
  EXPECT_EQ(ToMessage("0123456789", 2), "01");
}

TEST(TextTest, HeaderSafety) {
  EXPECT_TRUE(IsHeaderSafe(""));
  EXPECT_TRUE(IsHeaderSafe("a b\tc\xC3\xA9"));
  EXPECT_FALSE(IsHeaderSafe("a\nb"));
  EXPECT_FALSE(IsHeaderSafe("a\rb"));
  EXPECT_FALSE(IsHeaderSafe(std::string_view("a\0b", 3)));
}

TEST(TextTest, ComparesAsciiWithoutCase) {
  EXPECT_TRUE(EqualsIgnoreCase("Retry-AFTER", "retry-after"));
  EXPECT_FALSE(EqualsIgnoreCase("retry", "retry-after"));
  EXPECT_TRUE(StartsWithIgnoreCase("HTTPS://x", "https:"));
  EXPECT_FALSE(StartsWithIgnoreCase("http", "https:"));
  EXPECT_FALSE(EqualsIgnoreCase("[", "{"));  // 0x20 apart, but no letters
}

TEST(TextTest, PercentEncodesEveryByteButTheUnreserved) {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  const std::string encoded = PercentEncode(all);
  EXPECT_EQ(encoded.size(), 66u + 190u * 3u);
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode(std::string("\0/%", 3)), "%00%2F%25");
}

}  // namespace
}  // namespace scheduler::dispatch
