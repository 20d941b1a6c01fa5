#include "client/jobctl/print/text_width.h"

#include <string>

#include "gtest/gtest.h"

namespace jobctl {
namespace {

TEST(TextWidthTest, CountsColumnsAndNotBytes) {
  EXPECT_EQ(DisplayWidth(""), 0U);
  EXPECT_EQ(DisplayWidth("plain"), 5U);
  EXPECT_EQ(DisplayWidth("Größe"), 5U);
  EXPECT_EQ(DisplayWidth("ζωή"), 3U);
}

TEST(TextWidthTest, WideCharactersTakeTwo) {
  EXPECT_EQ(DisplayWidth("日本語"), 6U);
  EXPECT_EQ(DisplayWidth("한글"), 4U);
  EXPECT_EQ(DisplayWidth("🚀"), 2U);
  EXPECT_EQ(DisplayWidth("ｗ"), 2U);
}

TEST(TextWidthTest, CombiningAndInvisibleOnesTakeNone) {
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1U);  // e, combining acute
  EXPECT_EQ(DisplayWidth("a\xE2\x80\x8B"
                         "b"),
            2U);                            // zero width space
  EXPECT_EQ(DisplayWidth("👍🏽"), 2U);  // with a skin tone
}

TEST(TextWidthTest, ABrokenByteCountsAsOne) {
  EXPECT_EQ(DisplayWidth("\xFF"), 1U);
  EXPECT_EQ(DisplayWidth("a\xC3"), 2U);
  EXPECT_EQ(DisplayWidth("\xE2\x82"), 2U);
}

TEST(PrintableTest, KeepsText) {
  EXPECT_EQ(Printable("Größe 日本 🚀"), "Größe 日本 🚀");
  EXPECT_EQ(Printable(""), "");
}

TEST(PrintableTest, ReplacesWhatDisturbsATerminal) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(Printable("a\nb\tc"), "a" + mark + "b" + mark + "c");
  EXPECT_EQ(Printable("\x1B[31m"), mark + "[31m");
  EXPECT_EQ(Printable("\x7F"), mark);
  EXPECT_EQ(Printable("\xC2\x9B"), mark);      // CSI in C1
  EXPECT_EQ(Printable("\xE2\x80\xAE"), mark);  // right-to-left override
}

TEST(PrintableTest, ReplacesBytesThatAreNoUtf8) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(Printable("\xFF"), mark);
  EXPECT_EQ(Printable("\xC0\xAF"), mark + mark);             // overlong
  EXPECT_EQ(Printable("\xED\xA0\x80"), mark + mark + mark);  // surrogate
  EXPECT_EQ(Printable("\xF4\x90\x80\x80").find('\xF4'), std::string::npos);
}

}  // namespace
}  // namespace jobctl
